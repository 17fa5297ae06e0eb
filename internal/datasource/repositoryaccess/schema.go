// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositoryaccess

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/policydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

const description = "Reads the policy of an existing Amazon ECR repository and says what it grants: its statements, who has access in words, what is wrong with it, " +
	"principals that were deleted, whether it is public, how much room is left, and which grants a Deny makes void.\n\n" +
	"It is a report, so that nothing in a policy fails the plan: use a `check` block or a `postcondition` for that. `ecrx_access` decides single requests.\n\n" +
	"**Assumptions.** Only the repository's own policy is read. Identity policies of the callers, service control policies, resource control policies and the registry policy are assumed to allow, and " +
	"`access` says so.\n\n" +
	"## IAM permissions\n\n" +
	"- `ecr:GetRepositoryPolicy`\n" +
	"- `ecr:DescribeRepositories`, when `registry_id` is left out and the provider has `skip_requesting_account_id = true`"

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"repository": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the repository, such as `team/app`.",
			Validators:          []validator.String{fw.RepositoryNameValidator()},
		},
		"registry_id": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Account of the repository, such as `111111111111`. Defaults to the caller's.",
			Validators:          fw.RegistryIDAttribute().Validators,
		},
		"region": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "AWS Region of the repository, such as `eu-west-1`. Defaults to the provider's Region.",
			Validators:          fw.RegionAttribute().Validators,
		},
		"policy_json": text("The policy in canonical form, in which one meaning has one text: `{\"Version\":\"2012-10-17\",…}`. Its statements are sorted by Sid. Null when the repository has none."),
		"statements": list("The statements in the order of the policy, so that `Statement[0]` elsewhere is `statements[0]`.", map[string]schema.Attribute{
			"sid":            text("Sid of the statement, such as `LambdaECRImageRetrievalPolicy`; empty when it has none."),
			"effect":         text("`Allow` or `Deny`."),
			"principals":     texts("Whom the statement is for, as it is written there, such as `[\"arn:aws:iam::222222222222:root\"]` or `[\"lambda.amazonaws.com\"]`; `[\"*\"]` is everybody. Empty when it has a NotPrincipal element."),
			"not_principals": texts("Whom a NotPrincipal element leaves out, such as `[\"arn:aws:iam::111111111111:root\"]`: the statement is for everybody else. Empty when it has none."),
			"actions":        texts("What it is about, such as `[\"ecr:BatchGetImage\"]`. Empty when it has a NotAction element."),
			"not_actions":    texts("What a NotAction element leaves out, such as `[\"ecr:PutImage\"]`: the statement is about everything else. Empty when it has none."),
			"conditions": list("What must hold, too.", map[string]schema.Attribute{
				"test":     text("Condition operator, such as `StringEquals`."),
				"variable": text("Condition key, such as `aws:PrincipalOrgID`."),
				"values":   texts("Values of which one is enough, such as `[\"o-a1b2c3d4e5\"]`."),
			}),
			"statement_json": text("The statement in canonical form, such as `{\"Sid\":\"LambdaECRImageRetrievalPolicy\",…}`."),
		}),
		"access": texts("Who has access, a sentence each, such as `[\"Development gives pull access to principals of account 222222222222\"]`. " +
			"The access engine proves what reads as a grant or a lockdown of ecrx, whoever wrote it; a statement that doesn't is named as such. Sentences that begin with `assumed` say what is assumed."),
		"findings": policydocument.FindingsAttribute(),
		"orphaned_principals": list("Principals that were deleted: in a Principal or NotPrincipal element AWS leaves their unique ids, which match nobody, not even a new role of the old name.", map[string]schema.Attribute{
			"sid":  text("Sid of the statement, or its place, such as `Statement[2]`, when it has none."),
			"id":   text("The unique id, such as `AROAEXAMPLE1234567890`."),
			"kind": text("What the id was of: `role`, `user`, or another kind by the id's prefix."),
		}),
		"public": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether the whole policy allows anything to somebody whom nobody chose, such as `false`: a caller without a signature, or a principal of an account that is named nowhere, in no organization or another one, " +
				"who calls from an address that is named nowhere and through no VPC endpoint. So a condition on an organization, a VPC endpoint or an address range makes a statement not public, and so does a Deny that keeps those callers out. " +
				"A condition that every caller can meet, such as one on tags, on the name of a role or on the time, doesn't. An AWS service that acts for others isn't counted: the finding `CONFUSED_DEPUTY` tells.",
		},
		"size": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Characters of `policy_json`, such as `512`; `0` without a policy.",
		},
		"size_left": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Characters that can be added before ECR refuses the policy, which takes 10,240, such as `9728`.",
		},
		"dead_grants": list("Grants that don't give, or not all of, what they say, because a Deny of the same policy takes it from them, or because nobody can meet their conditions.", map[string]schema.Attribute{
			"name":    text("Name of the grant: the Sid of its statement, what the Sids of its statements begin with, such as `Development`, or the place of a statement without a Sid, such as `Statement[2]`."),
			"summary": text("What is wrong, such as `Grant that the lockdown makes void`."),
			"reason":  text("Who doesn't get what, by which statement, and what to write instead, such as `The grant Development is for principals of account 222222222222, to whom the lockdown denies ecr:BatchGetImage: …`."),
		}),
	}
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func texts(description string) schema.ListAttribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

func list(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: description,
		NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}
