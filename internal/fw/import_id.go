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
