// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// Diagnosed tells whether Core was told, by a diagnostic of a severity ("ERROR" or "WARNING") on an attribute such as
// "task.permissions", a text. An attribute of "" is none.
func Diagnosed(err error, severity, attribute, text string) bool {
	var reported *lifecycle.DiagnosticsError
	return errors.As(err, &reported) && slices.ContainsFunc(reported.Diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity.String() == severity && on(d) == attribute && strings.Contains(said(d), text)
	})
}

// Errors gives the errors that Core was told, each as "attribute: summary: detail".
func Errors(err error) []string {
	var reported *lifecycle.DiagnosticsError
	if !errors.As(err, &reported) {
		return nil
	}
	return texts(reported.Diagnostics, tfprotov6.DiagnosticSeverityError)
}

func texts(diagnostics []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity) []string {
	var all []string
	for _, d := range diagnostics {
		if d.Severity == severity {
			all = append(all, on(d)+": "+said(d))
		}
	}
	return all
}

// on gives the attribute of a diagnostic. The element's own value or key isn't part of it.
func on(d *tfprotov6.Diagnostic) string {
	at := strings.NewReplacer(`").AttributeName("`, ".", `AttributeName("`, "", `")`, "").Replace(d.Attribute.String())
	at, _, _ = strings.Cut(at, ".Element")
	return at
}

func said(d *tfprotov6.Diagnostic) string { return d.Summary + ": " + d.Detail }
