// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Question is what a lockdown is planned with beside its arguments.
type Question struct {
	Site       pattern.Site
	Repository string // the name; "" while it isn't known
	// Grants stand beside the lockdown, their organizational units resolved. MoreGrants says that others aren't known yet.
	Grants     []pattern.Grant
	MoreGrants bool
	// At is where the lockdown stands in the configuration.
	At path.Path
	// ExemptIn says where a caller who would be locked out is to be exempt; "" is in the lockdown.
	ExemptIn string
	// AllowSelfLockout makes warnings of what leaves nobody, or not the caller, the power over the policy. It does so as well while
	// it isn't known.
	AllowSelfLockout types.Bool
	// Prior is the state's lockdown; nil where it has none.
	Prior *Managed
	Now   *Moment
}

// Planned is a lockdown with everybody in it who is known, and for the access engine something unknown in the place of the others.
type Planned struct {
	Lockdown  pattern.Lockdown
	Statement policy.Statement
	// Proof says in words whom it leaves alone and whom it denies. It is the same before and after the others are known.
	Proof []string
	// Provisional says that who applies isn't known yet, or that roles were looked up for this plan alone: whoever applies looks
	// again, and may find others. The statement is for diagnostics then, and what is planned of it stays unknown.
	Provisional bool
	// CallerLater says that it is the caller, or he too.
	CallerLater bool
	// Words is the statement with words in the place of the others.
	Words policy.Statement
}

// Plan gives the lockdown, reviewed and proven, and sets caller_arn. It reports false when too little of it is known yet, or it is
// wrong. l are the arguments, read.
func (m *Managed) Plan(ctx context.Context, provider *fw.ProviderData, l pattern.Lockdown, q Question, diags *diag.Diagnostics) (planned Planned, ok bool) {
	m.planCaller(ctx, provider, l, q, diags)
	if l.Incomplete || q.Site.Partition == "" || q.Site.AccountID == "" && (l.NeedsAccount() || len(l.ExemptRoleNames) > 0) {
		return Planned{}, false
	}
	l.Incomplete = q.MoreGrants
	_, remembered, _ := l.WithRoles(q.Now.Roles, q.Site)
	found := q.roles(ctx, provider, l.ExemptRoleNames, diags)
	q.reviewIDs(ctx, provider, l, diags)
	if diags.HasError() {
		return Planned{}, false
	}
	l.CallerARN = m.CallerARN.ValueString()
	l, known, problems := l.WithRoles(found, q.Site)
	for _, problem := range problems {
		if !q.Now.Applying {
			problem.Severity = policy.SeverityWarning // whoever applies may be allowed to look
		}
		if !remembered {
			report(diags, q.At, []pattern.Problem{problem})
		}
	}
	if !known && q.Now.Applying {
		return Planned{}, false
	}
	_, proof, ok := prove(l, q, diags)
	planned = Planned{Proof: proof.Lines, CallerLater: m.CallerARN.IsUnknown(), Words: l.WithWords().Statement(q.Site, q.Grants)}
	planned.Provisional = planned.CallerLater || !remembered && !q.Now.Applying
	applies := ""
	if planned.CallerLater {
		applies = account(ctx, provider)
	}
	planned.Lockdown = l.WithPlaces(q.Site, applies)
	planned.Statement = planned.Lockdown.Statement(q.Site, q.Grants)
	return planned, ok
}

// account is the caller's; "" where STS doesn't tell.
func account(ctx context.Context, provider *fw.ProviderData) string {
	identity, err := provider.Clients.Identity(ctx)
	if err != nil {
		return ""
	}
	return identity.AccountID
}

// Show warns that the policy, or the statement of the attribute, is known after apply, and shows it as far as it is known. It is no
// attribute, which would be out of date after the apply.
func (p Planned) Show(attribute string, beside []policy.Statement, at path.Path, diags *diag.Diagnostics) {
	text := policy.New(append(slices.Clone(beside), p.Words)...).Canonical()
	if len(beside) == 0 {
		text = p.Words.Canonical()
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(text), "", "  "); err != nil {
		panic(err) // a canonical document is JSON
	}
	summary, argument := "Policy with roles that are looked up", "exempt_role_names"
	why := "the roles in exempt_role_names are looked up by whoever applies this. With what this plan found"
	if p.CallerLater {
		summary, argument = "Policy with a place for the caller", "exempt_caller"
		why = "exempt_caller exempts whoever applies this first, and caller_arn keeps that principal. With words in its place"
	}
	diags.AddAttributeWarning(at.AtName(argument), summary, attribute+" is known after apply: "+why+", it is:\n\n"+indented.String())
}

// planCaller fixes who made the lockdown: it is the first who applies it, and stays so whoever comes later.
func (m *Managed) planCaller(ctx context.Context, provider *fw.ProviderData, l pattern.Lockdown, q Question, diags *diag.Diagnostics) {
	switch {
	case m.ExemptCaller.IsUnknown():
		m.CallerARN = types.StringUnknown()
	case !l.ExemptCaller:
		m.CallerARN = types.StringNull()
	case q.Prior != nil && q.Prior.CallerARN.ValueString() != "":
		m.CallerARN = q.Prior.CallerARN
	case q.Now.Imported && q.Prior != nil && l.CallerIn(q.Prior.Lockdown()) != "":
		m.CallerARN = types.StringValue(l.CallerIn(q.Prior.Lockdown()))
	case !q.Now.Applying:
		m.CallerARN = types.StringUnknown()
	case m.CallerARN.ValueString() == "":
		caller, err := whoAsks(ctx, provider.Clients)
		if err != nil {
			diags.AddAttributeError(q.At.AtName("exempt_caller"), "Caller not known", err.Error()+"\n\nName who applies this in exempt_principal_arns.")
		}
		m.CallerARN = types.StringValue(caller.PrincipalARN())
	}
}

// Guard reports statements that would keep the caller from changing the policy again. It belongs before every write, and in the
// plan of one. Without an answer of STS it says nothing: ECR looks for itself, unless it is forced.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html (force).
func Guard(ctx context.Context, provider *fw.ProviderData, own []policy.Statement, q Question, diags *diag.Diagnostics) {
	if !slices.ContainsFunc(own, func(s policy.Statement) bool { return s.Effect == policy.Deny }) {
		return
	}
	who, err := whoAsks(ctx, provider.Clients)
	if err != nil {
		return
	}
	problem, found := pattern.ProveCaller(own, q.Site, q.Repository, who, cmp.Or(q.ExemptIn, "exempt_principal_arns of the lockdown"))
	switch {
	case !found:
		return
	case q.lockoutAllowed():
		problem.Severity = policy.SeverityWarning
	case problem.Severity == policy.SeverityError:
		problem.Detail += " Set allow_self_lockout = true if that is what you want."
	default:
		problem.Detail += " ECR refuses a policy whose caller couldn't set another."
	}
	report(diags, q.At, []pattern.Problem{problem})
}

func (q *Question) lockoutAllowed() bool {
	return q.AllowSelfLockout.IsUnknown() || q.AllowSelfLockout.ValueBool()
}

func whoAsks(ctx context.Context, clients *awsapi.Clients) (pattern.Caller, error) {
	identity, err := clients.Identity(ctx)
	if err != nil {
		return pattern.Caller{}, err
	}
	return pattern.Caller{ARN: identity.ARN, UserID: identity.UserID, RoleARN: clients.SessionRole(ctx, identity)}, nil
}

// WarnOthers warns of grants that the lockdown makes void and that others have in the same policy. own are the grants beside the
// lockdown, by is what has it: "this ecrx_repository_grants".
func WarnOthers(l pattern.Lockdown, own []pattern.Grant, others []policy.Statement, site pattern.Site, by string, diags *diag.Diagnostics) {
	grants, _ := pattern.RecognizeGrants(policy.New(others...), site)
	for _, problem := range pattern.LockdownEffectApart(l, own, grants, site) {
		diags.AddWarning(problem.Summary, problem.Detail+"\n\nThe lockdown is "+l.Sids()[0]+" of "+by+", and the grant "+problem.Path[0]+
			" is another resource's or tool's in the same policy.")
	}
}
