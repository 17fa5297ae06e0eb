// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func (v *grantValidator) organizations() {
	for _, p := range v.grant.OrganizationPaths {
		if err := ValidateOrganizationPathPattern(p); err != nil {
			v.error("organization_paths", "Invalid organization path", "%s", sentence(err.Error()))
		}
	}
	for _, id := range v.grant.OrganizationalUnitIDs {
		if err := ValidateOrganizationalUnitID(id); err != nil {
			v.error("organization_unit_ids", "Invalid organizational unit id", "%s", sentence(err.Error()))
		}
	}
	v.organizationIDs("organization_ids", v.grant.OrganizationIDs)
}

func (v *grantValidator) organizationIDs(attribute string, ids []string) {
	for _, id := range ids {
		if err := ValidateOrganizationID(id); err != nil {
			v.error(attribute, "Invalid organization id", "%s", sentence(err.Error()))
		}
	}
}

func (v *grantValidator) accounts(attribute string, accounts []string) {
	for _, a := range accounts {
		if err := ValidateAccountID(a); err != nil {
			v.error(attribute, "Invalid account id", "%s", sentence(err.Error()))
		}
	}
}

func (v *grantValidator) principals() {
	style := v.grant.PrincipalStyle
	if style != "" && !slices.Contains(PrincipalStyles(), style) {
		v.error("principal_style", "Unknown principal style", "%q is not a style. Write one of %s.", style, quoted(PrincipalStyles()))
	}
	for _, p := range v.grant.PrincipalARNs {
		v.principal(p, style)
	}
	if style == StyleWildcard && len(v.grant.PrincipalARNs) > 0 {
		v.add(policy.SeverityWarning, "principal_style", "Past permissions boundaries",
			"With principal_style = \"wildcard\" the grant %s is enough on its own for principals of the repository's account: their permissions boundaries and session policies don't limit it. Use \"account\" unless that is what you want.", v.grant.Name)
	}
}

func (v *grantValidator) principal(text, style string) {
	const attribute = "principal_arns"
	parsed, err := parseARN(text)
	kind, name, _ := strings.Cut(parsed.Resource, "/")
	switch {
	case err != nil || (parsed.Service != "iam" && parsed.Service != "sts"):
		v.error(attribute, "Invalid principal ARN", "%q is not the ARN of a role or user. Write it as in \"arn:aws:iam::111111111111:role/ci\".", text)
	case strings.ContainsAny(parsed.AccountID, "*?"):
		v.error(attribute, "Wildcard in the account of a principal", "%q would name principals of accounts that nobody chose. Write the 12 digits of the account, or use organization_ids.", text)
	case ValidateAccountID(parsed.AccountID) != nil:
		v.error(attribute, "Invalid principal ARN", "%q has no account id of 12 digits. Write it as in \"arn:aws:iam::111111111111:role/ci\".", text)
	case parsed.Resource == "root":
		v.error(attribute, "Account in principal_arns", "%q stands for a whole account. Write %q in accounts instead.", text, parsed.AccountID)
	case name == "" || !slices.Contains(principalKinds(parsed.Service), kind):
		v.error(attribute, "Invalid principal ARN", "%q is neither a role nor a user. Write it as in \"arn:aws:iam::%s:role/ci\".", text, parsed.AccountID)
	case kind == "assumed-role" && style != StylePrincipal:
		role, _, _ := strings.Cut(name, "/")
		v.error(attribute, "Session in principal_arns", "%q is a session, and aws:PrincipalArn holds the role's ARN. Write \"arn:%s:iam::%s:role/%s\", with the role's path if it has one.", text, parsed.Partition, parsed.AccountID, role)
	case style == StylePrincipal && strings.ContainsAny(text, "*?"):
		v.error(attribute, "Wildcard in a principal", "A Principal element takes no wildcards, so %q would be refused. Write the whole ARN, or use principal_style = \"account\".", text)
	}
}

// principalKinds are the principals that a service's ARNs can name.
func principalKinds(service string) []string {
	if service == "sts" {
		return []string{"assumed-role", "federated-user"}
	}
	return []string{"role", "user"}
}

func (v *grantValidator) lambda() {
	l := v.grant.Lambda
	if l == nil {
		return
	}
	v.accounts("lambda.accounts", l.Accounts)
	v.organizationIDs("lambda.organization_ids", l.OrganizationIDs)
	if len(l.Accounts)+len(l.FunctionARNs)+len(l.OrganizationIDs) == 0 && !v.grant.Incomplete {
		v.error("lambda", "Lambda of nobody", "Say whose functions may use the image: set accounts, function_arns or organization_ids in lambda.")
	}
	for _, text := range l.FunctionARNs {
		parsed, err := parseARN(text)
		switch {
		case err == nil && parsed.Service == "iam":
			v.error("lambda.function_arns", "Role ARN in the place of a function ARN", "%q is a role. Lambda's service passes the function's ARN, so a role would never match. Write \"arn:%s:lambda:REGION:%s:function:NAME\".", text, parsed.Partition, parsed.AccountID)
		case err != nil || parsed.Service != "lambda" || !strings.HasPrefix(parsed.Resource, "function:") || ValidateAccountID(parsed.AccountID) != nil:
			v.error("lambda.function_arns", "Invalid function ARN", "%q is not the ARN of a Lambda function. Write it as in \"arn:aws:lambda:eu-west-1:111111111111:function:web\"; the name may end in a wildcard.", text)
		}
	}
	if len(l.OrganizationIDs) > 0 {
		v.add(policy.SeverityWarning, "lambda.organization_ids", "Lambda of a whole organization",
			"AWS documents accounts and function ARNs for Lambda, and recommends to list them. An organization works when functions are created, but AWS doesn't say that it holds for every later read. Prefer accounts.")
	}
}

func (v *grantValidator) codeBuild() {
	c := v.grant.CodeBuild
	if c == nil {
		return
	}
	if len(c.ProjectARNs) == 0 && !v.grant.Incomplete {
		v.error("codebuild.project_arns", "CodeBuild without projects", "List the projects that may pull, as in \"arn:aws:codebuild:eu-west-1:111111111111:project/web\".")
	}
	for _, text := range c.ProjectARNs {
		parsed, err := parseARN(text)
		if err != nil || parsed.Service != "codebuild" || !strings.HasPrefix(parsed.Resource, "project/") || ValidateAccountID(parsed.AccountID) != nil {
			v.error("codebuild.project_arns", "Invalid project ARN", "%q is not the ARN of a CodeBuild project. Write it as in \"arn:aws:codebuild:eu-west-1:111111111111:project/web\".", text)
		}
	}
	if accounts := accountsOf(c.ProjectARNs); len(accounts) > 1 {
		v.error("codebuild.project_arns", "CodeBuild projects of several accounts", "The projects belong to the accounts %s, and CodeBuild's own credentials reach repositories of the same account only. Keep those of the repository's account, and name the others' service roles in principal_arns.", strings.Join(accounts, ", "))
	}
}
