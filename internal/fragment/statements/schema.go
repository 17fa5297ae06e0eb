// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package statements is how resources share one repository policy: each owns the statements with its own Sids, and
// leaves everybody else's alone. It has the arguments that go with that, and the read, review and write of statements.
package statements

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// What on_unmanaged_statements can say.
const (
	Warn   = "warn"
	Keep   = "keep"
	Error  = "error"
	Remove = "remove"
)

// ImportDescription says, at an argument that makes statements, what an import does about it.
const ImportDescription = "An import fills it with what the policy shows, and owns nothing yet: the first apply takes over the statements that the configuration names, by their Sids, " +
	"and leaves the others as unmanaged."

// OnUnmanagedAttribute is the on_unmanaged_statements argument.
func OnUnmanagedAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, Default: stringdefault.StaticString(Warn),
		MarkdownDescription: "What to do about statements of the repository policy that this resource doesn't own: `warn` (the default) and `keep` leave them alone, " +
			"`error` fails the plan (and the first apply, before which nothing is read), `remove` deletes them.",
		Validators: []validator.String{stringvalidator.OneOf(Warn, Keep, Error, Remove)},
	}
}

// UnmanagedAttribute is the computed unmanaged_statements.
func UnmanagedAttribute() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "Statements of the repository policy that this resource doesn't own, as of the last read. After an import these are all of them, until an apply takes over what the configuration names.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"sid": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Sid of the statement, such as `LambdaECRImageRetrievalPolicy`; empty when it has none.",
			},
			"statement_json": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The statement as JSON, such as `{\"Sid\":\"LambdaECRImageRetrievalPolicy\",…}`.",
			},
		}},
	}
}

// AllowPublicAttribute is the allow_public argument.
func AllowPublicAttribute() schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true, Computed: true, Default: booldefault.StaticBool(false),
		MarkdownDescription: "Whether a statement may be open to everybody, such as `false` (the default), which makes it an error at plan.",
	}
}

// AllowSelfLockoutAttribute is the allow_self_lockout argument.
func AllowSelfLockoutAttribute() schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true, Computed: true, Default: booldefault.StaticBool(false),
		MarkdownDescription: "Whether the policy may keep its own caller from changing it again, such as `false` (the default). Only `true` sends `force` to ECR. The next plan then has to be made by somebody whom the policy lets read it.",
	}
}

func unmanagedType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{"sid": types.StringType, "statement_json": types.StringType}}
}

// UnknownUnmanaged stands for unmanaged_statements where only the apply can tell.
func UnknownUnmanaged() types.List { return types.ListUnknown(unmanagedType()) }

// UnmanagedValue gives unmanaged_statements.
func UnmanagedValue(foreign []policy.Statement) types.List {
	values := make([]attr.Value, len(foreign))
	for i, s := range foreign {
		values[i] = types.ObjectValueMust(unmanagedType().AttrTypes, map[string]attr.Value{
			"sid": types.StringValue(s.Sid), "statement_json": types.StringValue(s.Canonical()),
		})
	}
	return types.ListValueMust(unmanagedType(), values)
}
