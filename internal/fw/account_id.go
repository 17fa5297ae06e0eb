// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var accountID = regexp.MustCompile(`^\d{12}$`)

type accountIDValidator struct{}

func (accountIDValidator) Description(context.Context) string { return "an AWS account id" }

func (v accountIDValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (accountIDValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || accountID.MatchString(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid account id",
		fmt.Sprintf("%q is not an account id. Write its 12 digits in quotes, such as \"111111111111\".", req.ConfigValue.ValueString()))
}
