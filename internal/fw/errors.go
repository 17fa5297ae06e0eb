// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
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

// SetGone takes an object that is gone out of the state, with a warning. The framework wants its identity even then, and a
// Terraform before 1.12 gives none to keep.
func SetGone(ctx context.Context, resp *resource.ReadResponse, object, id string, identity any) {
	resp.Diagnostics.AddWarning(fmt.Sprintf("%s (%s) not found", object, id),
		"It was deleted outside of Terraform, so it is removed from the state. The next apply makes it again.")
	resp.State.RemoveResource(ctx)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
}
