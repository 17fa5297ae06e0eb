// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

var _ function.Function = organizationPath{}

// NewOrganizationPath gives the function organization_path.
func NewOrganizationPath() function.Function { return organizationPath{} }

type organizationPath struct{}

func (organizationPath) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "organization_path"
}

func (organizationPath) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Builds the path of an organizational unit, as the condition key aws:PrincipalOrgPaths holds it",
		MarkdownDescription: "Builds the path of an organizational unit (OU) from ids, as the condition key `aws:PrincipalOrgPaths` " +
			"holds it: each id with a slash behind it, the last one too. A path without that slash never matches.\n\n" +
			"For `(\"o-a1b2c3d4e5\", \"r-ab12\", \"ou-ab12-11111111\")` it gives `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`, which stands " +
			"for the accounts directly in the OU. Put `*` behind it for the accounts in the OUs below it too: " +
			"`\"${provider::ecrx::organization_path(…)}*\"`. Without an OU it gives the path of the accounts directly under the root.\n\n" +
			"The data source `ecrx_organization_paths` looks the path of an OU up at AWS.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "org",
				MarkdownDescription: "The id of the organization, for example `\"o-a1b2c3d4e5\"`.",
			},
			function.StringParameter{
				Name:                "root",
				MarkdownDescription: "The id of the organization's root, for example `\"r-ab12\"`.",
			},
		},
		VariadicParameter: function.StringParameter{
			Name: "ous",
			MarkdownDescription: "The ids of the OUs from the one under the root down to the one that is meant, for example " +
				"`\"ou-ab12-11111111\"`.",
		},
		Return: function.StringReturn{},
	}
}

func (organizationPath) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var org, root string
	var units []string
	if resp.Error = req.Arguments.Get(ctx, &org, &root, &units); resp.Error != nil {
		return
	}
	if err := pattern.ValidateOrganizationID(org); err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	if err := pattern.ValidateRootID(root); err != nil {
		resp.Error = function.NewArgumentFuncError(1, err.Error())
		return
	}
	for i, unit := range units {
		if err := pattern.ValidateOrganizationalUnitID(unit); err != nil {
			resp.Error = function.NewArgumentFuncError(int64(2+i), err.Error())
			return
		}
	}
	path, err := pattern.OrganizationPath(org, root, units...)
	if err != nil {
		resp.Error = function.NewFuncError(err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, path)
}
