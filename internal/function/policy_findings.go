// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var _ function.Function = policyFindings{}

// NewPolicyFindings gives the function policy_findings.
func NewPolicyFindings() function.Function { return policyFindings{} }

type policyFindings struct{}

type finding struct {
	Severity string `tfsdk:"severity"`
	Code     string `tfsdk:"code"`
	Message  string `tfsdk:"message"`
	Path     string `tfsdk:"path"`
}

func (policyFindings) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "policy_findings"
}

func (policyFindings) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Reviews an IAM policy document and lists what is wrong or risky in it",
		MarkdownDescription: "Reviews an IAM policy document for the place it is meant for, and gives a list of findings, empty when " +
			"there is nothing to say. Each finding is an object with\n\n" +
			"- `severity`: `\"error\"` for what AWS refuses, what can't work or what opens access to everybody; `\"warning\"` for what " +
			"is probably not meant; `\"info\"` for what is worth knowing\n" +
			"- `code`: a short name of the kind of finding, which stays the same from release to release\n" +
			"- `message`: what is wrong, and what to write instead\n" +
			"- `path`: the place in the document, for example `\"Statement[0].Principal\"`\n\n" +
			"It fails on a text that isn't a policy document, and says at which line and column. Use it in a `check` block or a " +
			"`precondition` to keep a policy clean.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "json",
				MarkdownDescription: "The document, as JSON text, for example `file(\"policy.json\")`.",
			},
			function.StringParameter{
				Name: "kind",
				MarkdownDescription: "What the document is attached to: `\"repository\"` or `\"registry\"` (ECR), `\"identity\"` (a role, user or " +
					"group), `\"trust\"` (who may assume a role) or `\"endpoint\"` (a VPC endpoint).",
			},
		},
		Return: function.ListReturn{
			ElementType: types.ObjectType{
				AttrTypes: map[string]attr.Type{
					"severity": types.StringType,
					"code":     types.StringType,
					"message":  types.StringType,
					"path":     types.StringType,
				},
			},
		},
	}
}

func (policyFindings) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text, kindName string
	if resp.Error = req.Arguments.Get(ctx, &text, &kindName); resp.Error != nil {
		return
	}
	kind, err := policyKind(kindName)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(1, err.Error())
		return
	}
	document, err := policy.Parse(text)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	findings := []finding{}
	for _, f := range policy.Findings(document, kind) {
		findings = append(findings, finding{string(f.Severity), f.Code, f.Message, f.Path})
	}
	resp.Error = resp.Result.Set(ctx, findings)
}

func policyKind(name string) (policy.Kind, error) {
	kinds := []policy.Kind{
		policy.KindRepository, policy.KindRegistry, policy.KindIdentity, policy.KindTrust, policy.KindEndpoint,
	}
	if kind := policy.Kind(name); slices.Contains(kinds, kind) {
		return kind, nil
	}
	var names []string
	for _, k := range kinds {
		names = append(names, fmt.Sprintf("%q", k))
	}
	return "", fmt.Errorf("%q is not a kind of policy: write %s", name, strings.Join(names, ", "))
}
