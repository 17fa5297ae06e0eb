// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package grants is the argument that says who may do what in a repository: its schema, its way to pattern.Grant and
// back, and its plan. Every resource and data source with grants takes it from here.
package grants

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// Description explains the grants argument wherever it stands.
const Description = "Who may do what, a row each. The key becomes the Sid of the statement, so it holds letters and digits only, " +
	"such as `DevelopmentOU`. Each row names at least one who: `organization_paths`, `organization_unit_ids`, `organization_ids`, " +
	"`accounts`, `principal_arns`, `lambda` or `codebuild`. Each kind of who becomes a statement of its own."

// NestedObject is one row of grants.
func NestedObject() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"access": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "What the row gives: one of `" + strings.Join(pattern.AccessNames(), "`, `") + "`. `pull` is what a container runtime needs.",
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"actions": stringSet("Single ECR actions in the place of `access`, such as `[\"ecr:BatchGetImage\"]`."),
		"organization_paths": stringSet("Patterns of `aws:PrincipalOrgPaths`. `[\"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*\"]` is that organizational unit with all below it; " +
			"without the `*` only the accounts directly in it."),
		"organization_unit_ids": stringSet("Ids of organizational units, such as `[\"ou-ab12-11111111\"]`: all accounts in them and below. They are looked up in AWS Organizations " +
			"unless the provider's `organization_id` is set."),
		"organization_ids": stringSet("Ids of whole organizations, such as `[\"o-a1b2c3d4e5\"]`."),
		"accounts":         stringSet("Account ids, such as `[\"222222222222\"]`. Their own identity policies decide who of them uses the access."),
		"principal_arns":   stringSet("ARNs of roles and users, such as `[\"arn:aws:iam::222222222222:role/ci\"]`, with the path if they have one."),
		"principal_style": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "How `principal_arns` are written. `account` (the default) names their accounts and narrows by `aws:PrincipalArn`: it never fails on a role that doesn't " +
				"exist yet. `wildcard` names everybody and narrows the same way, which is enough alone in the same account, past permissions boundaries. " +
				"`principal` writes the ARNs themselves, which AWS pins to their unique ids.",
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"lambda": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "AWS Lambda functions that run an image of the repository, such as `{ accounts = [\"222222222222\"] }`. It makes the two statements that Lambda needs.",
			Attributes: map[string]schema.Attribute{
				"accounts":         stringSet("Accounts all of whose functions in the repository's Region may use it, such as `[\"222222222222\"]`."),
				"function_arns":    stringSet("ARNs of functions, such as `[\"arn:aws:lambda:eu-west-1:222222222222:function:web\"]`. Never the function's role."),
				"organization_ids": stringSet("Organizations whose functions may use it, such as `[\"o-a1b2c3d4e5\"]`. AWS asks to list accounts, so this warns."),
			},
		},
		"codebuild": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "AWS CodeBuild projects of the repository's own account that pull with CodeBuild's credentials.",
			Attributes: map[string]schema.Attribute{
				"project_arns": stringSet("ARNs of projects, such as `[\"arn:aws:codebuild:eu-west-1:111111111111:project/web\"]`."),
			},
		},
		"conditions": schema.ListNestedAttribute{
			Optional:            true,
			Validators:          []validator.List{listvalidator.NoNullValues()},
			MarkdownDescription: "Further conditions, all of which must hold: `[{ test = \"StringEquals\", variable = \"aws:SourceVpce\", values = [\"vpce-0abc\"] }]`.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"test": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Condition operator of IAM, such as `StringEquals`.",
				},
				"variable": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Condition key, such as `aws:SourceVpce`.",
				},
				"values": schema.SetAttribute{
					Required: true, ElementType: types.StringType,
					MarkdownDescription: "Values of which one is enough, such as `[\"vpce-0abc\"]`.",
					Validators:          []validator.Set{setvalidator.NoNullValues()},
				},
			}},
		},
	}}
}

func stringSet(description string) schema.SetAttribute {
	return schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description, Validators: []validator.Set{setvalidator.NoNullValues()}}
}

// ObjectType is the type of one row.
func ObjectType() types.ObjectType {
	object, ok := NestedObject().Type().(types.ObjectType)
	if !ok {
		panic("a nested object has an object type")
	}
	return object
}

func attributeTypes(row string) map[string]attr.Type {
	switch t := ObjectType().AttrTypes[row].(type) {
	case types.ObjectType:
		return t.AttrTypes
	case types.ListType:
		if element, ok := t.ElemType.(types.ObjectType); ok {
			return element.AttrTypes
		}
	}
	panic(row + " is not a nested attribute")
}
