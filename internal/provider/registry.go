// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	frameworkfunction "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/function"
)

func resources() []func() resource.Resource {
	return []func() resource.Resource{}
}

func dataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{}
}

func functions() []func() frameworkfunction.Function { return function.All() }
