// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ProofAttribute is the computed attribute proof.
func ProofAttribute() schema.ListAttribute {
	return schema.ListAttribute{
		Computed: true, ElementType: types.StringType,
		MarkdownDescription: "What the access engine proves of the role's documents, a sentence each, such as `[\"principals of account 222222222222 can assume the role\", …]`: who can assume the role, " +
			"what it can do in Amazon ECR, and that nobody else and nothing else is let in. One says what is assumed, because it can't be read from here.",
	}
}

// KeptProof is the state's proof for as long as the documents are the same, so that a newer version's wording is no change. A state
// from before there were proofs gets the planned one.
func KeptProof(state, planned types.List, same bool) types.List {
	if same && !state.IsNull() {
		return state
	}
	return planned
}

// sameDocuments reports whether a plan leaves a role's documents as they are.
func (m *Model) sameDocuments(state *Model) bool {
	return m.TrustPolicyJSON.Equal(state.TrustPolicyJSON) && m.PolicyJSON.Equal(state.PolicyJSON) && m.ManagedPolicyARNs.Equal(state.ManagedPolicyARNs)
}

// SetImportedProof fills in the proof of a role that was imported, where its documents are those of the wanted one.
func (m *Model) SetImportedProof(wanted Wanted, k Kind) {
	if !wanted.Known {
		return
	}
	proven := *m
	proven.setWanted(wanted, k)
	proven.TrustPolicyJSON, proven.PolicyJSON = Kept(m.TrustPolicyJSON, proven.TrustPolicyJSON), Kept(m.PolicyJSON, proven.PolicyJSON)
	if proven.sameDocuments(m) {
		m.Proof = proven.Proof
	}
}
