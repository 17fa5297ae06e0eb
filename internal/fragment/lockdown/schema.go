// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package lockdown is the argument that closes a repository to all but a few: its schema, its way to pattern.Lockdown, and
// its review. Every resource and data source with a lockdown takes it from here.
package lockdown

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Description explains a lockdown wherever it stands.
const Description = "One Deny for everybody who isn't exempt. A principal in any of the lists is exempt, which gives it no access by itself."

// Inline is the argument lockdown beside grants, for a data source.
func Inline() schema.SingleNestedAttribute {
	return inline(Attributes())
}

// ResourceInline is the argument lockdown beside grants, for a resource.
func ResourceInline() schema.SingleNestedAttribute {
	return inline(ResourceAttributes())
}

func inline(attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	attributes["exempt_grants"] = flag("`true` (the default) exempts whoever the grants beside it name, conditions or not. A whole account or organization that a grant names is exempt as a whole.")
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Closes the repository to all but a few. " + Description,
		Attributes:          attributes,
	}
}

// ResourceAttributes are the arguments of a lockdown that a resource keeps, and its caller_arn.
func ResourceAttributes() map[string]schema.Attribute {
	own := Attributes()
	own["exempt_role_names"] = stringSet("Names of roles in the repository's account, such as `[\"deployer\"]`, without their path. Their paths, or in the mode `user_id` their unique ids, are looked up at apply, and a refresh shows new ones. " +
		"Until then the documents are known after apply; the plan shows in a warning what it found. Without `iam:GetRole` the name is exempt with every path; in the mode `user_id` that is an error.")
	own["exempt_caller"] = flag("`true` exempts the principal that first applies the lockdown, and keeps its ARN in `caller_arn`, whoever applies later. A replacement takes its own caller, an import the one principal that no other argument names. " +
		"At create the documents are known after apply; the plan shows them in a warning, with a place for the caller. Defaults to `false`; whoever plans or applies is checked all the same.")
	own["caller_arn"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "ARN of the principal whom `exempt_caller` exempts, such as `arn:aws:iam::111111111111:role/ops/deployer`; a session's own ARN where the path of its role can't be looked up.",
	}
	return own
}

// Attributes are the arguments of a lockdown that stands alone.
func Attributes() map[string]schema.Attribute {
	own := map[string]schema.Attribute{
		"mode": schema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "How the statement names those who are exempt. `principal_arn` (the default) compares `aws:PrincipalArn`: a role that is deleted and created again under its name stays exempt. " +
				"`user_id` is for `exempt_user_ids`, and writes the unique ids of `exempt_role_names`: a role that is made again has another id, and is denied. `not_principal` writes `exempt_principal_arns` as a `NotPrincipal` element and `exempt_user_ids` beside it, " +
				"and adds no default. IAM advises against it: it always denies principals that have a permissions boundary.",
		},
		"exempt_principal_arns": stringSet("ARNs of roles and users, such as `[\"arn:aws:iam::111111111111:role/service-role/web\"]`, with the path if they have one. Names may hold wildcards, except in the mode `not_principal`, " +
			"which needs the account's root as well: `[\"arn:aws:iam::111111111111:root\", \"arn:aws:iam::111111111111:user/admin\"]`."),
		"exempt_user_ids":           stringSet("Values of `aws:userid`: `[\"AROAEXAMPLE1234567890:*\"]` is every session of a role, `[\"AIDAEXAMPLE1234567890\"]` a user."),
		"exempt_accounts":           stringSet("Account ids, such as `[\"222222222222\"]`. Everybody there is exempt."),
		"exempt_organization_ids":   stringSet("Ids of organizations, such as `[\"o-a1b2c3d4e5\"]`. Everybody in their accounts is exempt."),
		"exempt_organization_paths": stringSet("Patterns of `aws:PrincipalOrgPaths`. `[\"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*\"]` is that organizational unit with all below it; without the `*` only the accounts directly in it."),
		"exempt_replication_from":   stringSet("Accounts whose registries replicate into this one, such as `[\"222222222222\"]`: the service-linked role of their replication is exempt."),
		"actions":                   stringSet("Actions that are denied. Defaults to `[\"ecr:*\"]`. `[\"ecr:BatchGetImage\", \"ecr:PutImage\"]` and their like leave the policy itself to everybody who may change it."),
		"sid": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{stringvalidator.LengthBetween(1, 512)},
			MarkdownDescription: "Sid of the statement, letters and digits. Defaults to `DenyOthers`.",
		},
	}
	maps.Copy(own, map[string]schema.Attribute{
		"exempt_root_user":            flag("`true` (the default) exempts the root user of the repository's account, and nobody else of it."),
		"exempt_aws_services":         flag("`true` (the default) exempts AWS's services where they call for themselves, such as `lambda.amazonaws.com`. A service that calls by a role is that role."),
		"exempt_service_linked_roles": flag("`true` (the default) exempts the service-linked roles of the repository's account: Inspector, pull through and replication work by them."),
	})
	return own
}

func stringSet(description string) schema.SetAttribute {
	return schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description, Validators: []validator.Set{setvalidator.NoNullValues()}}
}

func flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
}
