// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// RepositoryAttribute is the repository argument of resources that work on a repository which something else makes.
func RepositoryAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the repository, such as `team/app`. A change makes a new object.",
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators:          []validator.String{RepositoryNameValidator()},
	}
}

// RegistryIDAttribute is the registry_id argument that goes with it. PlanRegistryID gives it its value.
func RegistryIDAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Account of the repository, such as `111111111111`. Defaults to the caller's. A change makes a new object.",
		Validators:          []validator.String{accountIDValidator{}},
	}
}

// PlanRegistryID plans the account of the repository: the configured one, else the state's, else the caller's. It is
// unknown while STS can't tell. An object whose registry changes is replaced. state is null for a new object.
func PlanRegistryID(ctx context.Context, provider *ProviderData, config, state types.String, resp *resource.ModifyPlanResponse) types.String {
	planned := config
	if config.IsNull() {
		planned = state
	}
	if planned.IsNull() {
		planned = types.StringUnknown()
		if caller, known := Account(ctx, provider, &resp.Diagnostics); known {
			planned = types.StringValue(caller.AccountID)
		}
	}
	if !state.IsNull() && !planned.IsUnknown() && !planned.Equal(state) {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("registry_id"))
	}
	return planned
}

// ResolveRegistryID gives the account of a repository whose registry_id the plan couldn't know: under
// skip_requesting_account_id ECR has to be asked.
func ResolveRegistryID(ctx context.Context, provider *ProviderData, registryID types.String, key awsapi.RepositoryKey) (types.String, error) {
	if registryID.ValueString() != "" {
		return registryID, nil
	}
	repository, err := provider.Clients.Repository(ctx, key)
	if err != nil {
		return types.StringNull(), err
	}
	return types.StringValue(repository.RegistryID), nil
}
