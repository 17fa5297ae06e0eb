// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

// Severity says how sure a finding is of harm.
type Severity string

// An error is certainly wrong, or opens access to everybody. A warning is probably not what was meant. An info is worth
// knowing.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityInfo    Severity = "info"
)

// Finding is one remark on a document. Code is stable; Message says what to write instead; Path is the place, such as
// "Statement[0].Principal".
type Finding struct {
	Severity            Severity
	Code, Message, Path string
}

// Findings reviews a document for the place it is meant for, and gives what it found in the document's order.
func Findings(d Document, k Kind) []Finding {
	return nil
}
