// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecsroles

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/permissions"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/role"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// part is one of the roles.
type part struct {
	ecs  pattern.ECSPart
	kind role.Kind
	// attribute is the computed one that tells of the role, role its place in the model, identity that of its name.
	attribute string
	role      func(*model) *types.Object
	identity  func(*identityModel) *types.String
	// asked reads whether there shall be the role, and the name of its own, if it has one.
	asked func(context.Context, *model, *diag.Diagnostics) (answer, types.String)
	// validate finds what is wrong in the arguments, as far as they are known.
	validate func(context.Context, *model, *diag.Diagnostics) []pattern.Problem
	// wanted is the role that the arguments stand for. They must be valid.
	wanted func(context.Context, *model, site, *diag.Diagnostics) (role.Wanted, []pattern.Problem)
	// recognize fills the part's argument after an import with what the role's documents show.
	recognize func(ctx context.Context, m *model, live *role.Model, name types.String, at pattern.Site, diags *diag.Diagnostics)
}

// answer says whether there shall be a role.
type answer int

const (
	no answer = iota
	yes
	notKnown
)

// site is where the roles are. Without an account, what follows from it isn't known.
type site struct {
	pattern.Site
	accountKnown bool
}

// parts are the roles, in the order of the import's string.
func parts() []part {
	return []part{
		{
			ecs: pattern.ECSExecutionPart, kind: kind(pattern.ECSExecutionPart), attribute: "execution_role",
			role:     func(m *model) *types.Object { return &m.ExecutionRole },
			identity: func(i *identityModel) *types.String { return &i.ExecutionRole },
			asked: func(ctx context.Context, m *model, diags *diag.Diagnostics) (answer, types.String) {
				e, is := read[executionModel](ctx, m.Execution, diags)
				return is, e.Name
			},
			validate: validateExecution, wanted: wantedExecution, recognize: recognizeExecution,
		},
		{
			ecs: pattern.ECSTaskPart, kind: kind(pattern.ECSTaskPart), attribute: "task_role",
			role:     func(m *model) *types.Object { return &m.TaskRole },
			identity: func(i *identityModel) *types.String { return &i.TaskRole },
			asked: func(ctx context.Context, m *model, diags *diag.Diagnostics) (answer, types.String) {
				t, is := read[taskModel](ctx, m.Task, diags)
				return is, t.Name
			},
			validate: validateTask, wanted: wantedTask, recognize: recognizeTask,
		},
		{
			ecs: pattern.ECSInfrastructurePart, kind: kind(pattern.ECSInfrastructurePart), attribute: "infrastructure_role",
			role:     func(m *model) *types.Object { return &m.InfrastructureRole },
			identity: func(i *identityModel) *types.String { return &i.InfrastructureRole },
			asked: func(_ context.Context, m *model, _ *diag.Diagnostics) (answer, types.String) {
				switch {
				case m.Infrastructure.IsUnknown():
					return notKnown, m.InfrastructureName
				case m.Infrastructure.ValueBool():
					return yes, m.InfrastructureName
				}
				return no, m.InfrastructureName
			},
			validate: func(context.Context, *model, *diag.Diagnostics) []pattern.Problem { return nil },
			wanted: func(_ context.Context, _ *model, at site, _ *diag.Diagnostics) (role.Wanted, []pattern.Problem) {
				return role.Wanted{Role: pattern.ECSInfrastructureRole(at.Site), Proof: pattern.ECSInfrastructureRoleLines(at.Site), Known: true}, pattern.ProveECSInfrastructureRole(at.Site)
			},
			recognize: func(_ context.Context, m *model, _ *role.Model, name types.String, _ pattern.Site, _ *diag.Diagnostics) {
				m.Infrastructure, m.InfrastructureName = types.BoolValue(true), name
			},
		},
	}
}

func kind(ecs pattern.ECSPart) role.Kind {
	place := slices.Index([]pattern.ECSPart{pattern.ECSExecutionPart, pattern.ECSTaskPart, pattern.ECSInfrastructurePart}, ecs)
	k := role.Kind{Type: "ecrx_ecs_roles", BeforeName: strings.Repeat(",", place), Object: "ECS " + string(ecs) + " role", InlineName: string(ecs), DefaultPath: defaultPath, At: path.Root(string(ecs))}
	if ecs == pattern.ECSInfrastructurePart {
		k.Managed = pattern.ECSInfrastructureRole(pattern.Site{Partition: "aws"}).Managed
	}
	return k
}

// read reads the argument of a part.
func read[T any](ctx context.Context, object types.Object, diags *diag.Diagnostics) (value T, is answer) {
	switch {
	case object.IsUnknown():
		return value, notKnown
	case object.IsNull():
		return value, no
	}
	diags.Append(object.As(ctx, &value, basetypes.ObjectAsOptions{})...)
	return value, yes
}

// name is that of the part's role: its own, or the one that is made of service and environment.
func (p part) name(m *model, own types.String) types.String {
	switch {
	case !own.IsNull():
		return own
	case m.Service.IsUnknown() || m.Environment.IsUnknown():
		return types.StringUnknown()
	}
	return types.StringValue(pattern.ECSRoleName(m.Service.ValueString(), m.Environment.ValueString(), p.ecs))
}

func executionInput(ctx context.Context, m *model, diags *diag.Diagnostics) (pattern.ECSExecution, bool) {
	e, _ := read[executionModel](ctx, m.Execution, diags)
	return e.Input()
}

func validateExecution(ctx context.Context, m *model, diags *diag.Diagnostics) []pattern.Problem {
	input, _ := executionInput(ctx, m, diags)
	return pattern.ValidateECSExecution(input)
}

func wantedExecution(ctx context.Context, m *model, at site, diags *diag.Diagnostics) (role.Wanted, []pattern.Problem) {
	input, known := executionInput(ctx, m, diags)
	if problems := pattern.ValidateECSExecutionAt(input, at.Site); pattern.HasErrors(problems) {
		return role.Wanted{}, problems
	}
	wanted := pattern.ECSExecutionRole(input)
	if !known {
		return role.Wanted{Trust: types.StringValue(wanted.Trust.Canonical())}, nil
	}
	return role.Wanted{Role: wanted, Proof: pattern.ECSExecutionRoleLines(input), Known: true}, pattern.ProveECSExecutionRole(input, at.Site)
}

// taskInput reads the argument task. regions and given say whether the source Regions and the permissions are known.
func taskInput(ctx context.Context, m *model, diags *diag.Diagnostics) (input pattern.ECSTask, regions, given bool) {
	t, _ := read[taskModel](ctx, m.Task, diags)
	input.SourceRegions, regions = fw.KnownStrings(t.SourceRegions)
	input.Permissions, given = permissions.Expand(ctx, t.Permissions, diags)
	return input, regions, given
}

// validateTask takes a role without permissions for one: the task may have nothing to ask of AWS.
func validateTask(ctx context.Context, m *model, diags *diag.Diagnostics) []pattern.Problem {
	t, _ := read[taskModel](ctx, m.Task, diags)
	input, _, _ := taskInput(ctx, m, diags)
	input.Permissions.Incomplete = input.Permissions.Incomplete || t.Permissions.IsNull()
	return pattern.ValidateECSTask(input, pattern.Site{})
}

func wantedTask(ctx context.Context, m *model, at site, diags *diag.Diagnostics) (role.Wanted, []pattern.Problem) {
	input, regions, given := taskInput(ctx, m, diags)
	checked := input
	checked.Permissions.Incomplete = true // what is missing is validate's
	if problems := pattern.ValidateECSTask(checked, at.Site); pattern.HasErrors(problems) {
		return role.Wanted{}, problems
	}
	wanted := pattern.ECSTaskRole(input, at.Site)
	trust := regions && at.accountKnown
	if trust && given {
		return role.Wanted{Role: wanted, Proof: pattern.ECSTaskRoleLines(input, at.Site), Known: true}, pattern.ProveECSTaskRole(input, at.Site)
	}
	var part role.Wanted
	if trust {
		part.Trust = types.StringValue(wanted.Trust.Canonical())
	}
	if inline, has := wanted.Inline[string(pattern.ECSTaskPart)]; given && has {
		part.Policy = types.StringValue(inline.Canonical())
	}
	return part, nil
}

// where tells in which partition, account and Region the role is. The account stands in the task role's trust policy, so
// that there is no task role without it.
func where(ctx context.Context, provider *fw.ProviderData, p part, prior *role.Model, apply bool, diags *diag.Diagnostics) site {
	at := site{Site: pattern.Site{Partition: role.Partition(provider, diags), Region: provider.Clients.Region()}}
	caller, err := provider.Clients.Identity(ctx)
	at.AccountID = caller.AccountID
	if err != nil && prior != nil {
		at.AccountID = awsapi.AccountOfARN(prior.ARN.ValueString())
	}
	at.accountKnown = at.AccountID != ""
	if p.ecs == pattern.ECSTaskPart && !at.accountKnown && (apply || errors.Is(err, awsapi.ErrAccountUnknown)) {
		diags.AddAttributeError(path.Root("task"), "Task role without an account",
			"The trust policy of a task role names the account, so that no other's tasks can have it, and the account isn't known: "+err.Error()+". Let the provider ask for it: remove skip_requesting_account_id.")
	}
	return at
}

// checkRegions reports source Regions that AWS doesn't have. Those that aren't of the form of a Region were reported before.
func (m *model) checkRegions(ctx context.Context, provider *fw.ProviderData, diags *diag.Diagnostics) {
	input, _, _ := taskInput(ctx, m, diags)
	for _, region := range input.SourceRegions {
		if !fw.CheckRegion(provider, types.StringValue(region), path.Root("task").AtName("source_regions"), diags) {
			return
		}
	}
}
