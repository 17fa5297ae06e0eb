// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Problem says what is wrong with one argument and what to write instead.
type Problem struct {
	// Path leads to the argument, from the pattern's own attribute down: the grant's name, then "accounts".
	Path []string
	// Severity is policy.SeverityError for what must not be applied, policy.SeverityWarning for what works but is
	// rarely meant.
	Severity policy.Severity
	// Summary is a headline; Detail has the sentence that tells what to change.
	Summary, Detail string
}

// HasErrors reports whether one of the problems must stop a plan.
func HasErrors(problems []Problem) bool {
	return len(Errors(problems)) > 0
}

// Errors gives the problems that are errors, without the warnings.
func Errors(problems []Problem) []Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.Severity != policy.SeverityError })
}
