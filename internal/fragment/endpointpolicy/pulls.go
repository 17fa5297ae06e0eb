// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package endpointpolicy

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const pullsName = "pulls"

// PullsAttribute is the argument pulls: pulls through the endpoints, which the access engine is to prove.
func PullsAttribute(description string) schema.MapNestedAttribute {
	return schema.MapNestedAttribute{
		Optional:            true,
		MarkdownDescription: description,
		Validators:          []validator.Map{mapvalidator.SizeAtLeast(1), mapvalidator.NoNullValues(), fw.RowNames()},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"principal_arn": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Role or user who pulls, such as `arn:aws:iam::111111111111:role/web-execution`: the execution role of a task, the role of a node.",
			},
			"organization_path": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "Where the principal's account is in its organization, such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`. Without it, what depends on it isn't known.",
			},
			"repository_arns": schema.SetAttribute{
				Required: true, ElementType: types.StringType,
				MarkdownDescription: "Repositories to pull from, such as `[\"arn:aws:ecr:eu-west-1:111111111111:repository/team/*\"]`; of a name with wildcards, one repository is tried.",
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
			},
			"identity_policies": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "The principal's identity policies as JSON, such as `[ecrx_ecs_roles.web.execution_role.policy_json]`. Without it they are assumed to allow the pull.",
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
			},
			"repository_policy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The policy of the repositories as JSON, such as `ecrx_org_shared_repository.app.policy_json`. Without it, it is assumed to grant the pull to the principal's account, so that the identity policies decide; one that names the principal itself has to be given.",
			},
		}},
	}
}

type pullModel struct {
	PrincipalARN     types.String `tfsdk:"principal_arn"`
	OrganizationPath types.String `tfsdk:"organization_path"`
	RepositoryARNs   types.Set    `tfsdk:"repository_arns"`
	IdentityPolicies types.Set    `tfsdk:"identity_policies"`
	RepositoryPolicy types.String `tfsdk:"repository_policy"`
}

// Pull is one element of pulls.
type Pull struct {
	Name string
	// At is where it stands in the configuration.
	At path.Path
	// Input is the principal with its policies; where the endpoints are is for others to say. A policy that isn't known yet is nil,
	// as one that isn't given.
	Input pattern.PrivatePull
	// Known is false while something of it isn't known yet.
	Known bool
}

// Pulls reads the argument, in the order of their names. Those whose principal or repositories aren't known yet are left out, and known
// is false then. A text that isn't a policy is an error at its place, and so is what pattern.ValidatePrivatePull finds.
func Pulls(ctx context.Context, value types.Map, diags *diag.Diagnostics) (pulls []Pull, known bool) {
	if value.IsUnknown() {
		return nil, false
	}
	known = true
	elements := map[string]types.Object{}
	diags.Append(value.ElementsAs(ctx, &elements, false)...)
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		var m pullModel
		if elements[name].IsUnknown() || elements[name].IsNull() { // null is an error of its own
			known = false
			continue
		}
		diags.Append(elements[name].As(ctx, &m, basetypes.ObjectAsOptions{})...)
		pull := m.pull(name, diags)
		known = known && pull.Known
		if m.PrincipalARN.IsUnknown() || len(pull.Input.RepositoryARNs) == 0 {
			continue
		}
		ReportAt(diags, pull.At, pattern.ValidatePrivatePull(pull.Input))
		pulls = append(pulls, pull)
	}
	return pulls, known
}

func (m *pullModel) pull(name string, diags *diag.Diagnostics) Pull {
	at := path.Root(pullsName).AtMapKey(name)
	repositories, known := fw.KnownStrings(m.RepositoryARNs)
	pull := Pull{Name: name, At: at, Input: pattern.PrivatePull{
		PrincipalARN: m.PrincipalARN.ValueString(), OrganizationPath: m.OrganizationPath.ValueString(), RepositoryARNs: repositories,
	}}
	identity, identityKnown := fw.KnownStrings(m.IdentityPolicies)
	pull.Known = known && identityKnown && !m.PrincipalARN.IsUnknown() && !m.OrganizationPath.IsUnknown() && !m.RepositoryPolicy.IsUnknown()
	if !m.IdentityPolicies.IsNull() && identityKnown {
		pull.Input.Identity = []policy.Document{}
		for _, text := range identity {
			if document, ok := parse(text, at.AtName("identity_policies"), diags); ok {
				pull.Input.Identity = append(pull.Input.Identity, document)
			}
		}
	}
	if !m.RepositoryPolicy.IsNull() && !m.RepositoryPolicy.IsUnknown() {
		if document, ok := parse(m.RepositoryPolicy.ValueString(), at.AtName("repository_policy"), diags); ok {
			pull.Input.Repository = &document
		}
	}
	return pull
}

func parse(text string, at path.Path, diags *diag.Diagnostics) (policy.Document, bool) {
	document, err := policy.Parse(text)
	if err != nil {
		diags.AddAttributeError(at, "Not a policy", "The text is not a policy document: "+err.Error()+". Write it as JSON, for example with jsonencode.")
	}
	return document, err == nil
}
