// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package authz says who may do what: a request and the policies of every layer in, a decision with its reasons out.
//
// It follows AWS's evaluation logic (IAM User Guide, reference_policies_evaluation-logic), and each rule in the code names
// the page it is from. It is pure: no call, no clock, no credentials; what a request carries is all it knows.
//
//	p := authz.Compile("repository policy", document)
//	result := authz.Evaluate(request, authz.Layers{Repository: []*authz.Policy{p}, Identity: …})
//
// A policy is compiled once and evaluated as often as one likes, from several goroutines too. Decide gives the decision
// alone, and allocates nothing; Evaluate gives each statement that applied, and why every other layer did or didn't allow.
//
// Parts that aren't known yet, as in a Terraform plan, are written as UnknownValue, in requests and in documents. The
// decision is Unknown only where such a part decides; an explicit deny that is certain wins over it. A construct that the
// engine doesn't know gives Unknown too, never a guess.
package authz
