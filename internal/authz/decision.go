// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

// Decision is what becomes of a request. The zero value is Unknown, which grants nothing.
type Decision uint8

// The decisions (IAM User Guide, reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay). An implicit denial
// is the absence of an allow; an explicit one comes from a Deny statement, and no allow overrides it.
const (
	Unknown Decision = iota
	ImplicitlyDenied
	ExplicitlyDenied
	Allowed
)

// String gives the name of the decision, as the constants spell it.
func (d Decision) String() string {
	switch d {
	case Allowed:
		return "Allowed"
	case ImplicitlyDenied:
		return "ImplicitlyDenied"
	case ExplicitlyDenied:
		return "ExplicitlyDenied"
	default:
		return "Unknown"
	}
}

// truth is an answer that may be open. The order makes "and" the lesser and "or" the greater of two.
type truth uint8

const (
	no truth = iota
	maybe
	yes
)

func (t truth) not() truth { return yes - t }

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// choose is a where the condition holds and b where it doesn't; where that is open, it is what both agree on.
func choose(condition, a, b truth) truth {
	switch {
	case condition == yes || a == b:
		return a
	case condition == no:
		return b
	default:
		return maybe
	}
}
