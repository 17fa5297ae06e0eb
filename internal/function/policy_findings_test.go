// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/function"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const public = `{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}`

func TestPolicyFindings(t *testing.T) {
	t.Parallel()
	document, err := policy.Parse(public)
	if err != nil {
		t.Fatal(err)
	}
	var want []map[string]string
	for _, f := range policy.Findings(document, policy.KindRepository) {
		want = append(want, map[string]string{
			"severity": string(f.Severity), "code": f.Code, "message": f.Message, "path": f.Path,
		})
	}
	if len(want) == 0 {
		t.Fatal("package policy finds nothing in a public repository policy")
	}
	got, funcErr := run(t, function.NewPolicyFindings(), str(public), str("repository"))
	if funcErr != nil {
		t.Fatal(funcErr)
	}
	var findings []map[string]string
	for _, element := range got.(types.List).Elements() {
		finding := map[string]string{}
		for name, value := range element.(types.Object).Attributes() {
			finding[name] = value.(types.String).ValueString()
		}
		findings = append(findings, finding)
	}
	if diff := cmp.Diff(want, findings); diff != "" {
		t.Error(diff)
	}
}

func TestPolicyFindingsNone(t *testing.T) {
	t.Parallel()
	clean := strings.Replace(pull, `"Action":[`, `"Action":["ecr:BatchCheckLayerAvailability",`, 1)
	got, err := run(t, function.NewPolicyFindings(), str(clean), str("repository"))
	if err != nil {
		t.Fatal(err)
	}
	if list := got.(types.List); list.IsNull() || len(list.Elements()) != 0 {
		t.Errorf("got %v, want an empty list", list)
	}
}

func TestPolicyFindingsErrors(t *testing.T) {
	t.Parallel()
	_, err := run(t, function.NewPolicyFindings(), str("no policy"), str("repository"))
	wantError(t, err, 0, "line 1, column 1")
	_, err = run(t, function.NewPolicyFindings(), str(pull), str("bucket"))
	wantError(t, err, 1, `"bucket" is not a kind of policy: write "repository", "registry", "identity", "trust", "endpoint"`)
}
