// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	frameworkfunction "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/access"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/accessmatrix"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/ecsexecutionpolicydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/ecstaskpolicydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/endpointpolicydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/layerbucketpolicydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/lockdownpolicydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/organizationpaths"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/privateendpointsdiagnosis"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/repositoryaccess"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/repositorypolicydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/tagscopedpolicydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/datasource/trustpolicydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/function"
	"github.com/ecrx/terraform-provider-ecrx/internal/resource/apprunneraccessrole"
	"github.com/ecrx/terraform-provider-ecrx/internal/resource/cipushrole"
	"github.com/ecrx/terraform-provider-ecrx/internal/resource/crossaccountpullrole"
	"github.com/ecrx/terraform-provider-ecrx/internal/resource/ecsroles"
	"github.com/ecrx/terraform-provider-ecrx/internal/resource/ecstaskpermissions"
	"github.com/ecrx/terraform-provider-ecrx/internal/resource/orgsharedrepository"
	"github.com/ecrx/terraform-provider-ecrx/internal/resource/privateendpoints"
	"github.com/ecrx/terraform-provider-ecrx/internal/resource/repositorygrants"
	"github.com/ecrx/terraform-provider-ecrx/internal/resource/repositorylockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/resource/repositorypolicystatement"
)

func resources() []func() resource.Resource {
	return []func() resource.Resource{
		apprunneraccessrole.NewResource,
		cipushrole.NewResource,
		crossaccountpullrole.NewResource,
		ecsroles.NewResource,
		ecstaskpermissions.NewResource,
		orgsharedrepository.NewResource,
		privateendpoints.NewResource,
		repositorygrants.NewResource,
		repositorylockdown.NewResource,
		repositorypolicystatement.NewResource,
	}
}

func dataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		access.NewDataSource,
		accessmatrix.NewDataSource,
		ecsexecutionpolicydocument.NewDataSource,
		ecstaskpolicydocument.NewDataSource,
		endpointpolicydocument.NewDataSource,
		layerbucketpolicydocument.NewDataSource,
		lockdownpolicydocument.NewDataSource,
		organizationpaths.NewDataSource,
		privateendpointsdiagnosis.NewDataSource,
		repositoryaccess.NewDataSource,
		repositorypolicydocument.NewDataSource,
		tagscopedpolicydocument.NewDataSource,
		trustpolicydocument.NewDataSource,
	}
}

func functions() []func() frameworkfunction.Function { return function.All() }
