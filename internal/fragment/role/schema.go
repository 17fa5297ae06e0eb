// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package role is what the resources that make an IAM role share: the arguments of a role, its plan, and its life. What the
// role is for, its trust policy and its permissions, is the resource's business.
package role

import (
	"maps"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Model are the arguments and attributes of a role. A resource's model embeds it.
type Model struct {
	Settings
	ARN               types.String `tfsdk:"arn"`
	ManagedPolicyARNs types.Set    `tfsdk:"managed_policy_arns"`
	Name              types.String `tfsdk:"name"`
	NamePrefix        types.String `tfsdk:"name_prefix"`
	PolicyJSON        types.String `tfsdk:"policy_json"`
	Proof             types.List   `tfsdk:"proof"`
	TrustPolicyJSON   types.String `tfsdk:"trust_policy_json"`
	UniqueID          types.String `tfsdk:"unique_id"`
	UserIDPattern     types.String `tfsdk:"user_id_pattern"`
}

// Identity is what identifies a role for an import.
type Identity struct {
	AccountID types.String `tfsdk:"account_id"`
	Name      types.String `tfsdk:"name"`
}

// IdentitySchema describes the identity.
func IdentitySchema() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{OptionalForImport: true, Description: "Account of the role."},
		"name":       identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the role."},
	}}
}

// The forms that IAM takes (IAM API Reference, CreateRole).
var (
	roleName   = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)
	namePrefix = regexp.MustCompile(`^[\w+=,.@-]{1,38}$`)
)

// Permissions are those that a resource of a role needs.
const Permissions = "`iam:CreateRole`, `iam:GetRole`, `iam:UpdateRole`, `iam:UpdateAssumeRolePolicy`, `iam:DeleteRole`, `iam:ListRolePolicies`, `iam:GetRolePolicy`, " +
	"`iam:PutRolePolicy`, `iam:DeleteRolePolicy`, `iam:ListAttachedRolePolicies`, `iam:AttachRolePolicy`, `iam:DetachRolePolicy`, `iam:PutRolePermissionsBoundary`, " +
	"`iam:DeleteRolePermissionsBoundary`, `iam:TagRole`, `iam:UntagRole` and `iam:ListInstanceProfilesForRole`; with `force_detach_policies` also `iam:RemoveRoleFromInstanceProfile`."

// Attributes are the arguments of a role. defaultPath is where a new role stands without a path of its own.
func Attributes(defaultPath string) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Optional: true, Computed: true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplaceIfConfigured()},
			MarkdownDescription: "Name of the role, such as `web-pull`: 1 to 64 letters, digits and `+=,.@_-`. A change makes a new role. Without it and without `name_prefix` a name is made up.",
			Validators:          []validator.String{NameValidator(), stringvalidator.ConflictsWith(path.MatchRoot("name_prefix"))},
		},
		"name_prefix": schema.StringAttribute{
			Optional: true, PlanModifiers: []planmodifier.String{replaceUnlessMadeFrom()},
			MarkdownDescription: "Beginning of a name that is made up, such as `web-pull-`, in the place of `name`. The role's ARN is then known after apply. A change makes a new role.",
			Validators: []validator.String{
				stringvalidator.RegexMatches(namePrefix, "must be 1 to 38 letters, digits and +=,.@_-, such as \"web-pull-\", since 26 more are added"),
			},
		},
		"arn":               computed("ARN of the role, such as `arn:aws:iam::111111111111:role/team/web-pull`."),
		"unique_id":         computed("Unique id of the role, such as `AROAEXAMPLEID`. A role that is deleted and made again has another."),
		"user_id_pattern":   computed("What `aws:userid` of the role's sessions looks like, such as `AROAEXAMPLEID:*`, for the `exempt_user_ids` of a lockdown."),
		"trust_policy_json": computed("Who may assume the role, as a policy document: `{\"Version\":\"2012-10-17\",…}`."),
		"policy_json":       computed("What the role may do, as the inline policy: `{\"Version\":\"2012-10-17\",…}`. Null for a role with managed policies alone."),
		"proof":             ProofAttribute(),
		"managed_policy_arns": schema.SetAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "ARNs of the managed policies that this resource attaches, such as `[\"arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess\"]`.",
		},
	}
	maps.Copy(attributes, SettingsAttributes(defaultPath, "the role"))
	return attributes
}

// NameValidator takes what IAM takes for a role's name.
func NameValidator() validator.String {
	return stringvalidator.RegexMatches(roleName, "must be 1 to 64 letters, digits and +=,.@_-, such as \"web-pull\"")
}

func computed(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}
