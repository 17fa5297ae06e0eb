// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package endpointpolicy is the arguments that say what the VPC endpoints of ECR and of its layers let through.
package endpointpolicy

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Arguments is the model of Attributes. The model of what has them embeds it.
type Arguments struct {
	Access            types.String `tfsdk:"access"`
	RepositoryARNs    types.Set    `tfsdk:"repository_arns"`
	PrincipalARNs     types.Set    `tfsdk:"principal_arns"`
	OrganizationIDs   types.Set    `tfsdk:"organization_ids"`
	ProtectFromDelete types.Set    `tfsdk:"protect_from_delete"`
}

// Attributes are the arguments about the ECR endpoints.
func Attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"access": schema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "What the endpoints let through: one of `" + strings.Join(pattern.AccessNames(), "`, `") + "`, and the login. " +
				"`pull` without it, where `repository_arns`, `principal_arns` or `organization_ids` is set.",
		},
		"repository_arns": set("Repositories that are reached, such as `[\"arn:aws:ecr:eu-west-1:111111111111:repository/team/*\"]`; the name may hold wildcards. Without it, any repository. The login has no repository, and is never limited by it."),
		"principal_arns": set("Roles and users who may use the endpoints, such as `[\"arn:aws:iam::111111111111:role/web-execution\"]`; the name may hold wildcards. They are named by a condition on `aws:PrincipalArn`, which holds for a role that is made again. " +
			"With `organization_ids` whoever is in one of both may."),
		"organization_ids":    set("Organizations whose principals may use the endpoints, such as `[\"o-a1b2c3d4e5\"]`."),
		"protect_from_delete": set("Repositories that nobody deletes through the endpoints, such as `[\"arn:aws:ecr:eu-west-1:111111111111:repository/team/app\"]`; the name may hold wildcards. Alone it lets all else through."),
	}
}

// AdditionalBucketARNs is the argument about further buckets that the S3 endpoint lets through.
func AdditionalBucketARNs() schema.SetAttribute {
	return set("Further buckets whose objects can be read through the S3 endpoint, such as `[\"arn:aws:s3:::build-cache\", \"arn:aws:s3:::shared/images/*\"]`. The name may hold wildcards, but not begin with one.")
}

// set is an optional set of strings, which holds at least one when it is there: an empty one must not stand for any.
func set(description string) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description,
		Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
	}
}

// Input reads what is known of the arguments.
func (a *Arguments) Input() pattern.EndpointPolicyInput {
	input := pattern.EndpointPolicyInput{Access: a.Access.ValueString(), Incomplete: a.Access.IsUnknown()}
	for _, s := range []struct {
		from types.Set
		to   *[]string
	}{
		{a.RepositoryARNs, &input.RepositoryARNs},
		{a.PrincipalARNs, &input.PrincipalARNs},
		{a.OrganizationIDs, &input.OrganizationIDs},
		{a.ProtectFromDelete, &input.ProtectFromDelete},
	} {
		known, all := fw.KnownStrings(s.from)
		*s.to, input.Incomplete = known, input.Incomplete || !all
	}
	return input
}

// Report turns problems into diagnostics on the arguments at fault.
func Report(diags *diag.Diagnostics, problems []pattern.Problem) {
	ReportAt(diags, path.Empty(), problems)
}

// ReportAt is Report for arguments that stand below a place of the schema.
func ReportAt(diags *diag.Diagnostics, place path.Path, problems []pattern.Problem) {
	for _, p := range problems {
		at := fw.At(place, p.Path)
		if p.Severity == policy.SeverityError {
			diags.AddAttributeError(at, p.Summary, p.Detail)
		} else {
			diags.AddAttributeWarning(at, p.Summary, p.Detail)
		}
	}
}
