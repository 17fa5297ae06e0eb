// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package accessmatrix

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/accessrequest"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/layers"
)

type principal struct {
	ARN              types.String `tfsdk:"arn"`
	ServicePrincipal types.String `tfsdk:"service_principal"`
	OrganizationPath types.String `tfsdk:"organization_path"`
	Tags             types.Map    `tfsdk:"tags"`
	UserID           types.String `tfsdk:"user_id"`
	SourceVPCEID     types.String `tfsdk:"source_vpce_id"`
	IdentityPolicies types.List   `tfsdk:"identity_policies"`
}

type repository struct {
	ARN              types.String `tfsdk:"arn"`
	PolicyJSON       types.String `tfsdk:"policy_json"`
	Tags             types.Map    `tfsdk:"tags"`
	OrganizationPath types.String `tfsdk:"organization_path"`
}

// input is what the engine takes, rows and columns in the order of their names.
type input struct {
	policies     *layers.Policies
	principals   []string
	callers      []authz.MatrixCaller
	repositories []string
	columns      []authz.MatrixRepository
	access       []string
	// assumed are the principals whose identity policies aren't known.
	assumed []string
}

// expand reads the configuration, and reports what is wrong in it.
func expand(ctx context.Context, m *model, diags *diag.Diagnostics) input {
	in := input{policies: layers.Expand(ctx, m.Policies, diags)}
	through := m.Principals.IsUnknown()
	for _, name := range slices.Sorted(maps.Keys(m.Principals.Elements())) {
		var p principal
		at := path.Root("principals").AtMapKey(name)
		element := m.Principals.Elements()[name]
		if element.IsNull() {
			diags.AddAttributeError(at, "Nobody there", "It is null. Write who it is, as in { arn = \"arn:aws:iam::222222222222:role/ci\" }, or leave it out.")
		}
		through = through || element.IsUnknown() || element.IsNull()
		if !row(ctx, element, &p, diags) {
			continue
		}
		p.validate(at, diags)
		through = through || !p.SourceVPCEID.IsNull()
		in.add(name, &p, at, diags)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Repositories.Elements())) {
		var r repository
		at := path.Root("repositories").AtMapKey(name)
		if row(ctx, m.Repositories.Elements()[name], &r, diags) {
			in.repositories = append(in.repositories, name)
			in.columns = append(in.columns, in.column(&r, at, diags))
		}
	}
	for _, element := range m.Access.Elements() {
		if access, ok := element.(types.String); ok {
			in.access = append(in.access, access.ValueString())
		}
	}
	in.policies.ExpectEndpoint(through, "no principal's calls go through one: set source_vpce_id in those whose do.", diags)
	return in
}

// row decodes an element of a map. It reports false for one that isn't known yet or null.
func row(ctx context.Context, element attr.Value, to any, diags *diag.Diagnostics) bool {
	object, ok := element.(types.Object)
	if !ok || object.IsUnknown() || object.IsNull() {
		return false
	}
	diags.Append(object.As(ctx, to, basetypes.ObjectAsOptions{})...)
	return true
}

func (p *principal) validate(at path.Path, diags *diag.Diagnostics) {
	if p.ARN.IsUnknown() || p.ServicePrincipal.IsUnknown() {
		return
	}
	if p.ARN.IsNull() == p.ServicePrincipal.IsNull() {
		diags.AddAttributeError(at.AtName("arn"), "Who is it?", "Set either arn, such as \"arn:aws:iam::222222222222:role/ci\", or service_principal, such as \"lambda.amazonaws.com\".")
	}
	if !p.ARN.IsNull() {
		return
	}
	for name, value := range map[string]attr.Value{
		"organization_path": p.OrganizationPath, "tags": p.Tags, "user_id": p.UserID, "identity_policies": p.IdentityPolicies,
	} {
		if !value.IsNull() {
			diags.AddAttributeError(at.AtName(name), "No principal of an account", "A service is in no account, so it has no "+name+". Leave it out.")
		}
	}
}

func (in *input) add(name string, p *principal, at path.Path, diags *diag.Diagnostics) {
	identity, assumed := in.policies.DefaultIdentity()
	if !p.IdentityPolicies.IsNull() {
		identity, assumed = in.policies.Identity(p.IdentityPolicies, at.AtName("identity_policies"), diags)
	}
	arn := p.ARN.ValueString()
	if assumed && arn != "" && !strings.HasSuffix(arn, ":root") {
		in.assumed = append(in.assumed, name)
	}
	in.principals = append(in.principals, name)
	in.callers = append(in.callers, authz.MatrixCaller{
		Caller: authz.Caller{
			Principal:        arn + p.ServicePrincipal.ValueString(),
			OrganizationPath: accessrequest.OrganizationPathOf(p.OrganizationPath),
			UserID:           p.UserID.ValueString(),
			Tags:             accessrequest.Tags(p.Tags),
			SourceVPCE:       p.SourceVPCEID.ValueString(),
		},
		Identity: identity,
	})
}

func (in *input) column(r *repository, at path.Path, diags *diag.Diagnostics) authz.MatrixRepository {
	out := authz.MatrixRepository{
		Repository: authz.Repository{
			ARN:              r.ARN.ValueString(),
			OrganizationPath: accessrequest.OrganizationPathOf(r.OrganizationPath),
			Tags:             accessrequest.Tags(r.Tags),
		},
		Policy: in.policies.DefaultRepository(),
	}
	if !r.PolicyJSON.IsNull() {
		out.Policy = in.policies.Repository(r.PolicyJSON.ValueString(), at.AtName("policy_json"), diags)
	}
	return out
}

// decide asks the engine, for the principals behind an endpoint and for the others: an endpoint's policy is for what goes
// through it.
func (in *input) decide() table {
	t := table{
		principals: in.principals, repositories: in.repositories, access: in.access, assumed: in.assumed,
		withoutSCPs: !in.policies.HasSCPs(), withoutRCPs: !in.policies.HasRCPs(),
		decisions: make([][][]authz.Outcome, len(in.callers)),
	}
	actions := make([][]string, len(in.access))
	for i, access := range in.access {
		actions[i] = accessrequest.Actions(access)
	}
	for _, through := range [...]bool{false, true} {
		var rows []int
		var callers []authz.MatrixCaller
		for i := range in.callers {
			if (in.callers[i].SourceVPCE != "") == through {
				rows, callers = append(rows, i), append(callers, in.callers[i])
			}
		}
		for i, decisions := range authz.Matrix(callers, in.columns, actions, in.policies.For("ecr:*", through)) {
			t.decisions[rows[i]] = decisions
		}
	}
	return t
}
