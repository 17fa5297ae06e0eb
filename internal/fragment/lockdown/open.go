// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// open gives the lockdown with what the access engine takes for unknown in the place of what isn't known yet. It reports false while
// it isn't known what the lockdown denies, or how it names principals. Flags that aren't known are taken to exempt.
func (m *Inlined) open() (l pattern.Lockdown, ok bool) {
	l = m.Lockdown()
	l.ExemptCaller, l.CallerARN = l.ExemptCaller || m.ExemptCaller.IsUnknown(), m.CallerARN.ValueString()
	for list, set := range map[*[]string]types.Set{
		&l.ExemptPrincipalARNs: m.ExemptPrincipalARNs, &l.ExemptUserIDs: m.ExemptUserIDs, &l.ExemptAccounts: m.ExemptAccounts,
		&l.ExemptOrganizationIDs: m.ExemptOrganizationIDs, &l.ExemptOrganizationPaths: m.ExemptOrganizationPaths, &l.ExemptRoleNames: m.ExemptRoleNames,
	} {
		if _, all := fw.KnownStrings(set); !all {
			*list = append(*list, authz.UnknownValue)
		}
	}
	_, actions := fw.KnownStrings(m.Actions)
	return l, actions && !m.Mode.IsUnknown()
}

// reviewOpen reports the grants that a lockdown of which not all is known makes void, whatever the rest turns out to be.
func (m *Inlined) reviewOpen(ctx context.Context, provider *fw.ProviderData, b Beside, diags *diag.Diagnostics) {
	l, ok := m.open()
	if ok && l.Incomplete && b.Site.Partition != "" && b.Site.AccountID != "" && !diags.HasError() {
		l.Roles = b.Now.Roles
		reportGrants(diags, pattern.LockdownEffect(l.WithPlaces(b.Site, account(ctx, provider)), b.Grants, b.Site))
	}
}
