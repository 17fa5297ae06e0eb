// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package access

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/accessrequest"
)

type request struct {
	PrincipalARN               types.String `tfsdk:"principal_arn"`
	ServicePrincipal           types.String `tfsdk:"service_principal"`
	Anonymous                  types.Bool   `tfsdk:"anonymous"`
	OrganizationPath           types.String `tfsdk:"organization_path"`
	PrincipalTags              types.Map    `tfsdk:"principal_tags"`
	UserID                     types.String `tfsdk:"user_id"`
	Access                     types.String `tfsdk:"access"`
	Action                     types.String `tfsdk:"action"`
	RepositoryARN              types.String `tfsdk:"repository_arn"`
	RepositoryTags             types.Map    `tfsdk:"repository_tags"`
	RepositoryOrganizationPath types.String `tfsdk:"repository_organization_path"`
	SourceVPCEID               types.String `tfsdk:"source_vpce_id"`
	SourceVPCID                types.String `tfsdk:"source_vpc_id"`
	Context                    types.Map    `tfsdk:"context"`
	MultivaluedContext         types.Map    `tfsdk:"multivalued_context"`
	Expect                     types.String `tfsdk:"expect"`
}

// expand gives the known requests by their names.
func expand(ctx context.Context, value types.Map, diags *diag.Diagnostics) map[string]request {
	out := map[string]request{}
	for name, element := range value.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsUnknown() {
			continue
		}
		if object.IsNull() {
			diags.AddAttributeError(path.Root("requests").AtMapKey(name), "No request", "It is null. Write who calls and what for, or leave it out.")
			continue
		}
		var r request
		diags.Append(object.As(ctx, &r, basetypes.ObjectAsOptions{})...)
		out[name] = r
	}
	return out
}

// validate checks the rules between the arguments of a request.
func (r *request) validate(at path.Path, live types.String, diags *diag.Diagnostics) {
	anonymous := attr.Value(r.Anonymous)
	if !r.Anonymous.IsUnknown() && !r.Anonymous.ValueBool() {
		anonymous = types.BoolNull()
	}
	exactlyOne(at, "principal_arn", []attr.Value{r.PrincipalARN, r.ServicePrincipal, anonymous},
		"Who calls? Set one of principal_arn, service_principal and anonymous = true", diags)
	exactlyOne(at, "access", []attr.Value{r.Access, r.Action},
		"What for? Set one of access, such as \"pull\", and action, such as \"ecr:BatchGetImage\"", diags)
	if r.PrincipalARN.IsNull() {
		r.ownedByPrincipal(at, diags)
	}
	if !r.SourceVPCID.IsNull() && r.SourceVPCEID.IsNull() {
		diags.AddAttributeError(at.AtName("source_vpc_id"), "No VPC endpoint",
			"AWS knows the VPC of a call only when it goes through a VPC endpoint. Set source_vpce_id too, or leave source_vpc_id out.")
	}
	if !r.Access.IsUnknown() && !r.Action.IsUnknown() && !r.RepositoryARN.IsUnknown() {
		r.validateResource(at.AtName("repository_arn"), live, diags)
	}
	seen := map[string]bool{}
	for _, attribute := range []struct {
		name string
		keys []string
	}{
		{"context", slices.Sorted(maps.Keys(r.Context.Elements()))},
		{"multivalued_context", slices.Sorted(maps.Keys(r.MultivaluedContext.Elements()))},
	} {
		for _, key := range attribute.keys {
			validateKey(at.AtName(attribute.name).AtMapKey(key), key, diags)
			if folded := strings.ToLower(key); seen[folded] {
				diags.AddAttributeError(at.AtName(attribute.name).AtMapKey(key), "Condition key given twice",
					fmt.Sprintf("%q stands twice in context and multivalued_context, where letter case makes no difference. Leave one of them out.", key))
			} else {
				seen[folded] = true
			}
		}
	}
}

func exactlyOne(at path.Path, name string, values []attr.Value, say string, diags *diag.Diagnostics) {
	set := 0
	for _, v := range values {
		if v.IsUnknown() {
			return
		}
		if !v.IsNull() {
			set++
		}
	}
	switch {
	case set == 0:
		diags.AddAttributeError(at.AtName(name), "Incomplete request", say+".")
	case set > 1:
		diags.AddAttributeError(at.AtName(name), "Ambiguous request", say+", and leave out the others.")
	}
}

// ownedByPrincipal refuses what only a principal of an account has.
func (r *request) ownedByPrincipal(at path.Path, diags *diag.Diagnostics) {
	for name, value := range map[string]attr.Value{
		"organization_path": r.OrganizationPath, "principal_tags": r.PrincipalTags, "user_id": r.UserID,
	} {
		if !value.IsNull() {
			diags.AddAttributeError(at.AtName(name), "No principal of an account",
				"A service or an anonymous caller is in no account, so it has no "+name+". Leave it out.")
		}
	}
}

func (r *request) validateResource(at path.Path, live types.String, diags *diag.Diagnostics) {
	arn, action := r.RepositoryARN.ValueString(), r.Action.ValueString()
	ecr := action == "" || accessrequest.IsECR(action)
	switch {
	case r.onRegistry():
		if arn != "" {
			diags.AddAttributeError(at, "Action on the registry", fmt.Sprintf("%s is on the whole registry of the caller's account, not on a repository. Leave repository_arn out.", action))
		}
	case arn == "" && (live.IsNull() || !ecr):
		diags.AddAttributeError(at, "Incomplete request", "Which repository? Set repository_arn, such as \"arn:aws:ecr:eu-west-1:111111111111:repository/team/app\".")
	case arn == "":
	case !ecr:
		if problem := accessrequest.ARNProblem(arn); problem != "" {
			diags.AddAttributeError(at, "Invalid ARN", problem)
		}
	case accessrequest.RepositoryARNProblem(arn) != "":
		diags.AddAttributeError(at, "Invalid repository ARN", accessrequest.RepositoryARNProblem(arn))
	case live.ValueString() != "" && !strings.HasSuffix(arn, ":repository/"+live.ValueString()):
		diags.AddAttributeError(at, "Another repository", fmt.Sprintf("The policy that is read is that of %q, and this is the ARN of another repository. Leave repository_arn out, or use a data source of its own for it.", live.ValueString()))
	}
}

func validateKey(at path.Path, key string, diags *diag.Diagnostics) {
	if service, name, _ := strings.Cut(key, ":"); service == "" || name == "" || strings.ContainsAny(key, "*? ") {
		diags.AddAttributeError(at, "Invalid condition key", fmt.Sprintf("%q is not a condition key. Write it with its service, as in \"aws:SourceIp\" or \"aws:PrincipalTag/team\".", key))
	}
}

func (r *request) onRegistry() bool { return accessrequest.OnRegistry(r.Action.ValueString()) }

// actions are what the request asks for.
func (r *request) actions() []string {
	return accessrequest.Actions(r.Access.ValueString() + r.Action.ValueString())
}

func (r *request) caller() authz.Caller {
	caller := authz.Caller{
		Principal:        r.PrincipalARN.ValueString() + r.ServicePrincipal.ValueString(),
		OrganizationPath: accessrequest.OrganizationPathOf(r.OrganizationPath),
		UserID:           r.UserID.ValueString(),
		Tags:             accessrequest.Tags(r.PrincipalTags),
		SourceVPCE:       r.SourceVPCEID.ValueString(),
		SourceVPC:        r.SourceVPCID.ValueString(),
		Context:          map[string]authz.Values{},
	}
	if caller.Principal == "" {
		caller.Principal = authz.Anonymous
	}
	for key, element := range r.Context.Elements() {
		caller.Context[key] = authz.Values{}
		if value, ok := element.(types.String); ok && !value.IsNull() {
			caller.Context[key] = authz.Single(value.ValueString())
		}
	}
	for key, element := range r.MultivaluedContext.Elements() {
		var values []string
		if set, ok := element.(types.Set); ok {
			for _, element := range set.Elements() {
				if value, ok := element.(types.String); ok && !value.IsNull() {
					values = append(values, value.ValueString())
				}
			}
		}
		caller.Context[key] = authz.Multi(values...)
	}
	return caller
}

// repository is what is acted on; live is the ARN of the repository whose policy was read.
func (r *request) repository(live string) authz.Repository {
	out := authz.Repository{
		ARN:              r.RepositoryARN.ValueString(),
		OrganizationPath: accessrequest.OrganizationPathOf(r.RepositoryOrganizationPath),
		Tags:             accessrequest.Tags(r.RepositoryTags),
	}
	switch {
	case r.onRegistry():
		out.ARN = "*"
	case out.ARN == "":
		out.ARN = live
	}
	return out
}
