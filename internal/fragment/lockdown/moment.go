// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// rolesKey holds, in the resource's private state, what the names in exempt_role_names were found to be when the lockdown was
// applied, or at a refresh since.
const rolesKey = "exempt_roles"

// privateState is the part of the framework's private state that is needed here; its own type has no name outside.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Moment is when a lockdown is looked at, and what was remembered until then. Terraform plans twice, perhaps as two callers, and both
// plans have to come out equal: what IAM says goes into a plan only by way of what a refresh or an apply remembered.
type Moment struct {
	// Applying says that whom the plan couldn't know must be known now.
	Applying bool
	// Imported says that the state's lockdown was found at an import and never applied since.
	Imported bool
	// Roles are by the names in exempt_role_names. An apply adds those that it looked up.
	Roles map[string]pattern.RoleLookup

	remembered bool
}

// NewMoment reads what the private state remembers. The Moment of a new object is &Moment{}.
func NewMoment(ctx context.Context, private privateState, diags *diag.Diagnostics) *Moment {
	now := &Moment{Imported: statements.Imported(ctx, private, diags)}
	text, d := private.GetKey(ctx, rolesKey)
	diags.Append(d...)
	if now.remembered = len(text) > 0; now.remembered {
		if err := json.Unmarshal(text, &now.Roles); err != nil {
			diags.AddError("Unreadable private state", "The roles of the lockdown can't be read: "+err.Error())
		}
	}
	return now
}

// Remember keeps the roles after an apply or a refresh.
func (now *Moment) Remember(ctx context.Context, private privateState, diags *diag.Diagnostics) {
	if len(now.Roles) == 0 && !now.remembered {
		return
	}
	text, err := json.Marshal(now.Roles)
	if err != nil {
		panic(err) // strings always marshal
	}
	diags.Append(private.SetKey(ctx, rolesKey, text)...)
}
