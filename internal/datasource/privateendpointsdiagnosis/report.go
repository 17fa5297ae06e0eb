// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpointsdiagnosis

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// mark is a character, not one of GitHub's short names, which other places don't show.
func mark(s policy.Severity) string {
	switch s {
	case policy.SeverityError:
		return "❌"
	case policy.SeverityWarning:
		return "⚠️"
	default:
		return "ℹ️"
	}
}

// report writes a diagnosis as GitHub Flavored Markdown.
func report(input *pattern.PrivateNetwork, d pattern.Diagnosis) string {
	var out strings.Builder
	fmt.Fprintf(&out, "### Private network %s: %s\n", input.VPCID, verdict(d))
	if d.Endpoints != nil {
		out.WriteString("\n| Service | Endpoint | State |\n| --- | --- | --- |\n")
		for _, service := range slices.Sorted(maps.Keys(input.Services)) {
			id, state := "–", "missing"
			if e, found := d.Endpoints[service]; found {
				id, state = e.ID, e.State
			}
			fmt.Fprintf(&out, "| %s | %s | %s |\n", plain(service), id, plain(state))
		}
	}
	if len(d.Findings) > 0 {
		out.WriteString("\n#### Findings\n\n")
	}
	for _, f := range d.Findings {
		fmt.Fprintf(&out, "- %s `%s` %s: %s\n", mark(f.Severity), f.Code, plain(f.Path), item(f.Message))
	}
	section(&out, "What the policies let through", d.Lines)
	section(&out, "Not looked at", d.Unseen)
	return out.String()
}

// verdict is what the report comes to. What wasn't read isn't in order.
func verdict(d pattern.Diagnosis) string {
	switch {
	case d.Incomplete && len(d.Findings) == 0:
		return "nothing found, but part couldn't be read"
	case d.Incomplete:
		return counted(d.Findings) + ", and part couldn't be read"
	case len(d.Findings) == 0:
		return "in order"
	default:
		return counted(d.Findings)
	}
}

// counted says how many findings there are of each severity.
func counted(findings []policy.Finding) string {
	var parts []string
	for _, s := range []struct {
		severity      policy.Severity
		one, severals string
	}{{policy.SeverityError, "error", "errors"}, {policy.SeverityWarning, "warning", "warnings"}, {policy.SeverityInfo, "remark", "remarks"}} {
		n := 0
		for _, f := range findings {
			if f.Severity == s.severity {
				n++
			}
		}
		if n == 1 {
			parts = append(parts, "1 "+s.one)
		} else if n > 1 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s.severals))
		}
	}
	return strings.Join(parts, ", ")
}

func section(out *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	out.WriteString("\n#### " + title + "\n\n")
	for _, line := range lines {
		out.WriteString("- " + item(line) + "\n")
	}
}

// item writes a text as an element of a list: its own list goes below it, and another line is a paragraph of it.
func item(text string) string {
	var out strings.Builder
	for i, line := range strings.Split(text, "\n") {
		reason, listed := strings.CutPrefix(line, "  - ")
		switch {
		case i == 0:
			out.WriteString(plain(line))
		case listed:
			out.WriteString("\n  - " + plain(reason))
		default:
			out.WriteString("\n\n  " + plain(line))
		}
	}
	return out.String()
}

// plain keeps a text from being Markdown: it stays in its place, and shows as it is.
func plain(text string) string {
	var out strings.Builder
	for _, r := range strings.Join(strings.Fields(text), " ") {
		if strings.ContainsRune("\\`*_[]<>|~&#", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}
