// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

var _ function.Function = evaluateAccess{}

// NewEvaluateAccess gives the function evaluate_access.
func NewEvaluateAccess() function.Function { return evaluateAccess{} }

type evaluateAccess struct{}

type accessDecision struct {
	Decision string   `tfsdk:"decision"`
	Reasons  []string `tfsdk:"reasons"`
}

func (evaluateAccess) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "evaluate_access"
}

func (evaluateAccess) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Decides a request to AWS under the policies of every layer, and says why",
		MarkdownDescription: "Decides one request to AWS under the policies that apply to it, as IAM does, and gives an object with\n\n" +
			"- `decision`: `\"Allowed\"`, `\"ImplicitlyDenied\"` (nothing allows it), `\"ExplicitlyDenied\"` (a statement denies it) or " +
			"`\"Unknown\"` (a construct that this release can't evaluate decides)\n" +
			"- `reasons`: the statements that decided, and what those that came near lack, a sentence each\n\n" +
			"The case is a JSON object. Nothing in it is derived: a condition key that the request's context lacks is absent. The data " +
			"source `ecrx_access` derives the context from who calls, and is the better choice in a configuration.\n\n" +
			"- `v`: `1`\n" +
			"- `request`: `principal` (an ARN, a service principal such as `\"lambda.amazonaws.com\"`, or `{\"type\": \"Anonymous\"}`), " +
			"`action`, `resource` (`\"*\"` for an action on the registry), `resourceAccount` (the 12 digits of the owner, which decide " +
			"what is cross-account) and `context` (texts, or lists of texts for multivalued keys)\n" +
			"- `identityPolicies`, `permissionsBoundaries` and `vpcEndpointPolicies`: lists of policy documents\n" +
			"- `resourcePolicy`, `registryPolicy` and `sessionPolicy`: a policy document or null\n" +
			"- `scps` and `rcps`: for each level of the organization, the root first, a list of policy documents; `[]` when they " +
			"aren't evaluated\n\n" +
			"`id`, `source`, `name`, `tags`, `disputed` and `expect` may stand beside these and change nothing. It fails on a case that " +
			"can't be read, and says which part of it.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "case_json",
				MarkdownDescription: "The case as JSON text, for example `jsonencode({ v = 1, request = { … }, resourcePolicy = { … } })` or a " +
					"line of a file of cases.",
			},
		},
		Return: function.ObjectReturn{
			AttributeTypes: map[string]attr.Type{
				"decision": types.StringType,
				"reasons":  types.ListType{ElemType: types.StringType},
			},
		},
	}
}

func (evaluateAccess) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	c, err := authz.ParseCase(text)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	result := authz.Evaluate(c.Request, c.Layers)
	resp.Error = resp.Result.Set(ctx, accessDecision{
		Decision: result.Decision.String(),
		Reasons:  append([]string{}, result.Reasons()...),
	})
}
