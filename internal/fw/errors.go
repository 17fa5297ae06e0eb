// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// AddError reports a failed operation, as in "creating ECR repository policy (team/app)", with AWS's answer and what to
// do next. Every error of a call goes through here.
func AddError(diags *diag.Diagnostics, doing, object, id string, err error) {
	summary := fmt.Sprintf("%s %s (%s)", doing, object, id)
	detail := err.Error()
	switch {
	case errors.Is(err, context.Canceled):
		detail += "\n\nThe operation was interrupted. Run it again to continue."
	case errors.Is(err, context.DeadlineExceeded):
		detail += "\n\nThe operation took longer than its timeout. Run it again, or raise the timeout in the timeouts block."
	}
	diags.AddError(summary, detail)
}

// AddCreateError is AddError for a create. Where the object may be there all the same, or one of that name is, it adds the block that
// imports it into resourceType with that id.
func AddCreateError(diags *diag.Diagnostics, resourceType, object, id, importID string, err error) {
	if awsapi.MayExist(err) || awsapi.IsAlreadyExists(err) {
		err = fmt.Errorf("%w\n\nIf it is there and meant to be this one, put this block into the configuration, with the resource's address as `to`, and apply again:\n\n"+
			"import {\n  to = %s.NAME\n  id = %q\n}", err, resourceType, importID)
	}
	AddError(diags, "creating", object, id, err)
}

// SetGone takes an object that is gone out of the state, with a warning. The framework wants its identity even then, and a
// Terraform before 1.12 gives none to keep. account is where the object was asked for, "" for the provider's own: what another
// account has isn't always shown to this one, so that an object which isn't found there stays in the state, with an error.
func SetGone(ctx context.Context, provider *ProviderData, resp *resource.ReadResponse, object, id, account string, identity any) {
	if caller := otherAccount(ctx, provider, account); caller != "" {
		resp.Diagnostics.AddError(fmt.Sprintf("%s (%s) not found in account %s", object, id, account), fmt.Sprintf(
			"The provider works in account %s, to which account %s may not show it, so it isn't taken for deleted. Nothing was changed. "+
				"Give the provider credentials of account %s, or, if the object was deleted there, take it out of the state with `terraform state rm`.%s",
			caller, account, account, moving(account, caller)))
		return
	}
	resp.Diagnostics.AddWarning(fmt.Sprintf("%s (%s) not found", object, id),
		"It was deleted outside of Terraform, so it is removed from the state. The next apply makes it again.")
	resp.State.RemoveResource(ctx)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
}
