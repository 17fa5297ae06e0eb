// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/permissions"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/role"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ImportState takes the names "execution,task,infrastructure", any of which may be empty, or the identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var identity identityModel
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		fw.CheckImportAccount(ctx, r.Provider, "Role", identity.AccountID, &resp.Diagnostics)
	}
	names := strings.Split(req.ID, ",")
	some, twice := false, false
	named := map[string]bool{}
	for i, p := range parts() {
		name := p.identity(&identity)
		if i < len(names) && names[i] != "" {
			*name = types.StringValue(strings.TrimSpace(names[i]))
		}
		if name.ValueString() == "" {
			continue
		}
		some, twice = true, twice || named[name.ValueString()]
		named[name.ValueString()] = true
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(p.attribute).AtName("name"), *name)...)
	}
	if !some || twice || len(names) > len(parts()) {
		resp.Diagnostics.AddError("Invalid import id", "Write the names of the roles as in \"execution,task,infrastructure\", each another one, and leave out those that aren't there, "+
			"such as \"orders-staging-execution,orders-staging-task\" or \",orders-staging-task\".")
	}
	for argument, value := range role.ImportDefaults() {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(argument), value)...)
	}
}

// recognize fills the arguments after an import with what the roles show. Settings that the roles share are those of the
// first.
func (r *Resource) recognize(ctx context.Context, m *model, changes []*change, diags *diag.Diagnostics) {
	first := true
	for _, c := range changes {
		if c.live == nil {
			continue
		}
		if first {
			m.Settings = c.live.Settings
			first = false
		}
		name := c.live.Name.ValueString()
		if m.Service.IsNull() {
			m.Service, m.Environment = madeOf(name, c.part.ecs)
		}
		own := types.StringNull()
		if name != pattern.ECSRoleName(m.Service.ValueString(), m.Environment.ValueString(), c.part.ecs) {
			own = types.StringValue(name)
		}
		at := pattern.Site{
			Partition: role.Partition(r.Provider, diags), Region: r.Provider.Clients.Region(), AccountID: awsapi.AccountOfARN(c.live.ARN.ValueString()),
		}
		c.part.recognize(ctx, m, c.live, own, at, diags)
		var notOurs diag.Diagnostics // the first plan reports what is wrong
		if is, _ := c.part.asked(ctx, m, &notOurs); is == yes && !notOurs.HasError() {
			wanted, problems := c.part.wanted(ctx, m, site{at, true}, &notOurs)
			if !notOurs.HasError() && !pattern.HasErrors(problems) {
				c.live.SetImportedProof(wanted, c.part.kind)
			}
		}
	}
}

// madeOf gives the service and the environment of which a role's name may have been made: the environment is the last word.
func madeOf(name string, ecs pattern.ECSPart) (service, environment types.String) {
	whole, made := strings.CutSuffix(name, "-"+string(ecs))
	dash := strings.LastIndex(whole, "-")
	if !made || dash < 1 || dash == len(whole)-1 {
		return types.StringNull(), types.StringNull()
	}
	return types.StringValue(whole[:dash]), types.StringValue(whole[dash+1:])
}

func recognizeExecution(ctx context.Context, m *model, live *role.Model, name types.String, _ pattern.Site, diags *diag.Diagnostics) {
	document, err := policy.Parse(live.PolicyJSON.ValueString())
	if err != nil {
		return
	}
	if input, ok := pattern.RecognizeECSExecution(document); ok {
		m.Execution = objectFrom(ctx, m.Execution, executionModel{Execution: permissions.ExecutionOf(input), Name: name}, diags)
	}
}

func recognizeTask(ctx context.Context, m *model, live *role.Model, name types.String, at pattern.Site, diags *diag.Diagnostics) {
	trust, err := policy.Parse(live.TrustPolicyJSON.ValueString())
	if err != nil {
		return
	}
	var inline policy.Document
	if !live.PolicyJSON.IsNull() {
		if inline, err = policy.Parse(live.PolicyJSON.ValueString()); err != nil {
			return
		}
	}
	input, ok := pattern.RecognizeECSTask(trust, inline, at)
	if !ok {
		return
	}
	t := taskModel{Name: name, Permissions: types.ObjectNull(permissions.ObjectType().AttrTypes), SourceRegions: fw.StringSet(input.SourceRegions)}
	if len(inline.Statements) > 0 {
		t.Permissions = permissions.Flatten(ctx, input.Permissions, diags)
	}
	m.Task = objectFrom(ctx, m.Task, t, diags)
}

// objectFrom gives the object of a model, of the type that the attribute has.
func objectFrom(ctx context.Context, attribute types.Object, value any, diags *diag.Diagnostics) types.Object {
	object, problems := types.ObjectValueFrom(ctx, attribute.AttributeTypes(ctx), value)
	diags.Append(problems...)
	return object
}
