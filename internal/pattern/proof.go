// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Ground is what a proof of grants stands on.
type Ground struct {
	Site Site
	// Repository is the name of the repository; "" while it isn't known.
	Repository string
	// Foreign are the statements in the repository's policy that aren't of the grants, as they were last read.
	Foreign []policy.Statement
	// Registry are the statements of the registry policy, none when there is no such policy or it isn't known.
	Registry []policy.Statement
	// Caller is who asks, which is to keep the power over the policy.
	Caller Caller
}

// Proof is what the access engine says of grants.
type Proof struct {
	// Problems are grants that don't give what they say, or give it to others too. Path leads to them.
	Problems []Problem
	// Open are grants that let in somebody who is nowhere named. Path leads to them.
	Open []Problem
	// Foreign are what statements of others do: let strangers in, make a grant void, or lock the caller out.
	Foreign []Problem
	// Lockout is what leaves nobody the power over the policy, so that nobody could take it back.
	Lockout []Problem
	// Lines say in words who has access, and what is assumed.
	Lines []string
	// Undecided says that an answer hung on what isn't known yet.
	Undecided bool
}

// ProveGrants evaluates the policy that the grants stand for: a member of each "who" must have what its grant says, and
// nobody else anything. Identity policies, which are other people's, are assumed to allow, and so are SCPs, RCPs and the
// registry policy; the lines say so. What is live, foreign statements and the registry policy, gives warnings alone. What depends on something that isn't known yet is taken for granted until it is.
// The grants must be valid, and their organizational units resolved.
func ProveGrants(grants []Grant, ground Ground) Proof {
	p := newProver(grants, ground)
	for i := range grants {
		p.members(&grants[i])
	}
	p.strangers(grants)
	p.caller()
	p.proof.Lines = p.sayings.lines()
	if len(p.proof.Problems) == 0 && len(grants) > 0 {
		p.proof.Lines = append(p.proof.Lines, p.shared(strangersOfGrants)...)
	}
	return p.proof
}

// prover holds the compiled policies.
type prover struct {
	ground     Ground
	repository authz.Repository
	// own are the grants' statements, foreign those of others, all both.
	own, foreign, all authz.Layers
	// grantOf says which grant a Sid is of.
	grantOf map[string]string
	actions []string
	// services are the service principals that any statement names.
	services []string
	// elsewhere and the rest are names that appear in no statement.
	elsewhere, organization, unit string
	sayings                       sayings
	relies                        reliance
	proof                         Proof
}

func newProver(grants []Grant, ground Ground) *prover {
	name := ground.Repository
	if name == "" {
		name = authz.UnknownValue
	}
	p := &prover{ground: ground, grantOf: map[string]string{}}
	p.repository = authz.Repository{
		ARN:              "arn:" + ground.Site.Partition + ":ecr:" + ground.Site.Region + ":" + p.owner() + ":repository/" + name,
		OrganizationPath: authz.UnknownValue,
	}
	var statements []policy.Statement
	for i := range grants {
		for _, s := range grants[i].Statements(ground.Site) {
			p.grantOf[s.Sid] = grants[i].Name
			statements = append(statements, s)
			p.actions = append(p.actions, s.Actions...)
		}
	}
	slices.Sort(p.actions)
	p.actions = slices.Compact(p.actions)
	p.nameStrangers(slices.Concat(statements, ground.Foreign))
	own := authz.Compile("repository policy", policy.New(statements...))
	foreign := authz.Compile("repository policy", policy.New(ground.Foreign...))
	identity := []*authz.Policy{authz.AssumedToAllow("identity policies")}
	p.own = authz.Layers{Identity: identity, Repository: []*authz.Policy{own}}
	p.foreign = authz.Layers{Identity: identity, Repository: []*authz.Policy{foreign}}
	p.all = authz.Layers{Identity: identity, Repository: []*authz.Policy{own, foreign}}
	if len(ground.Registry) > 0 {
		p.all.Registry = []*authz.Policy{authz.Compile("registry policy", policy.New(ground.Registry...))}
	}
	return p
}

// owner is the repository's account. While it isn't known, a number that AWS gives to nobody stands for it: proofs are
// about other accounts.
func (p *prover) owner() string {
	if p.ground.Site.AccountID == "" {
		return "000000000000"
	}
	return p.ground.Site.AccountID
}

// caller proves that who asks keeps the power over the policy, as far as what is live goes. His identity policies are assumed
// to give it. A session whose role a statement names, with whatever path, is taken for it.
func (p *prover) caller() {
	if len(p.ground.Foreign)+len(p.ground.Registry) == 0 {
		return
	}
	lost := p.lockedOut(p.ground.Foreign)
	if !lost.certain() {
		return
	}
	p.proof.Foreign = append(p.proof.Foreign, Problem{
		Severity: policy.SeverityWarning,
		Summary:  "Repository policy that locks its caller out",
		Detail: "Statements that this resource doesn't own deny " + p.ground.Caller.ARN + " the power over the repository policy:" + bullets(lost.reasons) +
			"\n\nApply as somebody whom they leave alone, or exempt this caller in them.",
	})
}

// ownerKnown makes the repository's account unknown to the caller's requests as long as it is.
func (p *prover) ownerKnown(c authz.Caller) authz.Caller {
	if p.ground.Site.AccountID == "" {
		context := map[string]authz.Values{"aws:ResourceAccount": authz.Single(authz.UnknownValue)}
		maps.Copy(context, c.Context)
		c.Context = context
	}
	return c
}

// roleOfSession gives the ARN that the role of a session has without a path.
func roleOfSession(arn string) (role string, session bool) {
	before, after, found := strings.Cut(arn, ":assumed-role/")
	name, _, _ := strings.Cut(after, "/")
	return strings.Replace(before, ":sts:", ":iam:", 1) + ":role/" + name, found
}

// bullets writes sentences as a list below a text.
func bullets(sentences []string) string {
	var out strings.Builder
	for _, s := range sentences {
		out.WriteString("\n  - " + s)
	}
	return out.String()
}
