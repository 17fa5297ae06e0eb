// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Caller is who asks, as STS tells it (STS API Reference, API_GetCallerIdentity). The zero value is somebody unknown.
type Caller struct {
	ARN, UserID string
	// RoleARN is that of a session's role, with its path; "" when it couldn't be looked up.
	RoleARN string
}

// PrincipalARN is the ARN to name the caller by: of a session it is the role's, and the session's own while the role's path
// isn't known.
func (c Caller) PrincipalARN() string { return cmp.Or(c.RoleARN, c.ARN) }

// ProveCaller looks whether statements that are to stand in the repository's policy keep the caller from changing it again.
// His identity policies and whatever else stands there are assumed to allow it. It is an error where they do for certain, a
// warning where that depends on what isn't known, the path of his role or where his account is in its organization, and where
// all that he loses is to delete the policy. exemptIn says where to exempt him: "exempt_principal_arns of the lockdown".
func ProveCaller(statements []policy.Statement, site Site, repository string, caller Caller, exemptIn string) (problem Problem, found bool) {
	p := newProver(nil, Ground{Site: site, Repository: repository, Caller: caller})
	everything := policy.Statement{Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:*"}}
	p.all.Repository = []*authz.Policy{authz.Compile(allElse, policy.New(everything)), authz.Compile("repository policy", policy.New(statements...))}
	lost := p.lockedOut(statements)
	if !lost.denied && !lost.unknown {
		return Problem{}, false
	}
	exempt := "Add \"" + caller.example() + "\" to " + exemptIn
	if caller.RoleARN == "" && caller.ARN != caller.example() {
		exempt += ", with the path of the role if it has one"
	}
	exempt += ", or apply as somebody whom it leaves alone."
	problem = Problem{Severity: policy.SeverityWarning, Summary: "Policy that may lock its caller out"}
	what := "Whether " + caller.ARN + " could still use " + strings.Join(lost.actions, ", ") + " on the repository can't be told"
	if lost.certain() {
		problem.Summary = "Policy that locks its caller out"
		what = caller.ARN + " would lose " + strings.Join(lost.actions, ", ") + " on the repository"
		if slices.Equal(lost.actions, []string{"ecr:DeleteRepositoryPolicy"}) {
			problem.Summary = "Policy that its caller can't delete"
		} else {
			problem.Severity = policy.SeverityError
		}
	}
	problem.Detail = what + ":" + bullets(lost.reasons) + "\n\n" + exempt
	return problem, true
}

// allElse names a policy that stands for all that isn't looked at, and allows.
const allElse = "all else"

// lookedAt leaves out the reasons that lie in what isn't looked at.
func lookedAt(reasons []string) []string {
	return slices.DeleteFunc(reasons, func(reason string) bool {
		return strings.HasPrefix(reason, "assumed") || strings.Contains(reason, " of the "+allElse)
	})
}

// example is an ARN that stands for the caller in a list of principals.
func (c Caller) example() string {
	if role, session := roleOfSession(c.ARN); session {
		return cmp.Or(c.RoleARN, role)
	}
	return c.ARN
}

// lockout is what a policy does to its caller, of whom there may be more than one idea.
type lockout struct {
	denied, spared, unknown bool
	actions, reasons        []string
}

func (l lockout) certain() bool { return l.denied && !l.spared && !l.unknown }

// lockedOut asks whether the layers deny the caller the power over the policy, in which the statements stand.
func (p *prover) lockedOut(statements []policy.Statement) lockout {
	var out lockout
	keys := Lockdown{}.policyKeys()
	for _, principal := range p.ground.Caller.candidates(statements) {
		layers := p.all
		if strings.Contains(principal, ":federated-user/") {
			layers.Session = []*authz.Policy{authz.AssumedToAllow("session policies")}
		}
		who := p.ownerKnown(authz.Caller{Principal: principal, UserID: p.ground.Caller.UserID, OrganizationPath: authz.UnknownValue, SourceVPCE: authz.UnknownValue})
		decision := who.DecideAccess(keys, p.repository, &layers)
		out.denied = out.denied || decision == authz.ExplicitlyDenied
		out.unknown = out.unknown || decision == authz.Unknown
		out.spared = out.spared || decision == authz.Allowed
		if decision != authz.ExplicitlyDenied && decision != authz.Unknown || out.reasons != nil {
			continue
		}
		access := who.Access(keys, p.repository, layers)
		for _, a := range access.Actions {
			if a.Result.Decision == decision {
				out.actions = append(out.actions, a.Action)
			}
		}
		out.reasons = lookedAt(access.Reasons())
	}
	return out
}

// candidates are the principals that the caller may be. A session whose role's path isn't known may be of a role without one,
// with one that nobody thought of, and with each that the statements name.
func (c Caller) candidates(statements []policy.Statement) []string {
	role, session := roleOfSession(c.ARN)
	switch {
	case c.ARN == "":
		return nil
	case c.RoleARN != "":
		return []string{c.RoleARN}
	case !session:
		return []string{c.ARN}
	}
	account, name, _ := strings.Cut(role, ":role/")
	out := []string{role, account + ":role/ecrx-proof/" + name}
	for _, s := range statements {
		named := slices.Concat(s.Principal.AWS, s.NotPrincipal.AWS)
		for _, condition := range s.Conditions {
			named = append(named, condition.Values...)
		}
		for _, pattern := range named {
			for _, path := range pathsIn(pattern) {
				out = append(out, account+":role/"+path+name)
			}
		}
	}
	return out
}

// pathsIn gives the paths that an ARN, or a pattern of one, may give a role, but that of service-linked roles, which nobody's
// session has.
func pathsIn(pattern string) []string {
	_, named, ok := strings.Cut(pattern, ":role/")
	if !ok || strings.HasPrefix(named, "aws-service-role/") {
		return nil
	}
	paths := []string{concrete(named[:strings.LastIndex(named, "/")+1])}
	if before, _, wildcard := strings.Cut(named, "*"); wildcard && before != "" {
		paths = append(paths, concrete(strings.TrimSuffix(before, "/")+"/"))
	}
	return paths
}
