// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package access

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/accessrequest"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/layers"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

const description = "Proves in the plan who may do what with an ECR repository: it evaluates requests under the policies of every layer, as IAM does, and " +
	"fails the plan when one of them isn't decided as expected, with the reasons. It makes no call and needs no credentials, no Region and no network, unless `repository` is set.\n\n" +
	"A request is described by who calls and from where; the condition keys that AWS would send follow from that. What isn't given isn't known, and the decision is " +
	"`Unknown` where it matters: an unknown never becomes an allow, and meets no expectation.\n\n" +
	"**Assumptions.** Identity policies that aren't given (`policies.identity` is null) are assumed to allow everything, and each reason list that rests on it ends with a " +
	"sentence that says so. SCPs and RCPs that aren't given aren't evaluated, which is to assume that they allow. Other layers that aren't given don't exist; the registry policy isn't read along with a repository's: give it in `policies.registry` if there is one.\n\n" +
	"**When it is read.** " + layers.WhenRead + "\n\n" +
	"## IAM permissions\n\n" +
	"None without `repository`. With it:\n\n" +
	"- `ecr:GetRepositoryPolicy`\n" +
	"- `ecr:DescribeRepositories`, when a request leaves out `repository_arn`"

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"policies": layers.Attribute(
			"The policy of the repository, such as `[data.ecrx_repository_policy_document.app.json]`. Null or `[]`: it has none, unless `repository` is set.",
			"The identity policies of the callers: attached, inline and of their groups, such as `[data.aws_iam_policy_document.ci.json]`."),
		"repository": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Name of an existing repository, such as `team/app`, whose live policy takes the place of `policies.repository`. Requests may then leave out " +
				"`repository_arn`. For a repository that this configuration makes or changes, give its `policy_json` in `policies.repository` instead: the live policy is the one before the apply.",
			Validators: []validator.String{fw.RepositoryNameValidator()},
		},
		"registry_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Account of `repository`, such as `111111111111`. Defaults to the caller's.",
			Validators:          append(fw.RegistryIDAttribute().Validators, stringvalidator.AlsoRequires(path.MatchRoot("repository"))),
		},
		"region": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Region of `repository`, such as `eu-west-1`. Defaults to the provider's.",
			Validators:          append(fw.RegionAttribute().Validators, stringvalidator.AlsoRequires(path.MatchRoot("repository"))),
		},
		"requests": schema.MapNestedAttribute{
			Required:            true,
			Validators:          []validator.Map{mapvalidator.SizeAtLeast(1), fw.RowNames()},
			MarkdownDescription: "The requests, by names of your choice, such as `{ ci_pushes = { … } }`. Each says who calls (`principal_arn`, `service_principal` or `anonymous`) and what for (`access` or `action`).",
			NestedObject:        schema.NestedAttributeObject{Attributes: requestAttributes()},
		},
		"results": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What becomes of each request, by its name.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"decision": schema.StringAttribute{
					Computed: true,
					MarkdownDescription: "`Allowed`, `AllowedInPart`, `ImplicitlyDenied`, `ExplicitlyDenied` or `Unknown`. An access preset is `Allowed` when all its actions are, " +
						"and `AllowedInPart` when some are. Otherwise the decision is that of the action that fails most clearly.",
				},
				"reasons": schema.ListAttribute{
					Computed: true, ElementType: types.StringType,
					MarkdownDescription: "Why, a sentence each, such as `statement Pull of the repository policy allows it`.",
				},
			}},
		},
	}
}

func requestAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"principal_arn": text("ARN of who calls: a role (which stands for its sessions), a user, a session, a federated user or an account's root user, such as "+
			"`arn:aws:iam::222222222222:role/ci`.", accessrequest.PrincipalARN()),
		"service_principal": text("An AWS service that calls by its own principal, such as `lambda.amazonaws.com`. Say on behalf of what in `context`, with `aws:SourceArn` and `aws:SourceAccount`.",
			accessrequest.ServicePrincipal()),
		"anonymous": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "`true` for a request that nobody signed.",
		},
		"organization_path": text("Where the caller's account is in its organization, such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`; `\"\"` for an account in no organization. "+
			"Null: not known.", accessrequest.OrganizationPath()),
		"principal_tags": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			Validators:          []validator.Map{mapvalidator.NoNullValues(), mapvalidator.KeysAre(stringvalidator.LengthBetween(1, 128))},
			MarkdownDescription: "Tags of the caller and its session, such as `{ team = \"web\" }`; `{}` for none. Null: not known.",
		},
		"user_id": text("The caller's `aws:userid`, such as `AROAEXAMPLE:session` for a role's session. Null: not known.", fw.Word(256)...),
		"access": text("What is asked for, as in a grant: one of `"+strings.Join(pattern.AccessNames(), "`, `")+"`. Each action of it is a request of its own.",
			accessrequest.Access()),
		"action": text("One action in the place of `access`, such as `ecr:BatchGetImage`.", accessrequest.Action()),
		"repository_arn": text("ARN of the repository, such as `arn:aws:ecr:eu-west-1:111111111111:repository/team/app`. Left out for an action on the registry, such as " +
			"`ecr:GetAuthorizationToken`. For an action of another service, the ARN of what it acts on."),
		"repository_tags": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			Validators:          []validator.Map{mapvalidator.NoNullValues(), mapvalidator.KeysAre(stringvalidator.LengthBetween(1, 128))},
			MarkdownDescription: "Tags of the repository, such as `{ team = \"web\" }`; `{}` for none. Null: not known.",
		},
		"repository_organization_path": text("Where the repository's account is in its organization, such as `o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/`; `\"\"` for an account in no organization. "+
			"Null: not known.", accessrequest.OrganizationPath()),
		"source_vpce_id": text("VPC endpoint that the call goes through, such as `vpce-0a1b2c3d4e5f60718`. Null: none, and endpoint policies don't apply.", accessrequest.VPCEndpointID()),
		"source_vpc_id":  text("VPC of that endpoint, such as `vpc-0a1b2c3d4e5f60718`. Null: not known, where there is an endpoint.", accessrequest.VPCID()),
		"context": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Any other condition key, such as `{ \"aws:SourceIp\" = \"203.0.113.7\" }`; it stands above what follows from the other arguments. A null value says that the request doesn't carry the key.",
		},
		"multivalued_context": schema.MapAttribute{
			Optional: true, ElementType: types.SetType{ElemType: types.StringType},
			Validators:          []validator.Map{mapvalidator.NoNullValues(), mapvalidator.ValueSetsAre(setvalidator.NoNullValues())},
			MarkdownDescription: "Condition keys that hold several values, such as `{ \"aws:TagKeys\" = [\"team\"] }`. `[]` says that the request doesn't carry the key.",
		},
		"expect": text("What the decision must be for the plan to go on: `allowed` (every action is), `denied` (every action is denied, either way), `not_fully_allowed` (at least one action is denied), `implicitly_denied` (nothing allows it) or "+
			"`explicitly_denied` (a statement denies it). Null: anything.",
			stringvalidator.OneOf(expectAllowed, expectDenied, expectNotFullyAllowed, expectImplicitlyDenied, expectExplicitlyDenied)),
	}
}

func text(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: validators}
}
