// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package grants

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	Access              types.String `tfsdk:"access"`
	Actions             types.Set    `tfsdk:"actions"`
	OrganizationPaths   types.Set    `tfsdk:"organization_paths"`
	OrganizationUnitIDs types.Set    `tfsdk:"organization_unit_ids"`
	OrganizationIDs     types.Set    `tfsdk:"organization_ids"`
	Accounts            types.Set    `tfsdk:"accounts"`
	PrincipalARNs       types.Set    `tfsdk:"principal_arns"`
	PrincipalStyle      types.String `tfsdk:"principal_style"`
	Lambda              types.Object `tfsdk:"lambda"`
	CodeBuild           types.Object `tfsdk:"codebuild"`
	Conditions          types.List   `tfsdk:"conditions"`
}

type lambdaModel struct {
	Accounts        types.Set `tfsdk:"accounts"`
	FunctionARNs    types.Set `tfsdk:"function_arns"`
	OrganizationIDs types.Set `tfsdk:"organization_ids"`
}

type codeBuildModel struct {
	ProjectARNs types.Set `tfsdk:"project_arns"`
}

type conditionModel struct {
	Test     types.String `tfsdk:"test"`
	Variable types.String `tfsdk:"variable"`
	Values   types.Set    `tfsdk:"values"`
}

// Expand reads the grants, sorted by name, and tells whether all of their values are known. What isn't known yet is left
// out, and its grant marked incomplete.
func Expand(ctx context.Context, value types.Map, diags *diag.Diagnostics) (grants []pattern.Grant, known bool) {
	if value.IsUnknown() {
		return nil, false
	}
	known = true
	for _, name := range slices.Sorted(maps.Keys(value.Elements())) {
		object, ok := value.Elements()[name].(types.Object)
		if !ok || object.IsUnknown() {
			known = false
			continue
		}
		if object.IsNull() {
			grants = append(grants, pattern.Grant{Name: name})
			continue
		}
		var m model
		diags.Append(object.As(ctx, &m, basetypes.ObjectAsOptions{})...)
		grant := m.grant(ctx, name, diags)
		known = known && !grant.Incomplete
		grants = append(grants, grant)
	}
	return grants, known
}

// reader takes known values out of framework values and remembers whether it met one that isn't known.
type reader struct{ incomplete bool }

func (r *reader) strings(set types.Set) []string {
	known, all := fw.KnownStrings(set)
	r.incomplete = r.incomplete || !all
	return known
}

func (r *reader) string(value types.String) string {
	r.incomplete = r.incomplete || value.IsUnknown()
	return value.ValueString()
}

// has reports whether a nested attribute is there to read.
func (r *reader) has(value attr.Value) bool {
	r.incomplete = r.incomplete || value.IsUnknown()
	return !value.IsNull() && !value.IsUnknown()
}

func (m model) grant(ctx context.Context, name string, diags *diag.Diagnostics) pattern.Grant {
	var r reader
	g := pattern.Grant{
		Name:                  name,
		Access:                r.string(m.Access),
		Actions:               r.strings(m.Actions),
		OrganizationPaths:     r.strings(m.OrganizationPaths),
		OrganizationalUnitIDs: r.strings(m.OrganizationUnitIDs),
		OrganizationIDs:       r.strings(m.OrganizationIDs),
		Accounts:              r.strings(m.Accounts),
		PrincipalARNs:         r.strings(m.PrincipalARNs),
		PrincipalStyle:        r.string(m.PrincipalStyle),
	}
	if r.has(m.Lambda) {
		var lambda lambdaModel
		diags.Append(m.Lambda.As(ctx, &lambda, basetypes.ObjectAsOptions{})...)
		g.Lambda = &pattern.LambdaGrant{
			Accounts:        r.strings(lambda.Accounts),
			FunctionARNs:    r.strings(lambda.FunctionARNs),
			OrganizationIDs: r.strings(lambda.OrganizationIDs),
		}
	}
	if r.has(m.CodeBuild) {
		var codeBuild codeBuildModel
		diags.Append(m.CodeBuild.As(ctx, &codeBuild, basetypes.ObjectAsOptions{})...)
		g.CodeBuild = &pattern.CodeBuildGrant{ProjectARNs: r.strings(codeBuild.ProjectARNs)}
	}
	if r.has(m.Conditions) {
		g.Conditions = r.conditions(ctx, m.Conditions, diags)
	}
	g.Incomplete = r.incomplete
	return g
}

func (r *reader) conditions(ctx context.Context, list types.List, diags *diag.Diagnostics) []policy.Condition {
	var conditions []policy.Condition
	for _, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok || !r.has(object) {
			continue
		}
		var c conditionModel
		diags.Append(object.As(ctx, &c, basetypes.ObjectAsOptions{})...)
		conditions = append(conditions, policy.Condition{
			Operator: r.string(c.Test), Key: r.string(c.Variable), Values: r.strings(c.Values),
		})
	}
	return conditions
}

// Flatten is the way back from Expand, for an import. It gives null for no grants.
func Flatten(ctx context.Context, grants []pattern.Grant, diags *diag.Diagnostics) types.Map {
	if len(grants) == 0 {
		return types.MapNull(ObjectType())
	}
	rows := map[string]attr.Value{}
	for _, g := range grants {
		row, d := types.ObjectValueFrom(ctx, ObjectType().AttrTypes, flatten(ctx, g, diags))
		diags.Append(d...)
		rows[g.Name] = row
	}
	return types.MapValueMust(ObjectType(), rows)
}

func flatten(ctx context.Context, g pattern.Grant, diags *diag.Diagnostics) model {
	m := model{
		Access:              fw.OptionalString(g.Access),
		Actions:             fw.StringSet(g.Actions),
		OrganizationPaths:   fw.StringSet(g.OrganizationPaths),
		OrganizationUnitIDs: fw.StringSet(g.OrganizationalUnitIDs),
		OrganizationIDs:     fw.StringSet(g.OrganizationIDs),
		Accounts:            fw.StringSet(g.Accounts),
		PrincipalARNs:       fw.StringSet(g.PrincipalARNs),
		PrincipalStyle:      fw.OptionalString(g.PrincipalStyle),
		Lambda:              types.ObjectNull(attributeTypes("lambda")),
		CodeBuild:           types.ObjectNull(attributeTypes("codebuild")),
		Conditions:          types.ListNull(types.ObjectType{AttrTypes: attributeTypes("conditions")}),
	}
	if g.Lambda != nil {
		object, d := types.ObjectValueFrom(ctx, attributeTypes("lambda"), lambdaModel{
			fw.StringSet(g.Lambda.Accounts), fw.StringSet(g.Lambda.FunctionARNs), fw.StringSet(g.Lambda.OrganizationIDs),
		})
		diags.Append(d...)
		m.Lambda = object
	}
	if g.CodeBuild != nil {
		object, d := types.ObjectValueFrom(ctx, attributeTypes("codebuild"), codeBuildModel{fw.StringSet(g.CodeBuild.ProjectARNs)})
		diags.Append(d...)
		m.CodeBuild = object
	}
	if len(g.Conditions) > 0 {
		var conditions []conditionModel
		for _, c := range g.Conditions {
			conditions = append(conditions, conditionModel{types.StringValue(c.Operator), types.StringValue(c.Key), fw.StringSet(c.Values)})
		}
		list, d := types.ListValueFrom(ctx, types.ObjectType{AttrTypes: attributeTypes("conditions")}, conditions)
		diags.Append(d...)
		m.Conditions = list
	}
	return m
}
