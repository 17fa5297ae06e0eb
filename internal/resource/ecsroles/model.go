// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/permissions"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/role"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

type model struct {
	role.Settings
	Environment        types.String `tfsdk:"environment"`
	Execution          types.Object `tfsdk:"execution"`
	ExecutionRole      types.Object `tfsdk:"execution_role"`
	Infrastructure     types.Bool   `tfsdk:"infrastructure"`
	InfrastructureName types.String `tfsdk:"infrastructure_name"`
	InfrastructureRole types.Object `tfsdk:"infrastructure_role"`
	Service            types.String `tfsdk:"service"`
	Task               types.Object `tfsdk:"task"`
	TaskRole           types.Object `tfsdk:"task_role"`
}

type executionModel struct {
	permissions.Execution
	Name types.String `tfsdk:"name"`
}

type taskModel struct {
	Name          types.String `tfsdk:"name"`
	Permissions   types.Object `tfsdk:"permissions"`
	SourceRegions types.Set    `tfsdk:"source_regions"`
}

type identityModel struct {
	AccountID          types.String `tfsdk:"account_id"`
	ExecutionRole      types.String `tfsdk:"execution_role"`
	InfrastructureRole types.String `tfsdk:"infrastructure_role"`
	TaskRole           types.String `tfsdk:"task_role"`
}

// liveRole is what the computed attributes say of a role.
type liveRole struct {
	ARN                 types.String `tfsdk:"arn"`
	Description         types.String `tfsdk:"description"`
	ManagedPolicyARNs   types.Set    `tfsdk:"managed_policy_arns"`
	MaxSessionDuration  types.Int64  `tfsdk:"max_session_duration"`
	Name                types.String `tfsdk:"name"`
	Path                types.String `tfsdk:"path"`
	PermissionsBoundary types.String `tfsdk:"permissions_boundary"`
	PolicyJSON          types.String `tfsdk:"policy_json"`
	Proof               types.List   `tfsdk:"proof"`
	TagsAll             types.Map    `tfsdk:"tags_all"`
	TrustPolicyJSON     types.String `tfsdk:"trust_policy_json"`
	UniqueID            types.String `tfsdk:"unique_id"`
	UserIDPattern       types.String `tfsdk:"user_id_pattern"`
}

// liveTypes are the types of the attributes of roleAttribute.
func liveTypes() map[string]attr.Type {
	object, ok := roleAttribute(pattern.ECSTaskPart, "").GetType().(types.ObjectType)
	if !ok {
		panic("a nested attribute has an object type")
	}
	return object.AttrTypes
}

// roleOf gives the role that a computed attribute tells of, with the settings that AWS doesn't know; nil for none.
func roleOf(ctx context.Context, object types.Object, settings role.Settings, diags *diag.Diagnostics) *role.Model {
	if object.IsNull() || object.IsUnknown() {
		return nil
	}
	var live liveRole
	diags.Append(object.As(ctx, &live, basetypes.ObjectAsOptions{})...)
	settings.Description, settings.MaxSessionDuration, settings.Path = live.Description, live.MaxSessionDuration, live.Path
	settings.PermissionsBoundary, settings.TagsAll = live.PermissionsBoundary, live.TagsAll
	return &role.Model{
		Settings: settings, ARN: live.ARN, ManagedPolicyARNs: live.ManagedPolicyARNs, Name: live.Name, PolicyJSON: live.PolicyJSON, Proof: live.Proof,
		TrustPolicyJSON: live.TrustPolicyJSON, UniqueID: live.UniqueID, UserIDPattern: live.UserIDPattern,
	}
}

// objectOf is the way back of roleOf.
func objectOf(ctx context.Context, m *role.Model, diags *diag.Diagnostics) types.Object {
	if m == nil {
		return types.ObjectNull(liveTypes())
	}
	object, problems := types.ObjectValueFrom(ctx, liveTypes(), liveRole{
		ARN: m.ARN, Description: m.Description, ManagedPolicyARNs: m.ManagedPolicyARNs, MaxSessionDuration: m.MaxSessionDuration, Name: m.Name, Path: m.Path,
		PermissionsBoundary: m.PermissionsBoundary, PolicyJSON: m.PolicyJSON, Proof: m.Proof, TagsAll: m.TagsAll, TrustPolicyJSON: m.TrustPolicyJSON, UniqueID: m.UniqueID, UserIDPattern: m.UserIDPattern,
	})
	diags.Append(problems...)
	return object
}

// identity are the names of the roles that are there.
func (m *model) identity(ctx context.Context, diags *diag.Diagnostics) identityModel {
	var identity identityModel
	for _, p := range parts() {
		if live := roleOf(ctx, *p.role(m), m.Settings, diags); live != nil {
			*p.identity(&identity) = live.Name
			identity.AccountID = types.StringValue(awsapi.AccountOfARN(live.ARN.ValueString()))
		}
	}
	return identity
}

// id are the names of the roles that the state has, as an import takes them.
func (m *model) id(ctx context.Context) string {
	var names []string
	for _, p := range parts() {
		var unread diag.Diagnostics // identity reports them
		if live := roleOf(ctx, *p.role(m), m.Settings, &unread); live != nil {
			names = append(names, live.Name.ValueString())
		}
	}
	return strings.Join(names, ",")
}
