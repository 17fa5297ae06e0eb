// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositoryaccess

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/policydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	Repository         types.String `tfsdk:"repository"`
	RegistryID         types.String `tfsdk:"registry_id"`
	Region             types.String `tfsdk:"region"`
	PolicyJSON         types.String `tfsdk:"policy_json"`
	Statements         types.List   `tfsdk:"statements"`
	Access             types.List   `tfsdk:"access"`
	Findings           types.List   `tfsdk:"findings"`
	OrphanedPrincipals types.List   `tfsdk:"orphaned_principals"`
	Public             types.Bool   `tfsdk:"public"`
	Size               types.Int64  `tfsdk:"size"`
	SizeLeft           types.Int64  `tfsdk:"size_left"`
	DeadGrants         types.List   `tfsdk:"dead_grants"`
}

func (m *model) key() awsapi.RepositoryKey {
	return awsapi.RepositoryKey{Region: m.Region.ValueString(), RegistryID: m.RegistryID.ValueString(), Name: m.Repository.ValueString()}
}

// set takes over the document, which has no statement when there is none.
func (m *model) set(document policy.Document, site pattern.Site, access pattern.RepositoryAccess) {
	canonical := document.WithPartition(site.Partition)
	m.PolicyJSON = types.StringNull()
	if len(document.Statements) > 0 {
		m.PolicyJSON = types.StringValue(canonical.Canonical())
	}
	m.Statements = statements(document.Statements, canonical.Upgrade().Statements)
	m.Access = fw.StringList(access.Lines)
	m.Findings = policydocument.Findings(access.Findings)
	m.OrphanedPrincipals = objects(orphanType, access.Orphans, func(o pattern.Orphan) map[string]attr.Value {
		return map[string]attr.Value{"sid": types.StringValue(o.Sid), "id": types.StringValue(o.ID), "kind": types.StringValue(o.Kind)}
	})
	m.Public = types.BoolValue(access.Public)
	m.Size, m.SizeLeft = types.Int64Value(int64(access.Size)), types.Int64Value(int64(access.SizeLeft))
	m.DeadGrants = objects(deadGrantType, access.Dead, func(d pattern.DeadGrant) map[string]attr.Value {
		return map[string]attr.Value{"name": types.StringValue(d.Name), "summary": types.StringValue(d.Summary), "reason": types.StringValue(d.Reason)}
	})
}

var (
	textsType     = types.ListType{ElemType: types.StringType}
	conditionType = types.ObjectType{AttrTypes: map[string]attr.Type{"test": types.StringType, "variable": types.StringType, "values": textsType}}
	statementType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"sid": types.StringType, "effect": types.StringType, "principals": textsType, "not_principals": textsType, "actions": textsType, "not_actions": textsType,
		"conditions": types.ListType{ElemType: conditionType}, "statement_json": types.StringType,
	}}
	orphanType    = types.ObjectType{AttrTypes: map[string]attr.Type{"sid": types.StringType, "id": types.StringType, "kind": types.StringType}}
	deadGrantType = types.ObjectType{AttrTypes: map[string]attr.Type{"name": types.StringType, "summary": types.StringType, "reason": types.StringType}}
)

// statements gives each statement as it is written, with its canonical form.
func statements(written, canonical []policy.Statement) types.List {
	values := make([]attr.Value, len(written))
	for i, s := range written {
		values[i] = types.ObjectValueMust(statementType.AttrTypes, map[string]attr.Value{
			"sid": types.StringValue(s.Sid), "effect": types.StringValue(string(s.Effect)),
			"principals": fw.StringList(pattern.PrincipalNames(s.Principal)), "not_principals": fw.StringList(pattern.PrincipalNames(s.NotPrincipal)),
			"actions": fw.StringList(s.Actions), "not_actions": fw.StringList(s.NotActions),
			"conditions": objects(conditionType, s.Conditions, func(c policy.Condition) map[string]attr.Value {
				return map[string]attr.Value{"test": types.StringValue(c.Operator), "variable": types.StringValue(c.Key), "values": fw.StringList(c.Values)}
			}),
			"statement_json": types.StringValue(canonical[i].Canonical()),
		})
	}
	return types.ListValueMust(statementType, values)
}

func objects[T any](of types.ObjectType, elements []T, attributes func(T) map[string]attr.Value) types.List {
	values := make([]attr.Value, len(elements))
	for i, element := range elements {
		values[i] = types.ObjectValueMust(of.AttrTypes, attributes(element))
	}
	return types.ListValueMust(of, values)
}
