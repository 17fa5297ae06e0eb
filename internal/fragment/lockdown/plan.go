// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Question is what Plan needs to know beside the arguments.
type Question struct {
	Site       pattern.Site
	Repository string // the name; "" while it isn't known
	// Grants stand beside the lockdown, their organizational units resolved.
	Grants []pattern.Grant
	// At is where the lockdown stands in the configuration.
	At path.Path
	// ExemptIn says where a caller who would be locked out is to be exempt; "" is in the lockdown.
	ExemptIn string
	// AllowSelfLockout makes warnings of what leaves nobody, or not the caller, the power over the policy.
	AllowSelfLockout bool
	// Standing is what the state holds; nil for a new object.
	Standing *Standing
	// Applying says that whom the plan couldn't know must be known now.
	Applying bool
}

// Standing is a lockdown as it was last applied.
type Standing struct {
	pattern.StandingLockdown

	CallerARN types.String
}

// NewStanding finds the statement of a state's lockdown among those that the resource owns.
func NewStanding(l pattern.Lockdown, callerARN types.String, own []policy.Statement) *Standing {
	standing := &Standing{pattern.StandingLockdown{Lockdown: l}, callerARN}
	for _, s := range own {
		if slices.Contains(l.Sids(), s.Sid) {
			standing.Statement = s
		}
	}
	return standing
}

// Planned is a lockdown with everybody in its lists.
type Planned struct {
	Lockdown  pattern.Lockdown
	Statement policy.Statement
	// Proof says in words whom it leaves alone and whom it denies.
	Proof []string
}

// Plan looks up whom the arguments name without an ARN or id, and gives the lockdown, reviewed and proven. It reports false
// when it can't be known yet, or is wrong. l are the arguments, read.
func (m *Managed) Plan(ctx context.Context, provider *fw.ProviderData, l pattern.Lockdown, q Question, diags *diag.Diagnostics) (planned Planned, known bool) {
	m.planCaller(ctx, provider, l, q, diags)
	if l.Incomplete || q.Site.Partition == "" || q.Site.AccountID == "" && (l.NeedsAccount() || len(l.ExemptRoleNames) > 0) {
		return Planned{}, false
	}
	found := pattern.LookedUp{Roles: lookUp(ctx, provider, l.ExemptRoleNames, q, diags), CallerARN: m.CallerARN.ValueString()}
	if diags.HasError() {
		return Planned{}, false
	}
	var standing *pattern.StandingLockdown
	if q.Standing != nil {
		standing = &q.Standing.StandingLockdown
	}
	complete, known, problems := l.WithLookedUp(found, standing, q.Site)
	report(diags, q.At, problems)
	if !known {
		if q.Applying && !pattern.HasErrors(problems) {
			reportMissing(found, q.At, diags)
		}
		return Planned{}, false
	}
	reviewIDs(ctx, provider, l, q, diags)
	statement, proof, ok := prove(complete, q, diags)
	return Planned{complete, statement, proof.Lines}, ok
}

// planCaller fixes who made the lockdown: it is the first who applies it, and stays so whoever comes later.
func (m *Managed) planCaller(ctx context.Context, provider *fw.ProviderData, l pattern.Lockdown, q Question, diags *diag.Diagnostics) {
	switch {
	case m.ExemptCaller.IsUnknown():
		m.CallerARN = types.StringUnknown()
	case !l.ExemptCaller:
		m.CallerARN = types.StringNull()
	case q.Standing != nil && q.Standing.CallerARN.ValueString() != "":
		m.CallerARN = q.Standing.CallerARN
	case m.CallerARN.ValueString() != "":
	case !q.Applying:
		m.CallerARN = types.StringUnknown()
	default:
		caller, err := caller(ctx, provider.Clients)
		if err != nil {
			diags.AddAttributeError(q.At.AtName("exempt_caller"), "Caller not known", err.Error()+"\n\nName who applies this in exempt_principal_arns.")
		}
		m.CallerARN = types.StringValue(caller.PrincipalARN())
	}
}

// lookUp asks IAM for the roles, for all at once.
func lookUp(ctx context.Context, provider *fw.ProviderData, names []string, q Question, diags *diag.Diagnostics) map[string]pattern.RoleLookup {
	if len(names) == 0 {
		return nil
	}
	at := q.At.AtName("exempt_role_names")
	if identity, err := provider.Clients.Identity(ctx); err == nil && identity.AccountID != q.Site.AccountID {
		diags.AddAttributeError(at, "Roles of another account",
			"Roles are looked up in the provider's account "+identity.AccountID+", and the repository is in "+q.Site.AccountID+". Name them by their ARNs in exempt_principal_arns.")
		return nil
	}
	lookups, errs := make([]pattern.RoleLookup, len(names)), make([]error, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() {
			role, err := provider.Clients.FindRole(ctx, name)
			lookups[i] = pattern.RoleLookup{ARN: role.ARN, UniqueID: role.UniqueID, Missing: awsapi.IsNotFound(err), Refused: awsapi.IsAccessDenied(err)}
			if !lookups[i].Missing && !lookups[i].Refused {
				errs[i] = err
			}
		})
	}
	all.Wait()
	found := make(map[string]pattern.RoleLookup, len(names))
	for i, name := range names {
		if errs[i] != nil {
			fw.AddError(diags, "looking up", "IAM role", name, errs[i])
		}
		found[name] = lookups[i]
	}
	return found
}

// reportMissing names the roles that should be there by now.
func reportMissing(found pattern.LookedUp, at path.Path, diags *diag.Diagnostics) {
	for name, role := range found.Roles {
		if role.Missing {
			diags.AddAttributeError(at.AtName("exempt_role_names"), "Role that doesn't exist",
				"There is no role "+name+" to exempt. Make it first, or remove it from exempt_role_names; depends_on makes the lockdown wait for a role of the same configuration.")
		}
	}
}

// reviewIDs warns of unique ids that no role has any more. A caller who may not list the roles isn't warned.
func reviewIDs(ctx context.Context, provider *fw.ProviderData, l pattern.Lockdown, q Question, diags *diag.Diagnostics) {
	ofRole := func(id string) bool { return strings.HasPrefix(id, "AROA") }
	if q.Applying || !slices.ContainsFunc(l.ExemptUserIDs, ofRole) {
		return
	}
	if identity, err := provider.Clients.Identity(ctx); err != nil || identity.AccountID != q.Site.AccountID {
		return
	}
	roles, err := provider.Clients.RoleIDs(ctx)
	if err != nil {
		return
	}
	for _, userID := range l.ExemptUserIDs {
		id, _, _ := strings.Cut(userID, ":")
		if _, there := roles[id]; ofRole(id) && !there {
			diags.AddAttributeWarning(q.At.AtName("exempt_user_ids"), "Id that belongs to no role",
				"No role of account "+q.Site.AccountID+" has the unique id "+id+": a role that is deleted and made again gets another one, and is denied. "+
					"Write its new id, which aws iam get-role shows as RoleId, or its name in exempt_role_names. A role of another account can't be looked up from here.")
		}
	}
}

// Guard reports statements that would keep the caller from changing the policy again. It belongs before every write, and in the
// plan of one. Without an answer of STS it says nothing: ECR looks for itself, unless it is forced.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html (force).
func Guard(ctx context.Context, provider *fw.ProviderData, own []policy.Statement, q Question, diags *diag.Diagnostics) {
	if !slices.ContainsFunc(own, func(s policy.Statement) bool { return s.Effect == policy.Deny }) {
		return
	}
	caller, err := caller(ctx, provider.Clients)
	if err != nil {
		return
	}
	problem, found := pattern.ProveCaller(own, q.Site, q.Repository, caller, cmp.Or(q.ExemptIn, "exempt_principal_arns of the lockdown"))
	if !found {
		return
	}
	if q.AllowSelfLockout {
		problem.Severity = policy.SeverityWarning
	}
	report(diags, q.At, []pattern.Problem{problem})
}

func caller(ctx context.Context, clients *awsapi.Clients) (pattern.Caller, error) {
	identity, err := clients.Identity(ctx)
	if err != nil {
		return pattern.Caller{}, err
	}
	return pattern.Caller{ARN: identity.ARN, UserID: identity.UserID, RoleARN: clients.SessionRole(ctx, identity)}, nil
}

// PlanInline is Plan for the argument lockdown beside grants, whose caller_arn it sets. It gives nil where there is no lockdown, and
// reports false while it can't be known, or is wrong; grantsKnown says whether q has all grants.
func PlanInline(ctx context.Context, provider *fw.ProviderData, value *types.Object, grantsKnown bool, q Question, diags *diag.Diagnostics) (planned *Planned, known bool) {
	m := ReadInlined(ctx, *value, diags)
	if m == nil {
		return nil, grantsKnown && !value.IsUnknown()
	}
	l := m.Lockdown()
	l.Incomplete = l.Incomplete || !grantsKnown
	found, known := m.Plan(ctx, provider, l, q, diags)
	*value = m.Value(ctx, diags)
	return &found, known
}

// StandingInline is NewStanding for the argument lockdown of a state; nil where it has none.
func StandingInline(ctx context.Context, value types.Object, own []policy.Statement, diags *diag.Diagnostics) *Standing {
	m := ReadInlined(ctx, value, diags)
	if m == nil {
		return nil
	}
	return NewStanding(m.Lockdown(), m.CallerARN, own)
}

// SidsInline gives the Sid of the argument lockdown's statement; none where there is no lockdown.
func SidsInline(ctx context.Context, value types.Object, diags *diag.Diagnostics) []string {
	m := ReadInlined(ctx, value, diags)
	if m == nil {
		return nil
	}
	return m.Lockdown().Sids()
}
