// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package layers is the argument policies of the data sources that prove access: the policy documents of every layer, its
// schema and its way to authz.Layers.
package layers

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// WhenRead says when Terraform reads a data source with these arguments. A resource's policy_json is known in its plan, and
// whether the data source sees it then depends on how it is referred to.
const WhenRead = "During the plan, once all its arguments are known; where one is known after apply only, the apply fails instead of the plan. Terraform also " +
	"waits for the apply when an argument refers *directly* to a resource that is to be created or changed, even though `policy_json` and `arn` are known by then. " +
	"Refer to the resource through a local value, such as `local.app` after `locals { app = ecrx_org_shared_repository.app }`, and the proof is made in the plan, before anything is."

// Attribute is the argument policies. repository and identity say what these two are good for in the data source at hand.
func Attribute(repository, identity string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "The policy documents that apply, as JSON texts, layer by layer, such as `{ repository = [data.ecrx_repository_policy_document.app.json] }`. " +
			"Left out, nothing is attached anywhere, and the identity policies are assumed to allow everything.",
		Attributes: map[string]schema.Attribute{
			"repository": documents(repository),
			"identity": documents(identity + " Null, the default, says that they aren't known: they are **assumed to allow everything**. " +
				"`[]` says that there are none."),
			"registry": documents("The registry policy, such as `[file(\"registry-policy.json\")]`. ECR enforces it in every request when the registry's policy scope is V2. " +
				"Null or `[]`: there is none."),
			"boundary": documents("The callers' permissions boundary, such as `[data.aws_iam_policy.boundary.policy]`; each of several must allow. " +
				"Null or `[]`: they have none."),
			"session": documents("Session policies that were passed when the role was assumed, such as `[jsonencode({ … })]`. Null or `[]`: there are none."),
			"endpoint": documents("The policy of the interface endpoint that requests with a `source_vpce_id` go through, such as `[file(\"endpoint-policy.json\")]`. " +
				"Null or `[]`: the endpoint allows everything."),
			"gateway_endpoint": documents("The policy of the gateway endpoint that requests to Amazon S3 and DynamoDB with a `source_vpce_id` go through, " +
				"such as `[file(\"s3-endpoint-policy.json\")]`. Null or `[]`: the endpoint allows everything."),
			"scps": levels("Service control policies (SCPs) of the callers' account: for each level of the organization, the root first and the account last, a list of documents, " +
				"such as `[[file(\"full-access.json\")], [file(\"ou.json\")], [file(\"account.json\")]]`. Each level must allow."),
			"rcps": levels("Resource control policies (RCPs) of the repository's account, level by level as in `scps`, such as `[[], [file(\"ou-rcp.json\")]]`. " +
				"They only deny: AWS's RCPFullAWSAccess is implied."),
		},
	}
}

func documents(description string) schema.ListAttribute {
	return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description}
}

func levels(description string) schema.ListAttribute {
	return schema.ListAttribute{
		Optional: true, ElementType: types.ListType{ElemType: types.StringType},
		Validators:          []validator.List{listvalidator.NoNullValues()},
		MarkdownDescription: description + " Null or `[]`, and a level without a document: **not evaluated, which is assumed to allow**.",
	}
}
