// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// Refresh looks the roles that an apply remembered up again, so that one that was made again shows in the next plan. It belongs
// in Read. A role that may not be looked up now is kept as it was, and so is one whose every path is exempt.
func Refresh(ctx context.Context, provider *fw.ProviderData, l pattern.Lockdown, site pattern.Site, at path.Path, now *Moment, diags *diag.Diagnostics) {
	maps.DeleteFunc(now.Roles, func(name string, _ pattern.RoleLookup) bool { return !slices.Contains(l.ExemptRoleNames, name) })
	var names []string
	for _, name := range l.ExemptRoleNames {
		if was, remembered := now.Roles[name]; remembered && (was.ARN != "" || l.Mode == pattern.LockdownByUserID) {
			names = append(names, name)
		}
	}
	found, errs := lookUp(ctx, provider, names, false)
	for i, name := range names {
		switch {
		case errs[i] == nil && awsapi.AccountOfARN(found[i].ARN) == site.AccountID:
			if was := now.Roles[name]; was.UniqueID != found[i].UniqueID && l.Mode == pattern.LockdownByUserID {
				diags.AddAttributeWarning(at.AtName("exempt_role_names"), "Role that was made again",
					"The role "+name+" isn't the one that was exempt: it was deleted and made again. Its unique id was "+was.UniqueID+" and is "+found[i].UniqueID+", which takes the place of the old one with the next apply.")
			}
			now.Roles[name] = found[i]
		case awsapi.IsNotFound(errs[i]):
			diags.AddAttributeWarning(at.AtName("exempt_role_names"), "Role that is gone",
				"There is no role "+name+". Whom the lockdown exempts for it stays, "+now.Roles[name].ARN+" with the unique id "+now.Roles[name].UniqueID+
					", which belongs to no role any more: one that is made again gets another id. Make the role again, or remove it from exempt_role_names.")
		}
	}
}

// lookUp asks IAM for the roles, for all at once. wait says that they should be there, so that those that aren't are waited for.
func lookUp(ctx context.Context, provider *fw.ProviderData, names []string, wait bool) (found []pattern.RoleLookup, errs []error) {
	found, errs = make([]pattern.RoleLookup, len(names)), make([]error, len(names))
	look := provider.Clients.FindRole
	if wait {
		look = provider.Clients.AwaitRole
	}
	var looking sync.WaitGroup
	for i, name := range names {
		looking.Go(func() {
			role, err := look(ctx, name)
			found[i], errs[i] = pattern.RoleLookup{ARN: role.ARN, UniqueID: role.UniqueID}, err
		})
	}
	looking.Wait()
	return found, errs
}

// roles gives what the names stand for: what is remembered, and what is looked up now, which an apply remembers.
func (q *Question) roles(ctx context.Context, provider *fw.ProviderData, names []string, diags *diag.Diagnostics) map[string]pattern.RoleLookup {
	at := q.At.AtName("exempt_role_names")
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { _, remembered := q.Now.Roles[name]; return remembered })
	all := maps.Clone(q.Now.Roles)
	if all == nil {
		all = map[string]pattern.RoleLookup{}
	}
	if len(names) == 0 {
		return all
	}
	foreign := func(account string) bool {
		if account != q.Site.AccountID {
			diags.AddAttributeError(at, "Roles of another account",
				"Roles are looked up in the provider's account "+account+", and the repository is in "+q.Site.AccountID+". Name them by their ARNs in exempt_principal_arns.")
		}
		return account != q.Site.AccountID
	}
	if identity, err := provider.Clients.Identity(ctx); err == nil && foreign(identity.AccountID) {
		return all
	}
	found, errs := lookUp(ctx, provider, names, q.Now.Applying)
	for i, name := range names {
		switch err := errs[i]; {
		case err == nil && foreign(awsapi.AccountOfARN(found[i].ARN)): // where STS isn't asked
		case err == nil, awsapi.IsAccessDenied(err):
			all[name] = found[i]
		case !awsapi.IsNotFound(err):
			fw.AddError(diags, "looking up", "IAM role", name, err)
		case q.Now.Applying:
			diags.AddAttributeError(at, "Role that doesn't exist",
				"There is no role "+name+" to exempt. Make it first, or remove it from exempt_role_names; depends_on makes the lockdown wait for a role of the same configuration.")
		default:
			diags.AddAttributeWarning(at, "Role that doesn't exist yet", "There is no role "+name+" so far, and the apply fails unless it is there by then.")
		}
	}
	if q.Now.Applying {
		q.Now.Roles = all
	}
	return all
}

// reviewIDs warns of unique ids that no role has any more. A caller who may not list the roles isn't warned.
func (q *Question) reviewIDs(ctx context.Context, provider *fw.ProviderData, l pattern.Lockdown, diags *diag.Diagnostics) {
	ofRole := func(id string) bool { return strings.HasPrefix(id, "AROA") }
	if q.Now.Applying || !slices.ContainsFunc(l.ExemptUserIDs, ofRole) {
		return
	}
	if identity, err := provider.Clients.Identity(ctx); err != nil || identity.AccountID != q.Site.AccountID {
		return
	}
	roles, err := provider.Clients.RoleIDs(ctx)
	if err != nil {
		return
	}
	for _, userID := range l.ExemptUserIDs {
		id, _, _ := strings.Cut(userID, ":")
		if _, there := roles[id]; ofRole(id) && !there {
			diags.AddAttributeWarning(q.At.AtName("exempt_user_ids"), "Id that belongs to no role",
				"No role of account "+q.Site.AccountID+" has the unique id "+id+": a role that is deleted and made again gets another one, and is denied. "+
					"Write its new id, which aws iam get-role shows as RoleId, or its name in exempt_role_names. A role of another account can't be looked up from here.")
		}
	}
}
