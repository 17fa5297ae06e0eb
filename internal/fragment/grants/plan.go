// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package grants

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// root is where grants stand in every schema.
var root = path.Root("grants")

// Validate reports what is wrong in the grants without knowing where the repository is. It belongs in ValidateConfig.
func Validate(ctx context.Context, value types.Map, diags *diag.Diagnostics) {
	grants, _ := Expand(ctx, value, diags)
	Report(diags, pattern.ValidateGrants(grants))
}

// Question is what Plan needs to know beside the grants.
type Question struct {
	Site pattern.Site
	// Repository is the name; "" while it isn't known.
	Repository string
	// AllowPublic makes a warning of a grant that lets everybody in.
	AllowPublic bool
	// Foreign are the policy's statements that the resource doesn't own, in the form of unmanaged_statements.
	Foreign types.List
}

// Plan gives the grants with their organizational units resolved, reviewed and proven, and the statements of others as they
// will stand beside them. It reports false when they can't be known yet, or are wrong.
func Plan(ctx context.Context, provider *fw.ProviderData, value types.Map, q Question, diags *diag.Diagnostics) (resolved []pattern.Grant, others []policy.Statement, known bool) {
	grants, known := Expand(ctx, value, diags)
	problems := pattern.ValidateGrantsAt(grants, q.Site)
	Report(diags, problems)
	others = statements.Foreign(q.Foreign)
	if q.Site.Partition == "" || pattern.HasErrors(problems) || pattern.HasErrors(pattern.ValidateGrants(grants)) {
		return nil, others, false
	}
	// What is known is proven beside what isn't.
	complete := slices.DeleteFunc(grants, func(g pattern.Grant) bool { return g.Incomplete })
	resolved, ok := resolve(ctx, provider, complete, diags)
	if !ok {
		return nil, others, false
	}
	if key := q.key(); key.Region != "" && key.RegistryID != "" && key.Name != "" {
		others = statements.Superseded(others, provider.Planned.Announce(key, pattern.RepositoryPolicy(resolved, q.Site).Statements))
	}
	prove(ctx, provider, complete, resolved, others, q, diags)
	return resolved, others, known
}

func (q Question) key() awsapi.RepositoryKey {
	return awsapi.RepositoryKey{Region: q.Site.Region, RegistryID: q.Site.AccountID, Name: q.Repository}
}

// Compute gives the grants of a data source, which makes no call: an organizational unit needs the provider's
// organization_id.
func Compute(ctx context.Context, provider *fw.ProviderData, value types.Map, site pattern.Site, diags *diag.Diagnostics) (resolved []pattern.Grant, ok bool) {
	grants, known := Expand(ctx, value, diags)
	Report(diags, pattern.ValidateGrantsAt(grants, site))
	if !known || diags.HasError() {
		return nil, false
	}
	offline := &fw.ProviderData{}
	if provider != nil {
		offline.OrganizationID = provider.OrganizationID
	}
	return resolve(ctx, offline, grants, diags)
}

// resolve puts path patterns in the place of organizational unit ids. With the provider's organization_id it makes no
// call; without, it asks AWS Organizations, if there are clients to ask with.
func resolve(ctx context.Context, provider *fw.ProviderData, grants []pattern.Grant, diags *diag.Diagnostics) ([]pattern.Grant, bool) {
	patterns := map[string]string{}
	for _, id := range pattern.OrganizationalUnits(grants) {
		switch {
		case provider.OrganizationID != "":
			patterns[id] = pattern.OrganizationalUnitPattern(provider.OrganizationID, id)
		case provider.Clients == nil:
			diags.AddAttributeError(root, "Organizational unit of an unknown organization",
				fmt.Sprintf("The path of %s isn't known without a call to AWS Organizations. Set organization_id in the provider block, or write the path in organization_paths.", id))
			return nil, false
		default:
			found, err := provider.Clients.OrganizationalUnitPath(ctx, id)
			if err != nil {
				diags.AddAttributeError(root, "Looking up organizational unit ("+id+")",
					err.Error()+"\n\nSet organization_id in the provider block, or write the path in organization_paths: then no call to AWS Organizations is needed.")
				return nil, false
			}
			patterns[id] = found + "*"
		}
	}
	return pattern.ResolveOrganizationalUnits(grants, patterns), true
}

// Report turns problems into diagnostics on the attributes at fault.
func Report(diags *diag.Diagnostics, problems []pattern.Problem) {
	for _, p := range problems {
		at := fw.At(root.AtMapKey(p.Path[0]), p.Path[1:])
		if p.Severity == policy.SeverityError {
			diags.AddAttributeError(at, p.Summary, p.Detail)
		} else {
			diags.AddAttributeWarning(at, p.Summary, p.Detail)
		}
	}
}
