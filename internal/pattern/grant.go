// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Principal styles: how a grant names the roles and users in principal_arns.
const (
	// StyleAccount names the principal's account and narrows by aws:PrincipalArn. The policy never fails on a principal
	// that doesn't exist yet, and permissions boundaries hold.
	StyleAccount = "account"
	// StyleWildcard names everybody and narrows by aws:PrincipalArn. In the same account it grants alone, past
	// boundaries and session policies.
	StyleWildcard = "wildcard"
	// StylePrincipal writes the ARN itself, which AWS pins to the principal's unique id.
	StylePrincipal = "principal"
)

// PrincipalStyles lists the styles, the default first.
func PrincipalStyles() []string { return []string{StyleAccount, StyleWildcard, StylePrincipal} }

// Grant is one named row of who may do what in a repository. Each kind of who becomes statements of its own, since the
// conditions of one statement must all hold.
type Grant struct {
	// Name becomes the Sid, alone or with the kind behind it.
	Name string
	// Access is a preset; Actions stands for it when the preset doesn't fit. They apply to every kind but Lambda and
	// CodeBuild.
	Access  string
	Actions []string

	// OrganizationPaths are patterns of aws:PrincipalOrgPaths; OrganizationalUnitIDs are turned into such patterns by
	// ResolveOrganizationalUnits before a document is built.
	OrganizationPaths     []string
	OrganizationalUnitIDs []string
	OrganizationIDs       []string
	Accounts              []string
	PrincipalARNs         []string
	PrincipalStyle        string
	Lambda                *LambdaGrant
	CodeBuild             *CodeBuildGrant
	// Conditions narrow every kind but Lambda and CodeBuild further.
	Conditions []policy.Condition

	// Incomplete says that some arguments aren't known yet, so that what is missing isn't reported.
	Incomplete bool
}

// LambdaGrant lets AWS Lambda functions of other accounts use an image.
// https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
type LambdaGrant struct {
	Accounts        []string
	FunctionARNs    []string
	OrganizationIDs []string
}

// CodeBuildGrant lets AWS CodeBuild pull with its own credentials for projects of the repository's account.
// https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html
type CodeBuildGrant struct {
	ProjectARNs []string
}

// Site is where the repository is. Partition is needed; Region and AccountID may be empty while they aren't known.
type Site struct {
	Partition, Region, AccountID string
}

// RepositoryPolicy builds the policy document that the grants stand for. The grants must be valid (ValidateGrants) and
// their organizational units resolved. Equal grants give equal bytes, whatever their order.
func RepositoryPolicy(grants []Grant, site Site) policy.Document {
	var statements []policy.Statement
	for _, g := range grants {
		statements = append(statements, g.Statements(site)...)
	}
	return policy.New(statements...)
}

// kind is one kind of who that a grant names: what its Sid ends in when the grant has several, and its statement.
type kind struct {
	suffix    string
	principal policy.Principal
	condition []policy.Condition
}

// Statements gives the grant's statements, one for each kind of who, and two for Lambda.
func (g Grant) Statements(site Site) []policy.Statement {
	kinds := g.kinds(site)
	statements := make([]policy.Statement, 0, len(kinds)+2)
	for _, k := range kinds {
		sid := g.Name
		if len(kinds) > 1 || g.Lambda != nil || g.CodeBuild != nil {
			sid += k.suffix
		}
		statements = append(statements, policy.Statement{
			Sid:        sid,
			Effect:     policy.Allow,
			Principal:  k.principal,
			Actions:    g.actions(),
			Conditions: slices.Concat(k.condition, g.Conditions),
		})
	}
	if g.Lambda != nil {
		statements = append(statements, g.Lambda.statements(g.Name, site)...)
	}
	if g.CodeBuild != nil {
		statements = append(statements, g.CodeBuild.statement(g.Name))
	}
	return statements
}

// Sids gives the Sids of the grant's statements. They follow from which kinds of who it names, so they are known even
// while their values aren't.
func (g Grant) Sids() []string {
	statements := g.Statements(Site{})
	sids := make([]string, len(statements))
	for i, s := range statements {
		sids[i] = s.Sid
	}
	return sids
}

func (g Grant) actions() []string {
	if actions, ok := AccessActions(g.Access); ok {
		return actions
	}
	return g.Actions
}

func (g Grant) kinds(site Site) []kind {
	var kinds []kind
	if paths := g.OrganizationPaths; len(paths)+len(g.OrganizationalUnitIDs) > 0 {
		kinds = append(kinds, kind{"Paths", policy.Principal{Any: true}, []policy.Condition{
			{Operator: "ForAnyValue:StringLike", Key: "aws:PrincipalOrgPaths", Values: paths},
		}})
	}
	if len(g.OrganizationIDs) > 0 {
		kinds = append(kinds, kind{"Organizations", policy.Principal{Any: true}, []policy.Condition{
			{Operator: "StringEquals", Key: "aws:PrincipalOrgID", Values: g.OrganizationIDs},
		}})
	}
	if len(g.Accounts) > 0 {
		kinds = append(kinds, kind{"Accounts", policy.Principal{AWS: rootARNs(site.Partition, g.Accounts)}, nil})
	}
	if len(g.PrincipalARNs) > 0 {
		kinds = append(kinds, g.principals(site))
	}
	return kinds
}

// principals names roles and users by the grant's style.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func (g Grant) principals(site Site) kind {
	narrowed := []policy.Condition{{Operator: "ArnEquals", Key: "aws:PrincipalArn", Values: g.PrincipalARNs}}
	switch g.PrincipalStyle {
	case StylePrincipal:
		return kind{"Principals", policy.Principal{AWS: g.PrincipalARNs}, nil}
	case StyleWildcard:
		return kind{"Principals", policy.Principal{Any: true}, narrowed}
	default:
		return kind{"Principals", policy.Principal{AWS: rootARNs(site.Partition, accountsOf(g.PrincipalARNs))}, narrowed}
	}
}

func rootARNs(partition string, accounts []string) []string {
	roots := make([]string, len(accounts))
	for i, account := range accounts {
		roots[i] = "arn:" + partition + ":iam::" + account + ":root"
	}
	return roots
}

// accountOf gives the account in an ARN, "" in a text that is none.
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}

// accountsOf gives the accounts of ARNs, each once, sorted.
func accountsOf(arns []string) []string {
	var accounts []string
	for _, a := range arns {
		if parts := strings.SplitN(a, ":", 6); len(parts) == 6 {
			accounts = append(accounts, parts[4])
		}
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}
