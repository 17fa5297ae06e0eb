// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"errors"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// Diagnosed tells whether Core was told, by a diagnostic of a severity ("ERROR" or "WARNING") on an attribute such as
// "task.permissions", a text. An attribute of "" is none.
func Diagnosed(err error, severity, attribute, text string) bool {
	var reported *lifecycle.DiagnosticsError
	if !errors.As(err, &reported) {
		return false
	}
	for _, d := range reported.Diagnostics {
		at := strings.NewReplacer(`").AttributeName("`, ".", `AttributeName("`, "", `")`, "").Replace(d.Attribute.String())
		at, _, _ = strings.Cut(at, ".Element") // the element's own value or key isn't compared
		if d.Severity.String() == severity && at == attribute && strings.Contains(d.Summary+": "+d.Detail, text) {
			return true
		}
	}
	return false
}
