// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

var _ function.Function = policyEquivalent{}

// NewPolicyEquivalent gives the function policy_equivalent.
func NewPolicyEquivalent() function.Function { return policyEquivalent{} }

type policyEquivalent struct{}

func (policyEquivalent) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "policy_equivalent"
}

func (policyEquivalent) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Tells whether two IAM policy documents mean the same",
		MarkdownDescription: "Gives `true` when two IAM policy documents in JSON mean the same, however they are written: the order of " +
			"statements and lists, a list of one against its value alone (`[\"ecr:BatchGetImage\"]` against `\"ecr:BatchGetImage\"`), " +
			"`\"*\"` against `{\"AWS\": \"*\"}` as the principal, an account's id against the ARN of its root, and the case of action names " +
			"make no difference.\n\n" +
			"It fails on a text that isn't a policy document, and says at which line and column.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "a",
				MarkdownDescription: "The one document, as JSON text, for example `file(\"policy.json\")`.",
			},
			function.StringParameter{
				Name:                "b",
				MarkdownDescription: "The other document, as JSON text, for example `data.aws_iam_policy_document.reviewed.json`.",
			},
		},
		Return: function.BoolReturn{},
	}
}

func (policyEquivalent) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var texts [2]string
	if resp.Error = req.Arguments.Get(ctx, &texts[0], &texts[1]); resp.Error != nil {
		return
	}
	var documents [2]policy.Document
	for i, text := range texts {
		document, err := policy.Parse(text)
		if err != nil {
			resp.Error = function.NewArgumentFuncError(int64(i), err.Error())
			return
		}
		documents[i] = document
	}
	resp.Error = resp.Result.Set(ctx, policy.Equal(documents[0], documents[1]))
}
