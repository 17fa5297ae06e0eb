// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policydocument_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/policydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// texts gives a list of documents; none is null.
func texts(documents ...string) types.List {
	if documents == nil {
		return types.ListNull(types.StringType)
	}
	elements := make([]attr.Value, len(documents))
	for i, d := range documents {
		elements[i] = types.StringValue(d)
	}
	return types.ListValueMust(types.StringType, elements)
}

func said(diags diag.Diagnostics) string {
	var all []string
	for _, d := range diags {
		at := ""
		if with, ok := d.(diag.DiagnosticWithPath); ok {
			at = with.Path().String()
		}
		all = append(all, fmt.Sprintf("%s %s: %s: %s", d.Severity(), at, d.Summary(), d.Detail()))
	}
	return strings.Join(all, "\n")
}

func list(sid, action string) policy.Statement {
	return policy.Statement{
		Sid: sid, Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"arn:aws:iam::222222222222:root"}}, Actions: []string{action},
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	document := func(statements ...policy.Statement) string { return policy.New(statements...).Canonical() }
	computed := policy.New(list("B", "ecr:ListImages"))
	for name, tc := range map[string]struct {
		sources, overrides types.List
		want               string
		error              string
	}{
		"alone":      {texts(), texts(), document(list("B", "ecr:ListImages")), ""},
		"sources":    {texts(document(list("C", "ecr:PutImage")), document(list("A", "ecr:PutImage"))), texts(), document(list("A", "ecr:PutImage"), list("B", "ecr:ListImages"), list("C", "ecr:PutImage")), ""},
		"overrides":  {texts(), texts(document(list("B", "ecr:PutImage"))), document(list("B", "ecr:PutImage")), ""},
		"both":       {texts(document(list("A", "ecr:PutImage"))), texts(document(list("A", "ecr:ListImages"))), document(list("A", "ecr:ListImages"), list("B", "ecr:ListImages")), ""},
		"shared Sid": {texts(document(list("B", "ecr:PutImage"))), texts(), "", `Error source_policy_documents: Documents can't be merged: source documents 1 and 2 share the Sid "B"`},
		"source 1":   {texts(document(list("A", "ecr:PutImage")), "no"), texts(), "", `Error source_policy_documents[1]: Invalid policy document: This isn't a policy document: line 1`},
		"override 0": {texts(), texts(`{"Statements":[]}`), "", `Error override_policy_documents[0]: Invalid policy document: This isn't a policy document: `},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := policydocument.Model{SourcePolicyDocuments: tc.sources, OverridePolicyDocuments: tc.overrides}
			var diags diag.Diagnostics
			m.Set(computed, policy.KindRepository, &diags)
			if text := said(diags); !strings.HasPrefix(text, tc.error) || (tc.error == "" && text != "") {
				t.Fatalf("got %q, want %q", text, tc.error)
			}
			if got := m.MinifiedJSON.ValueString(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
			if tc.error != "" {
				return
			}
			if got := m.Size.ValueInt64(); got != int64(len(tc.want)) {
				t.Errorf("the size is %d, want %d", got, len(tc.want))
			}
			if equal, err := policy.EqualText(m.JSON.ValueString(), tc.want); err != nil || !equal || !strings.Contains(m.JSON.ValueString(), "\n  ") {
				t.Errorf("json is %s (%v)", m.JSON, err)
			}
		})
	}
}

func TestSetFindings(t *testing.T) {
	t.Parallel()
	public := list("B", "ecr:ListImages")
	public.Principal = policy.Principal{Any: true}
	m := policydocument.Model{SourcePolicyDocuments: texts(), OverridePolicyDocuments: texts()}
	var diags diag.Diagnostics
	m.Set(policy.New(public), policy.KindRepository, &diags)
	want := policy.Findings(policy.New(public), policy.KindRepository)
	if len(want) == 0 || len(m.Findings.Elements()) != len(want) || len(diags) > 0 {
		t.Fatalf("got %s; %s", m.Findings, said(diags))
	}
	first, ok := m.Findings.Elements()[0].(types.Object)
	if !ok {
		t.Fatalf("got %T", m.Findings.Elements()[0])
	}
	for name, value := range map[string]string{
		"severity": string(want[0].Severity), "code": want[0].Code, "message": want[0].Message, "path": want[0].Path,
	} {
		if got := first.Attributes()[name]; !got.Equal(types.StringValue(value)) {
			t.Errorf("%s is %s, want %q", name, got, value)
		}
	}
}

// What the results hold must have the types that the schema says.
func TestAttributesAndResultsAgree(t *testing.T) {
	t.Parallel()
	own := map[string]schema.Attribute{"grants": schema.StringAttribute{Required: true}}
	attributes := policydocument.Attributes(own)
	if _, ok := attributes["grants"]; !ok {
		t.Error("the data source's own attribute is lost")
	}
	m := policydocument.Model{SourcePolicyDocuments: texts(), OverridePolicyDocuments: texts()}
	var diags diag.Diagnostics
	m.Set(policy.New(list("B", "ecr:ListImages")), policy.KindRepository, &diags)
	for name, value := range map[string]attr.Value{
		"source_policy_documents": m.SourcePolicyDocuments, "override_policy_documents": m.OverridePolicyDocuments,
		"json": m.JSON, "minified_json": m.MinifiedJSON, "size": m.Size, "findings": m.Findings,
	} {
		if got := value.Type(t.Context()); !got.Equal(attributes[name].GetType()) {
			t.Errorf("%s is a %s, and the schema says %s", name, got, attributes[name].GetType())
		}
	}
}
