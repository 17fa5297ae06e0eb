// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package reach answers questions about all requests at once: whether a policy permits anything that another doesn't, whether it permits
// any request of a set, or every one. An answer is exact. It comes with a request that shows it, which authz has decided the same way, or
// it is Undecided and names the construct that stands in the way.
//
// A request stands at coordinates: who calls, from which organization, through which endpoint, with which tags, on which repository. Keys
// that follow from one another are views of one coordinate, such as aws:PrincipalArn and aws:PrincipalAccount of the principal, so that no
// impossible request is found. What statements ask of a coordinate are languages of texts, and a search through the product of their
// automata finds a shortest text, or that there is none; of numbers, dates and addresses the values between which no answer changes are
// tried.
//
// The package is pure, and works within a budget of steps that doesn't depend on the clock.
package reach
