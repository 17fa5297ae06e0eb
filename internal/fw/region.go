// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// RegionAttribute is the region argument of every resource whose object is regional, as in hashicorp/aws v6. PlanRegion
// gives it its value: a plan modifier of the attribute couldn't reach the provider's default.
func RegionAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "AWS Region of the object, such as `eu-west-1`. Defaults to the provider's Region. A change makes a new object.",
		Validators:          []validator.String{regionValidator{}},
	}
}

// PlanRegion plans the region: the configured one, else the provider's. An existing object whose region would change is
// replaced. state is null for a new object. The region is unknown when it can't be known yet, or there is none, which is
// an error.
func PlanRegion(provider *ProviderData, config, state types.String, resp *resource.ModifyPlanResponse) types.String {
	if config.IsUnknown() {
		if state.ValueString() != "" {
			resp.Diagnostics.AddAttributeWarning(path.Root("region"), "Region not known yet",
				"The region comes from a value that is known only after apply. If it turns out to be another Region, the apply fails, since Terraform can decide on a replacement only while it plans.")
		}
		return config
	}
	region := config.ValueString()
	if region == "" {
		region = provider.Clients.Region()
	}
	if region == "" {
		NoRegion(&resp.Diagnostics)
		return types.StringUnknown()
	}
	if !CheckRegion(provider, types.StringValue(region), path.Root("region"), &resp.Diagnostics) {
		return types.StringUnknown()
	}
	if state.ValueString() != "" && state.ValueString() != region {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("region"))
		if config.IsNull() {
			resp.Diagnostics.AddAttributeWarning(path.Root("region"), "Replaced because of the provider's Region",
				"The object is in "+state.ValueString()+" and the provider's Region is now "+region+". Set region = \""+state.ValueString()+"\" here to keep the object.")
		}
	}
	return types.StringValue(region)
}

// NoRegion reports that there is no Region to work in. All who miss one say it in the same words, so that it is one error.
func NoRegion(diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("region"), "No Region",
		"The provider has no Region. Set region in the provider block, or set the environment variable AWS_REGION.")
}

// CheckRegion reports a Region that AWS doesn't have, unless the provider has skip_region_validation. The attribute's validator, which
// can't see the provider, looks at the form alone and has said so already. provider is nil while it isn't configured.
func CheckRegion(provider *ProviderData, region types.String, at path.Path, diags *diag.Diagnostics) bool {
	name := region.ValueString()
	if provider == nil || name == "" || provider.Clients.AcceptsRegion(name) {
		return true
	}
	if awsapi.ValidRegion(name) {
		diags.AddAttributeError(at, "Not a Region", "\""+name+"\" is not an AWS Region that this version of the provider knows. "+
			"Write its code, such as \"eu-west-1\". For a newer Region, set skip_region_validation = true in the provider block.")
	}
	return false
}

type regionValidator struct{}

func (regionValidator) Description(context.Context) string { return "an AWS Region" }

func (regionValidator) MarkdownDescription(context.Context) string {
	return "an AWS Region, such as `eu-west-1`"
}

// ValidateString refuses what can't be a Region.
func (regionValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || awsapi.ValidRegion(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Not a Region",
		"\""+req.ConfigValue.ValueString()+"\" is not an AWS Region. Write its code, such as \"eu-west-1\" or \"us-gov-west-1\".")
}
