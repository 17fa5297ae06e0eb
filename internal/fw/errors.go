// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
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

// AddGone warns that an object is gone and leaves the state.
func AddGone(diags *diag.Diagnostics, object, id string) {
	diags.AddWarning(fmt.Sprintf("%s (%s) not found", object, id),
		"It was deleted outside of Terraform, so it is removed from the state. The next apply makes it again.")
}
