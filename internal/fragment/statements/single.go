// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

// Identity is that of a resource which owns a single statement.
type Identity struct {
	AccountID  types.String `tfsdk:"account_id"`
	Region     types.String `tfsdk:"region"`
	Repository types.String `tfsdk:"repository"`
	Sid        types.String `tfsdk:"sid"`
}

// IdentitySchema describes Identity.
func IdentitySchema() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{OptionalForImport: true, Description: "Account of the repository."},
		"region":     identityschema.StringAttribute{OptionalForImport: true, Description: "Region of the repository."},
		"repository": identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the repository."},
		"sid":        identityschema.StringAttribute{RequiredForImport: true, Description: "Sid of the statement."},
	}}
}

// ImportSingle takes "repository/sid[@region]" or the identity of a resource that owns a single statement. defaults are the
// arguments that AWS knows nothing of, example is a Sid to show.
func ImportSingle(ctx context.Context, provider *fw.ProviderData, defaults map[string]any, example string, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, region := fw.ParseImportID(req.ID)
	slash := strings.LastIndex(id, "/")
	identity := Identity{Region: types.StringValue(region)}
	switch {
	case req.ID == "":
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	case slash < 1 || slash == len(id)-1:
		resp.Diagnostics.AddError("Invalid import id",
			fmt.Sprintf("Write \"repository/sid\" or \"repository/sid@region\", such as \"team/app/%s@eu-west-1\".", example))
	default:
		identity.Repository, identity.Sid = types.StringValue(id[:slash]), types.StringValue(id[slash+1:])
	}
	if resp.Diagnostics.HasError() || !fw.Configured(provider, &resp.Diagnostics) {
		return
	}
	if identity.Region.ValueString() == "" {
		identity.Region = types.StringValue(provider.Clients.Region())
	}
	values := map[string]any{
		"repository": identity.Repository, "sid": identity.Sid, "region": identity.Region,
		"registry_id": fw.ImportAccount(ctx, provider, identity.AccountID, &resp.Diagnostics),
	}
	maps.Copy(values, defaults)
	for attribute, value := range values {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
}
