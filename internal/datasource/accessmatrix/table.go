// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package accessmatrix

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

// table is what was decided, by principal, repository and access.
type table struct {
	principals, repositories, access []string
	decisions                        [][][]authz.Outcome
	// assumed are the principals whose identity policies aren't known.
	assumed                  []string
	withoutSCPs, withoutRCPs bool
}

// cells gives the value of the attribute.
func (t *table) cells() types.Map {
	byAccess := types.MapType{ElemType: types.StringType}
	byRepository := types.MapType{ElemType: byAccess}
	rows := make(map[string]attr.Value, len(t.principals))
	for i, principal := range t.principals {
		columns := make(map[string]attr.Value, len(t.repositories))
		for j, repository := range t.repositories {
			decisions := make(map[string]attr.Value, len(t.access))
			for k, access := range t.access {
				decisions[access] = types.StringValue(t.decisions[i][j][k].String())
			}
			columns[repository] = types.MapValueMust(types.StringType, decisions)
		}
		rows[principal] = types.MapValueMust(byAccess, columns)
	}
	return types.MapValueMust(byRepository, rows)
}

// The marks of a cell. They are characters, not GitHub's short names, which other places don't show.
const (
	markAllowed = "✅"
	markInPart  = "🟡"
	markDenied  = "❌"
	markUnknown = "❔"
)

func mark(o authz.Outcome) string {
	switch {
	case o.InPart:
		return markInPart
	case o.Decision == authz.Allowed:
		return markAllowed
	case o.Decision == authz.ImplicitlyDenied, o.Decision == authz.ExplicitlyDenied:
		return markDenied
	default:
		return markUnknown
	}
}

// markdown writes the table as GitHub Flavored Markdown.
func (t *table) markdown() string {
	var out strings.Builder
	out.WriteString("| Principal |")
	for _, repository := range t.repositories {
		for _, access := range t.access {
			fmt.Fprintf(&out, " %s: %s |", plain(repository), plain(access))
		}
	}
	out.WriteString("\n| --- |" + strings.Repeat(" :-: |", len(t.repositories)*len(t.access)) + "\n")
	for i, principal := range t.principals {
		out.WriteString("| " + plain(principal) + " |")
		for _, decisions := range t.decisions[i] {
			for _, d := range decisions {
				out.WriteString(" " + mark(d) + " |")
			}
		}
		out.WriteByte('\n')
	}
	out.WriteString("\n" + markAllowed + " allowed, " + markInPart + " allowed in part, " + markDenied + " denied, " + markUnknown + " not known\n")
	if assumptions := t.assumptions(); assumptions != "" {
		out.WriteString("\n" + assumptions + "\n")
	}
	return out.String()
}

// manyNames is how many principals are named before they are only counted.
const manyNames = 10

// assumptions names what was taken for granted, "" for nothing.
func (t *table) assumptions() string {
	var parts []string
	if n := len(t.assumed); n > 0 {
		names := make([]string, n)
		for i, name := range t.assumed {
			names[i] = plain(name)
		}
		whose := strings.Join(names, ", ")
		switch {
		case n == len(t.principals):
			whose = "every principal"
		case n > manyNames:
			whose = fmt.Sprintf("%s and %d others", strings.Join(names[:manyNames], ", "), n-manyNames)
		}
		parts = append(parts, "the identity policies of "+whose+" allow everything")
	}
	switch {
	case t.withoutSCPs && t.withoutRCPs:
		parts = append(parts, "SCPs and RCPs allow everything")
	case t.withoutSCPs:
		parts = append(parts, "SCPs allow everything")
	case t.withoutRCPs:
		parts = append(parts, "RCPs allow everything")
	}
	if len(parts) == 0 {
		return ""
	}
	return "Assumed, since they aren't given: " + strings.Join(parts, "; ") + "."
}

// plain keeps a name from being Markdown: it stays in its cell, and shows as it is.
func plain(name string) string {
	var out strings.Builder
	for _, r := range strings.Join(strings.Fields(name), " ") {
		if strings.ContainsRune("\\`*_[]<>|~&#", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}
