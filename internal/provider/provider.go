// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package provider is the composition root: the provider block, and the registry of resources, data sources and
// functions.
package provider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

var (
	_ provider.Provider              = (*Provider)(nil)
	_ provider.ProviderWithFunctions = (*Provider)(nil)
)

// Provider is the ecrx provider.
type Provider struct {
	version string
	timing  awsapi.Timing
}

// New gives the constructor of the provider that a release of this version serves.
func New(version string) func() provider.Provider {
	return NewWithTiming(version, awsapi.Timing{})
}

// NewWithTiming is New with the waits of package awsapi set, so that tests need not wait.
func NewWithTiming(version string, timing awsapi.Timing) func() provider.Provider {
	return func() provider.Provider { return &Provider{version: version, timing: timing} }
}

// Metadata names the provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "ecrx"
	resp.Version = p.version
}

// Schema describes the provider block.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// Configure takes over the provider block. It makes no call, and asks for no credentials. While the block has values that
// aren't known yet, resources get no provider data and plan what they can without.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if !req.Config.Raw.IsFullyKnown() {
		resp.Diagnostics.AddWarning("Provider not fully known yet",
			"The provider block has values that are known only after apply, so nothing that depends on the account or the Region is planned or checked now.")
		return
	}
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if region := m.Region.ValueString(); region != "" && !m.SkipRegionValidation.ValueBool() && !awsapi.ListedRegion(region) {
		resp.Diagnostics.AddAttributeError(path.Root("region"), "Not a Region",
			"\""+region+"\" is not an AWS Region that this version of the provider knows. Write its code, such as \"eu-west-1\". For a newer Region, set skip_region_validation = true.")
	}
	if id := m.OrganizationID.ValueString(); id != "" {
		if err := pattern.ValidateOrganizationID(id); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("organization_id"), "Invalid organization id", err.Error())
		}
	}
	config := m.config(ctx, &resp.Diagnostics)
	config.ProviderVersion, config.TerraformVersion, config.Timing = p.version, req.TerraformVersion, p.timing
	data := &fw.ProviderData{
		Clients:        awsapi.New(config),
		OrganizationID: m.OrganizationID.ValueString(),
		DefaultTags:    m.defaultTags(ctx, os.Environ(), &resp.Diagnostics),
		IgnoreTags:     m.ignoreTags(),
		Planned:        &fw.PlannedStatements{},
	}
	resp.ResourceData, resp.DataSourceData = data, data
}

// Resources lists the resources.
func (p *Provider) Resources(context.Context) []func() resource.Resource { return resources() }

// DataSources lists the data sources.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource { return dataSources() }

// Functions lists the provider functions.
func (p *Provider) Functions(context.Context) []func() function.Function { return functions() }
