// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package grants

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ProofAttribute is what the access engine proves of the grants.
func ProofAttribute() schema.ListAttribute {
	return schema.ListAttribute{
		Computed: true, ElementType: types.StringType,
		MarkdownDescription: "What the access engine proves of the grants and the lockdown, a sentence each, such as `[\"Development gives pull access to principals of the accounts in o-…/ou-…/*, where aws:SourceVpce is vpce-…\"]`. " +
			"They name the conditions of a grant. One says what is assumed, because it can't be read from here.",
	}
}

// prove evaluates the grants, and reports those that don't give what they say, or give it to others too. What the
// statements of others do about it is a warning: they may have reasons, and they may change before the apply.
func prove(ctx context.Context, provider *fw.ProviderData, written, grants []pattern.Grant, others []policy.Statement, q Question, diags *diag.Diagnostics) {
	ground := pattern.Ground{Site: q.Site, Repository: q.Repository, Foreign: others}
	if provider.Clients != nil && len(grants) > 0 {
		ground.Registry, ground.Caller = look(ctx, provider.Clients, q.Site)
	}
	proof := pattern.ProveGrants(grants, ground)
	nameUnits(written, proof.Problems)
	nameUnits(written, proof.Foreign)
	Report(diags, proof.Problems)
	for _, p := range proof.Open {
		if q.AllowPublic {
			diags.AddAttributeWarning(root.AtMapKey(p.Path[0]), p.Summary, p.Detail)
			continue
		}
		diags.AddAttributeError(root.AtMapKey(p.Path[0]), p.Summary, p.Detail+" Set allow_public = true if everybody is whom you mean.")
	}
	for _, p := range proof.Foreign {
		if len(p.Path) > 0 {
			Report(diags, []pattern.Problem{p})
			continue
		}
		diags.AddAttributeWarning(path.Root("on_unmanaged_statements"), p.Summary, p.Detail)
	}
	for _, g := range grants {
		open := slices.ContainsFunc(proof.Open, func(p pattern.Problem) bool { return p.Path[0] == g.Name })
		statements.Review(g.Statements(q.Site), statements.Public{Allowed: q.AllowPublic, Reported: open}, root.AtMapKey(g.Name), diags)
	}
}

// nameUnits puts a problem on organization_unit_ids where the grant's paths come from there alone.
func nameUnits(written []pattern.Grant, problems []pattern.Problem) {
	for i, p := range problems {
		units := slices.ContainsFunc(written, func(g pattern.Grant) bool {
			return len(p.Path) == 2 && g.Name == p.Path[0] && p.Path[1] == "organization_paths" && len(g.OrganizationPaths) == 0
		})
		if units {
			problems[i].Path = []string{p.Path[0], "organization_unit_ids"}
			problems[i].Detail = strings.ReplaceAll(p.Detail, "organization_paths", "organization_unit_ids")
		}
	}
}

// look gives the registry policy and the caller, as far as they can be read. Only statements of somebody else can make a
// grant void or lock the caller out, so that these give warnings, and there is none without them.
func look(ctx context.Context, clients *awsapi.Clients, site pattern.Site) (registry []policy.Statement, caller pattern.Caller) {
	identity, err := clients.Identity(ctx)
	caller = pattern.Caller{ARN: identity.ARN, UserID: identity.UserID}
	if err != nil || identity.AccountID != site.AccountID {
		return nil, caller
	}
	text, known := clients.RegistryPolicy(ctx, site.Region)
	if !known || text == "" {
		return nil, caller
	}
	document, err := policy.Parse(text)
	if err != nil {
		// ECR took it, so a newer version of the provider may read it.
		return nil, caller
	}
	return document.Upgrade().Statements, caller
}

// Proof gives the value of the attribute for grants that Plan gave, or that an import found, and what is proven beside them:
// unknown while the account isn't known. standing is the proof that the state has of the same grants and policy, so that a newer
// version's wording is no change; null where there is none.
func Proof(grants []pattern.Grant, beside []string, site pattern.Site, standing types.List) types.List {
	switch {
	case !standing.IsNull():
		return standing
	case site.AccountID == "":
		return types.ListUnknown(types.StringType)
	}
	lines := slices.Concat(pattern.ProveGrants(grants, pattern.Ground{Site: site}).Lines, beside)
	return fw.StringList(lines)
}
