// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// ProviderData is what the configured provider hands to its resources and data sources.
type ProviderData struct {
	Clients *awsapi.Clients
	// OrganizationID, when set, turns organizational unit ids into path patterns without a call.
	OrganizationID string
	DefaultTags    map[string]string
	IgnoreTags     IgnoreTags
	// Planned are the statements of repository policies that this plan has come to so far.
	Planned *PlannedStatements
}

// WithProvider is embedded by resources that need the provider's data. Provider is nil while Terraform validates, and
// while the provider block has values that aren't known yet: then a refresh leaves the state as it is.
type WithProvider struct {
	Provider *ProviderData
}

// Configure takes over the provider's data.
func (w *WithProvider) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	w.Provider = providerData(req.ProviderData, &resp.Diagnostics)
}

// DataSourceWithProvider is WithProvider for data sources.
type DataSourceWithProvider struct {
	Provider *ProviderData
}

// Configure takes over the provider's data.
func (w *DataSourceWithProvider) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	w.Provider = providerData(req.ProviderData, &resp.Diagnostics)
}

func providerData(data any, diags *diag.Diagnostics) *ProviderData {
	if data == nil {
		return nil
	}
	provider, ok := data.(*ProviderData)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Got %T. This is a bug in the provider: please report it.", data))
	}
	return provider
}

// Configured reports whether the provider can make calls, and says what to do when it can't.
func Configured(provider *ProviderData, diags *diag.Diagnostics) bool {
	if provider == nil {
		diags.AddError("Provider not configured",
			"The provider block has values that aren't known yet, so nothing can be read. Apply what they come from first, with -target.")
		return false
	}
	return true
}

// CheckRegion is [CheckRegion] for the argument region of a data source. Each that has one calls it first.
func (w *DataSourceWithProvider) CheckRegion(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) bool {
	var region types.String
	diags.Append(config.GetAttribute(ctx, path.Root("region"), &region)...)
	return CheckRegion(w.Provider, region, path.Root("region"), diags)
}
