// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// validate finds what is wrong between the arguments.
func (m model) validate(ctx context.Context, diags *diag.Diagnostics) {
	grants.Validate(ctx, m.Grants, diags)
	named, known := grants.Expand(ctx, m.Grants, diags)
	lockdown.ValidateInline(ctx, m.Lockdown, named, known, diags)

	exclusions := path.Root("image_tag_mutability_exclusions")
	if !m.ImageTagMutability.IsUnknown() && !m.ImageTagMutabilityExclusions.IsNull() && !excludes(m.ImageTagMutability) {
		diags.AddAttributeError(exclusions, "Exclusions without the mode",
			"The exclusions have no effect unless image_tag_mutability is \"IMMUTABLE_WITH_EXCLUSION\" or \"MUTABLE_WITH_EXCLUSION\". Set it, or remove them.")
	}
	if e := m.encryption(ctx, diags); !e.KMSKey.IsNull() && !e.KMSKey.IsUnknown() && e.Type.ValueString() == aes256 {
		diags.AddAttributeError(path.Root("encryption").AtName("kms_key"), "KMS key with AES256",
			"AES256 uses no KMS key. Write type = \"KMS\", or remove kms_key.")
	}
	if retention, known := m.retention(ctx, diags); known && !m.Retention.IsNull() {
		for _, p := range pattern.ValidateRetention(retention) {
			at := path.Root("retention")
			for _, name := range p.Path {
				at = at.AtName(name)
			}
			diags.AddAttributeError(at, p.Summary, p.Detail)
		}
	}
}

type lifecyclePolicyValidator struct{}

func (lifecyclePolicyValidator) Description(context.Context) string {
	return "a lifecycle policy of ECR as JSON"
}

func (v lifecyclePolicyValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (lifecyclePolicyValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := pattern.ValidateLifecyclePolicy(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid lifecycle policy", err.Error())
	}
}
