// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package policy reads, compares, merges, measures and reviews IAM policy documents.
//
// It is pure: no call, no clock, no credentials. Parse gives a [Document] from any form that AWS accepts,
// [Document.Canonical] gives one text for one meaning, [Equal] compares meanings, and [Findings] says in plain words
// what is wrong with a document for the place it is meant for: a repository, a registry, an identity, a role's trust or
// a VPC endpoint.
//
// The grammar is that of the IAM User Guide, page reference_policies_grammar.
package policy
