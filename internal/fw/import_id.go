// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// ParseImportID splits an import string "name[@region]". The region is "" when there is none, which stands for the
// provider's.
func ParseImportID(id string) (name, region string) {
	if at := strings.LastIndex(id, "@"); at > 0 && awsapi.ValidRegion(id[at+1:]) {
		return id[:at], id[at+1:]
	}
	return id, ""
}

// ImportAccount gives the account of an import: the identity's, else the caller's. It is null under
// skip_requesting_account_id: the read that follows asks ECR.
func ImportAccount(ctx context.Context, provider *ProviderData, identity types.String, diags *diag.Diagnostics) types.String {
	if identity.ValueString() != "" {
		return identity
	}
	caller, err := provider.Clients.Identity(ctx)
	if errors.Is(err, awsapi.ErrAccountUnknown) {
		return types.StringNull()
	}
	if err != nil {
		diags.AddError("Account not known", err.Error())
	}
	return types.StringValue(caller.AccountID)
}

// CheckImportAccount reports an identity that names another account than the provider's, in which an object of the same name
// would be taken for the one that is meant. object is what it is called: "Repository".
func CheckImportAccount(ctx context.Context, provider *ProviderData, object string, identity types.String, diags *diag.Diagnostics) {
	account := identity.ValueString()
	if account == "" || !Configured(provider, diags) {
		return
	}
	if caller := ImportAccount(ctx, provider, types.StringNull(), diags).ValueString(); caller != "" && caller != account {
		diags.AddError(object+" of another account",
			"The identity names account "+account+", and the provider works in "+caller+". Import with a provider that has credentials of that account.")
	}
}
