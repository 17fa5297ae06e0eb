// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// WarnOthers warns of grants that the lockdown makes void and that others have in the same policy. They are exempt only where
// the lockdown's own lists name them. by is the resource with the lockdown, repository the name.
func WarnOthers(l pattern.Lockdown, others []policy.Statement, site pattern.Site, by, repository string, diags *diag.Diagnostics) {
	grants, _ := pattern.RecognizeGrants(policy.New(others...), site)
	l.ExemptGrants = new(bool)
	for _, problem := range pattern.LockdownEffect(l, grants, site) {
		diags.AddWarning(problem.Summary, problem.Detail+"\n\nThe lockdown is "+l.Sids()[0]+" of "+by+", and the grant "+problem.Path[0]+
			" is another resource's or tool's in the policy of "+repository+".")
	}
}
