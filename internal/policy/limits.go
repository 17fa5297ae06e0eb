// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind says where a document is attached.
type Kind string

// The kinds of policy that ecrx writes or reads.
const (
	KindRepository Kind = "repository"
	KindRegistry   Kind = "registry"
	KindIdentity   Kind = "identity"
	KindTrust      Kind = "trust"
	KindEndpoint   Kind = "endpoint"
)

// ManagedPolicyLimit is the limit of a managed policy, which is less than an inline policy's. Size counts for both.
const ManagedPolicyLimit = 6144

// Limit gives the most characters that AWS takes for the kind: 10,240 for a repository or registry policy (ECR API,
// SetRepositoryPolicy and PutRegistryPolicy), 10,240 for the sum of a role's inline policies and 2,048 for a trust policy
// (IAM User Guide, reference_iam-quotas), 20,480 for an endpoint policy (AWS PrivateLink guide, vpc-limits-endpoints). It
// is 0 for a kind that isn't one.
func Limit(k Kind) int {
	switch k {
	case KindRepository, KindRegistry, KindIdentity:
		return 10240
	case KindTrust:
		return 2048
	case KindEndpoint:
		return 20480
	default:
		return 0
	}
}

// Size gives the characters of the canonical document as AWS counts them for the kind: IAM leaves out white space, the
// others count the whole text.
func Size(d Document, k Kind) int {
	text := d.Canonical()
	if k == KindIdentity || k == KindTrust {
		text = strings.Join(strings.FieldsFunc(text, unicode.IsSpace), "")
	}
	return utf8.RuneCountInString(text)
}
