// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// Account tells, at plan, in which account and partition the provider works. It reports false when that can't be known
// since STS isn't asked or is out of reach: ARNs are then known after apply. Any other failure is an error, and so is an
// account that the provider block doesn't allow. It has to be: the same question is asked again at apply, and a value that
// the plan knew can't become unknown there.
func Account(ctx context.Context, provider *ProviderData, diags *diag.Diagnostics) (caller awsapi.Identity, known bool) {
	caller, err := provider.Clients.Identity(ctx)
	switch {
	case err == nil:
		return caller, true
	case errors.Is(err, awsapi.ErrAccountUnknown):
	case errors.Is(err, awsapi.ErrNoRegion):
		NoRegion(diags)
	case caller.AccountID != "":
		diags.AddError("Account not allowed", err.Error())
	case !awsapi.IsUnreachable(err):
		diags.AddError("Asking STS for the account", err.Error())
	default:
		diags.AddWarning("Account not known", "ARNs and policies are known after apply only.\n\n"+err.Error())
	}
	return awsapi.Identity{}, false
}
