// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// EndpointPolicyInput says what the ECR endpoints of a VPC let through. The zero value lets everything through. The policy of an
// endpoint only narrows: what it lets through still needs the caller's and the repository's own policies.
type EndpointPolicyInput struct {
	// Access is a preset, "" is "pull" where anything else narrows.
	Access string
	// RepositoryARNs are the repositories, whose names may hold wildcards; none stands for all.
	RepositoryARNs []string
	// PrincipalARNs are roles and users, whose names may hold wildcards, OrganizationIDs organizations. Whoever is in one of the
	// lists may use the endpoints; with both empty everybody may.
	PrincipalARNs, OrganizationIDs []string
	// ProtectFromDelete are repositories that nobody deletes through the endpoints.
	ProtectFromDelete []string

	// Incomplete says that some of the values aren't known yet, so that what is missing isn't reported.
	Incomplete bool
}

// defaultEndpointAccess is what containers need.
const defaultEndpointAccess = "pull"

// narrows reports whether the endpoints let less than everything through.
func (e EndpointPolicyInput) narrows() bool {
	return e.Access != "" || len(e.RepositoryARNs)+len(e.PrincipalARNs)+len(e.OrganizationIDs) > 0
}

// argument gives the name of an argument that is set, "" when none is.
func (e EndpointPolicyInput) argument() string {
	switch {
	case len(e.RepositoryARNs) > 0:
		return "repository_arns"
	case len(e.PrincipalARNs) > 0:
		return "principal_arns"
	case len(e.OrganizationIDs) > 0:
		return "organization_ids"
	case len(e.ProtectFromDelete) > 0:
		return "protect_from_delete"
	case e.Access != "":
		return "access"
	default:
		return ""
	}
}

// access is the preset that stands.
func (e EndpointPolicyInput) access() string {
	if e.Access == "" {
		return defaultEndpointAccess
	}
	return e.Access
}

// partition is that of the ARNs, "aws" without any.
func (e EndpointPolicyInput) partition() string {
	for _, arn := range slices.Concat(e.RepositoryARNs, e.PrincipalARNs, e.ProtectFromDelete) {
		if parts, ok := splitARN(arn); ok {
			return parts.partition
		}
	}
	return "aws"
}

// EndpointPolicy builds the one document for both ECR endpoints, as AWS advises. The login has no repository, so it stands apart
// on "*". Principals are named by conditions: a role's ARN in Principal would be pinned to an id that dies with the role. The
// input must be valid.
//
// AWS's combined example allows everything beside its pull, which makes the pull's limits void; here what is allowed is either all
// or what is named.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-vpc-endpoint-policy
func EndpointPolicy(e EndpointPolicyInput) policy.Document {
	if !e.narrows() && len(e.ProtectFromDelete) == 0 {
		return FullAccessEndpointPolicy()
	}
	var statements []policy.Statement
	if e.narrows() {
		statements = e.allowed()
	} else {
		statements = []policy.Statement{everything("AllowAll")}
	}
	if len(e.ProtectFromDelete) > 0 {
		statements = append(statements, policy.Statement{
			Sid: "PreventDelete", Effect: policy.Deny, Principal: policy.Principal{Any: true},
			Actions: []string{deleteRepository}, Resources: e.ProtectFromDelete,
		})
	}
	return policy.New(statements...)
}

const deleteRepository = "ecr:DeleteRepository"

// allowed has two statements for each kind of who, since the conditions of one statement must all hold.
func (e EndpointPolicyInput) allowed() []policy.Statement {
	actions, _ := AccessActions(e.access())
	resources := e.RepositoryARNs
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	kinds := e.kinds()
	var statements []policy.Statement
	for _, k := range kinds {
		if len(kinds) == 1 {
			k.suffix = ""
		}
		allow := func(sid string, resources []string, actions ...string) policy.Statement {
			return policy.Statement{
				Sid: sid + k.suffix, Effect: policy.Allow, Principal: k.principal, Actions: actions, Resources: resources, Conditions: k.condition,
			}
		}
		statements = append(statements, allow("AllowLogin", []string{"*"}, loginAction), allow("Allow"+camel(e.access()), resources, actions...))
	}
	return statements
}

// kinds are the kinds of who that the input names, or everybody.
func (e EndpointPolicyInput) kinds() []kind {
	everybody := policy.Principal{Any: true}
	var kinds []kind
	if len(e.PrincipalARNs) > 0 {
		kinds = append(kinds, kind{"Principals", everybody, where("ArnEquals", "aws:PrincipalArn", e.PrincipalARNs)})
	}
	if len(e.OrganizationIDs) > 0 {
		kinds = append(kinds, kind{"Organizations", everybody, where("StringEquals", "aws:PrincipalOrgID", e.OrganizationIDs)})
	}
	if len(kinds) == 0 {
		kinds = append(kinds, kind{principal: everybody})
	}
	return kinds
}

// camel writes a preset as a part of a Sid: "PushPull".
func camel(preset string) string {
	var out strings.Builder
	for _, word := range strings.Split(preset, "_") {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}

// FullAccessEndpointPolicy is the policy that AWS gives an endpoint without one.
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy
func FullAccessEndpointPolicy() policy.Document {
	return policy.New(everything(""))
}

func everything(sid string) policy.Statement {
	return policy.Statement{
		Sid: sid, Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"*"}, Resources: []string{"*"},
	}
}

// NormalizeEndpointPolicy writes the policy of a live endpoint as this package does: one that lets everything through, however it
// says so, and none at all, is FullAccessEndpointPolicy. A text that isn't a policy stays as it is.
func NormalizeEndpointPolicy(text string) string {
	full := FullAccessEndpointPolicy()
	if text == "" {
		return full.Canonical()
	}
	document, err := policy.Parse(text)
	if err != nil {
		return text
	}
	plain := document.Upgrade()
	if plain.Statements = slices.Clone(plain.Statements); len(plain.Statements) == 1 {
		plain.Statements[0].Sid = ""
	}
	if policy.Equal(plain, full) {
		return full.Canonical()
	}
	return document.Canonical()
}
