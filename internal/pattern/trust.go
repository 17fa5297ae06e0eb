// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Trust says who may assume a role. Each kind of who becomes a statement of its own, since the conditions of one statement
// must all hold (IAM User Guide, reference_policies_elements_principal).
type Trust struct {
	// Services are service principals, such as "ecs-tasks.amazonaws.com". SourceAccount and SourceARNs say for whose
	// resources they may act (IAM User Guide, confused-deputy).
	Services      []string
	SourceAccount string
	SourceARNs    []string
	// Accounts are trusted as wholes: their own identity policies decide who of them assumes the role. PrincipalARNs are
	// roles and users, whose names may hold wildcards.
	Accounts, PrincipalARNs []string
	// ExternalID and OrganizationIDs must match too, whichever account or principal calls. Without accounts and principals,
	// the organizations themselves are trusted.
	ExternalID      string
	OrganizationIDs []string
	// OIDC are the workloads of an OpenID Connect provider.
	OIDC *OIDCTrust

	// Incomplete says that some arguments aren't known yet, so that what is missing isn't reported.
	Incomplete bool
	// names are those of the arguments where they aren't the usual ones, "" where there is no such argument.
	names map[string]string
}

// serviceTrust trusts an AWS service, whatever it acts for, where no argument says so.
func serviceTrust(service string) Trust {
	return Trust{Services: []string{service}, names: map[string]string{"services": ""}}
}

// OIDCTrust are the workloads of an OpenID Connect provider that have one of the audiences and one of the subjects. A
// subject with "*" or "?" is a pattern.
type OIDCTrust struct {
	ProviderARN         string
	Audiences, Subjects []string
	// AllowBroadSubject accepts subjects that leave open of which repository the workload is.
	AllowBroadSubject bool
}

// The Sids that tell the statements apart where a trust has several.
const (
	trustServices      = "Services"
	trustAccounts      = "Accounts"
	trustPrincipals    = "Principals"
	trustOrganizations = "Organizations"
	trustWebIdentity   = "WebIdentity"
)

// Document builds the trust policy. The trust must be valid (ValidateTrust). One kind of who alone makes a statement without
// a Sid, as AWS's own pages write it. Roles and users are named as their accounts' roots narrowed by aws:PrincipalArn: IAM
// refuses a trust policy that names a principal which doesn't exist, and pins one that does to its unique id.
func (t Trust) Document(partition string) policy.Document {
	statements := t.statements(partition)
	if len(statements) == 1 {
		statements[0].Sid = ""
	}
	return policy.New(statements...)
}

func (t Trust) statements(partition string) []policy.Statement {
	var out []policy.Statement
	assume := func(sid string, who policy.Principal, conditions ...policy.Condition) {
		out = append(out, policy.Statement{
			Sid: sid, Effect: policy.Allow, Principal: who, Actions: []string{"sts:AssumeRole"}, Conditions: conditions,
		})
	}
	if len(t.Services) > 0 {
		assume(trustServices, policy.Principal{Service: t.Services}, slices.Concat(
			equals("aws:SourceAccount", t.SourceAccount), where("ArnLike", "aws:SourceArn", t.SourceARNs))...)
	}
	callers := slices.Concat(equals("sts:ExternalId", t.ExternalID), where("StringEquals", "aws:PrincipalOrgID", t.OrganizationIDs))
	if len(t.Accounts) > 0 {
		assume(trustAccounts, policy.Principal{AWS: rootARNs(partition, t.Accounts)}, callers...)
	}
	if len(t.PrincipalARNs) > 0 {
		assume(trustPrincipals, policy.Principal{AWS: rootARNs(partition, accountsOf(t.PrincipalARNs))},
			slices.Concat(callers, where("ArnEquals", "aws:PrincipalArn", t.PrincipalARNs))...)
	}
	if t.wholeOrganizations() {
		assume(trustOrganizations, policy.Principal{Any: true}, callers...)
	}
	if t.OIDC != nil {
		out = append(out, t.OIDC.statement())
	}
	return out
}

// wholeOrganizations says that no account and no principal is named, so that the organizations are who is trusted.
func (t Trust) wholeOrganizations() bool {
	return len(t.OrganizationIDs) > 0 && len(t.Accounts)+len(t.PrincipalARNs) == 0
}

// statement lets the provider's workloads in by audience and subject. Subjects are all compared by StringLike as soon as one
// of them is a pattern, since two conditions on one key would both have to hold (IAM User Guide,
// id_roles_create_for-idp_oidc).
func (o OIDCTrust) statement() policy.Statement {
	operator := "StringEquals"
	if slices.ContainsFunc(o.Subjects, func(s string) bool { return strings.ContainsAny(s, "*?") }) {
		operator = "StringLike"
	}
	issuer := issuerOf(o.ProviderARN)
	conditions := slices.Concat(where("StringEquals", issuer+":aud", o.Audiences), where(operator, issuer+":sub", o.Subjects))
	return policy.Statement{
		Sid: trustWebIdentity, Effect: policy.Allow, Principal: policy.Principal{Federated: []string{o.ProviderARN}},
		Actions: []string{"sts:AssumeRoleWithWebIdentity"}, Conditions: conditions,
	}
}

// issuerOf gives the issuer's URL without its scheme, which is how the ARN of its provider ends and how its condition keys
// begin (IAM User Guide, reference_policies_iam-condition-keys, keys for AWS OIDC federation).
func issuerOf(providerARN string) string {
	_, issuer, _ := strings.Cut(providerARN, ":oidc-provider/")
	return issuer
}

// equals gives a condition on one value, none for "".
func equals(key, value string) []policy.Condition {
	if value == "" {
		return nil
	}
	return where("StringEquals", key, []string{value})
}

// where gives a condition, none without values.
func where(operator, key string, values []string) []policy.Condition {
	if len(values) == 0 {
		return nil
	}
	return []policy.Condition{{Operator: operator, Key: key, Values: values}}
}
