// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// SameAccount reports an object whose state names another account than the one in which the provider works: there it would seem to be
// gone, or an object of the same name would be taken for it. account is "" while the state doesn't say; then, and while the provider
// doesn't know its own account, nothing is reported.
func SameAccount(ctx context.Context, provider *ProviderData, object, id, account string, diags *diag.Diagnostics) {
	if caller := otherAccount(ctx, provider, account); caller != "" {
		diags.AddError(fmt.Sprintf("%s (%s) is in account %s", object, id, account), fmt.Sprintf(
			"The state says so, and the provider works in account %s. Nothing was changed. Give the provider credentials of account %s.%s", caller, account, moving(account, caller)))
	}
}

// otherAccount gives the provider's account where it is known to be another one, else "".
func otherAccount(ctx context.Context, provider *ProviderData, account string) string {
	if provider == nil || account == "" {
		return ""
	}
	caller, err := provider.Clients.Identity(ctx)
	if err != nil || caller.AccountID == account { // the next call reports the error
		return ""
	}
	return caller.AccountID
}

func moving(from, to string) string {
	return fmt.Sprintf("\n\nTo leave the object in %s and make a new one in %s, first take it out of the state: with `terraform state rm`, or with a removed block "+
		"that has lifecycle { destroy = false }.", from, to)
}

// privateState is what a request or a response gives of the private state.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// accountKey is where the account of an object is remembered whose state has none.
const accountKey = "account"

// RememberAccount remembers in the private state in which account the object is. It does nothing while the provider doesn't know.
func RememberAccount(ctx context.Context, provider *ProviderData, private interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}, diags *diag.Diagnostics,
) {
	if caller, err := provider.Clients.Identity(ctx); err == nil {
		diags.Append(private.SetKey(ctx, accountKey, []byte(`"`+caller.AccountID+`"`))...)
	}
}

// RememberedAccount gives what RememberAccount remembered, "" when that is nothing.
func RememberedAccount(ctx context.Context, private privateState, diags *diag.Diagnostics) string {
	text, problems := private.GetKey(ctx, accountKey)
	diags.Append(problems...)
	if len(text) < 2 {
		return ""
	}
	return string(text[1 : len(text)-1])
}

// AccountOf gives the account in an ARN of the state, "" while there is none.
func AccountOf(arn types.String) string { return awsapi.AccountOfARN(arn.ValueString()) }
