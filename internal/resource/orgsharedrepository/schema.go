// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

const description = "An Amazon ECR repository that others may use: accounts of an organizational unit, a whole organization, single accounts, roles, " +
	"Lambda functions or CodeBuild projects. The plan shows the repository policy, and proves it: a grant that gives nobody what it says, or gives it to others too, is an error. " +
	"`proof` says in words who has access. Assumed to allow are the layers that can't be read: identity policies of the callers, service control policies, resource control policies, " +
	"and the registry policy where `ecr:GetRegistryPolicy` isn't allowed.\n\n" +
	"`lockdown` closes the repository to everybody else, whatever their own policies say. A plan in which it makes a grant void, or would keep its caller from changing the policy again, fails.\n\n" +
	"Settings that are left out take their default when the repository is created; on an imported repository they stay as they are. " +
	"Statements of the repository policy that other tools wrote are never changed. ECR has no conditional write, so two writers of one policy " +
	"are repaired by reading back, not ruled out.\n\n" +
	"## IAM permissions\n\n" +
	"`ecr:CreateRepository`, `ecr:TagResource`, `ecr:DescribeRepositories`, `ecr:GetRepositoryPolicy`, `ecr:SetRepositoryPolicy`, `ecr:DeleteRepositoryPolicy`, " +
	"`ecr:GetLifecyclePolicy`, `ecr:PutLifecyclePolicy`, `ecr:DeleteLifecyclePolicy`, `ecr:ListTagsForResource`, `ecr:UntagResource`, `ecr:PutImageTagMutability`, " +
	"`ecr:PutImageScanningConfiguration`, `ecr:ListImages` and `ecr:DeleteRepository`; with `organization_unit_ids` and no `organization_id` in the provider " +
	"also `organizations:DescribeOrganizationalUnit`, `organizations:ListParents` and `organizations:DescribeOrganization`; with a KMS key of your own " +
	"also `kms:DescribeKey`, `kms:CreateGrant` and `kms:RetireGrant` on it. `ecr:GetRegistryPolicy` and `ecr:GetAccountSetting` are optional: with them the plan warns of a " +
	"registry policy that makes a grant void. With `lockdown`, `iam:GetRole` and `iam:ListRoles` are optional: with them the paths of roles are looked up, and the plan warns of ids that belong to no role."

func resourceSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the repository, such as `team/app`. A change makes a new repository.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators:          []validator.String{fw.RepositoryNameValidator()},
			},
			"grants": schema.MapNestedAttribute{
				Optional:            true,
				MarkdownDescription: grants.Description + " " + statements.ImportDescription,
				NestedObject:        grants.NestedObject(),
			},
			"lockdown": lockdown.ResourceInline(),
			"image_tag_mutability": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Whether a tag can be moved to another image: `IMMUTABLE` (the default of a new repository), `MUTABLE`, `IMMUTABLE_WITH_EXCLUSION` or `MUTABLE_WITH_EXCLUSION`.",
				Validators:          []validator.String{stringvalidator.OneOf(immutable, "MUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION")},
			},
			"image_tag_mutability_exclusions": schema.SetAttribute{
				Optional: true, Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Tags that the mutability doesn't apply to, with at most two wildcards each, such as `[\"latest\", \"dev-*\"]`. It goes with one of the `_WITH_EXCLUSION` modes.",
				Validators: []validator.Set{
					setvalidator.SizeBetween(1, 5), setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(stringvalidator.LengthBetween(1, 128), stringvalidator.RegexMatches(exclusionFilter,
						"must be 1 to 128 letters, digits, dots, underscores, dashes and at most two wildcards, such as \"dev-*\"")),
				},
			},
			"encryption": schema.SingleNestedAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Encryption of the images, such as `{ type = \"KMS\", kms_key = \"arn:aws:kms:…\" }`. A change makes a new repository.",
				Attributes: map[string]schema.Attribute{
					"type": schema.StringAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "`AES256` (the default of a new repository), `KMS` or `KMS_DSSE`.",
						Validators:          []validator.String{stringvalidator.OneOf(aes256, "KMS", "KMS_DSSE")},
					},
					"kms_key": schema.StringAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "ARN of the KMS key, such as `arn:aws:kms:eu-west-1:111111111111:key/0b1c…`. Without one AWS's own key for ECR is used.",
						Validators: []validator.String{stringvalidator.RegexMatches(kmsKeyARN,
							"must be the full ARN of a key, such as \"arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab\"; ECR gives the ARN back whatever it was given, so an id or an alias would never match")},
					},
				},
			},
			"scan_on_push": schema.BoolAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Whether images are scanned when they are pushed, such as `true` (the default of a new repository).",
			},
			"retention": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "Which images stay, such as `{ keep_last = 50, untagged_days = 7 }`. ecrx makes the lifecycle policy of it. " +
					"With neither `retention` nor `lifecycle_policy`, the lifecycle policy stays as it is. Conflicts with `lifecycle_policy`.",
				Attributes: map[string]schema.Attribute{
					"keep_last": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Number of images that stay, such as `50`. Older ones expire. Conflicts with `archive_after_days` and `archive_unpulled_days`.",
						Validators:          []validator.Int64{int64validator.AtLeast(1)},
					},
					"untagged_days": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Days after the push at which images without a tag expire, such as `7`.",
						Validators:          []validator.Int64{int64validator.AtLeast(1)},
					},
					"archive_after_days": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Days after the push at which images move to archive storage, such as `90`. Conflicts with `keep_last` and `archive_unpulled_days`.",
						Validators:          []validator.Int64{int64validator.AtLeast(1)},
					},
					"archive_unpulled_days": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Days after the last pull at which images move to archive storage, such as `90`. Conflicts with `keep_last` and `archive_after_days`.",
						Validators:          []validator.Int64{int64validator.AtLeast(1)},
					},
					"expire_archived_days": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Days after an image was archived at which it expires, such as `365`. At least `90`, for which AWS stores an archived image at least.",
						Validators:          []validator.Int64{int64validator.AtLeast(90)},
					},
					"keep_tag_prefixes": schema.SetAttribute{
						Optional: true, ElementType: types.StringType,
						MarkdownDescription: "Beginnings of tags whose images never expire and stay in standard storage, such as `[\"v\", \"release-\"]`.",
						Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.LengthBetween(1, 128), stringvalidator.RegexMatches(tagPrefix, "must be what a tag can begin with: letters, digits and any of . _ -"))},
					},
				},
			},
			"lifecycle_policy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Lifecycle policy as JSON, such as `jsonencode({ rules = […] })`. `jsonencode({ rules = [] })` removes the lifecycle policy. Conflicts with `retention`.",
				Validators: []validator.String{
					stringvalidator.ConflictsWith(path.MatchRoot("retention")),
					lifecyclePolicyValidator{},
				},
			},
			"force_delete": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Whether the repository is deleted with the images in it, such as `false` (the default). It must be applied before the destroy.",
			},
			"on_unmanaged_statements": statements.OnUnmanagedAttribute(),
			"allow_public":            statements.AllowPublicAttribute(),
			"allow_self_lockout":      statements.AllowSelfLockoutAttribute(),
			"region":                  fw.RegionAttribute(),
			"tags":                    fw.TagsAttribute(),
			"tags_all":                fw.TagsAllAttribute(),

			"arn":                   computed("ARN of the repository, such as `arn:aws:ecr:eu-west-1:111111111111:repository/team/app`."),
			"registry_id":           computed("Account of the repository, such as `111111111111`."),
			"repository_url":        computed("URL to push to and pull from, such as `111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/app`."),
			"policy_json":           computed("The statements of the repository policy that this resource owns, as a policy document: `{\"Version\":\"2012-10-17\",…}`."),
			"lifecycle_policy_json": computed("The lifecycle policy, such as `{\"rules\":[…]}`."),
			"consumer_policy_json":  computed("The identity policy to attach, in the other accounts, to those who use the repository: `{\"Version\":\"2012-10-17\",…}`. Across accounts both sides must allow."),
			"consumer_policies":     grants.ConsumerPoliciesAttribute(),
			"proof":                 grants.ProofAttribute(),
			"unmanaged_statements":  statements.UnmanagedAttribute(),
		},
		Blocks: map[string]schema.Block{
			"timeouts": timeouts.BlockAll(ctx),
		},
	}
}

const (
	immutable = "IMMUTABLE"
	aes256    = "AES256"
)

var (
	// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html. The length has a validator of
	// its own: a repetition that is counted costs a millisecond at each start.
	exclusionFilter = regexp.MustCompile(`^[0-9a-zA-Z._-]*(\*[0-9a-zA-Z._-]*){0,2}$`)
	tagPrefix       = regexp.MustCompile(`^[0-9a-zA-Z_][0-9a-zA-Z._-]*$`)
	kmsKeyARN       = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+$`)
)

func computed(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}
