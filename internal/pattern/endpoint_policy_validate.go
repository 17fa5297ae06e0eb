// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ValidateEndpointPolicy finds what is wrong in the input. Each problem's path is the argument's name, or none where the document as
// a whole is too long.
func ValidateEndpointPolicy(e EndpointPolicyInput) []Problem {
	var v roleValidator
	if _, known := AccessActions(e.Access); e.Access != "" && !known {
		v.error("access", "Unknown access", "%q is not an access. Write one of %s.", e.Access, quoted(AccessNames()))
	}
	v.repositories(e.RepositoryARNs)
	v.names = map[string]string{"repository_arns": "protect_from_delete"}
	v.repositories(e.ProtectFromDelete)
	for _, principal := range e.PrincipalARNs {
		if account := accountOf(principal); strings.HasSuffix(principal, ":root") && ValidateAccountID(account) == nil {
			all := strings.TrimSuffix(principal, "root")
			v.error("principal_arns", "Account in the place of a principal", "%q would stand for the account's root user alone. Write %q and %q for all its roles and users.", principal, all+"role/*", all+"user/*")
			continue
		}
		v.principal("principal_arns", principal)
	}
	for _, id := range e.OrganizationIDs {
		if err := ValidateOrganizationID(id); err != nil {
			v.error("organization_ids", "Invalid organization id", "%s.", sentence(err.Error()))
		}
	}
	v.onePartition(e)
	if len(v.problems) == 0 {
		if problem, ok := CheckEndpointPolicySize(EndpointPolicy(e)); !ok {
			v.problems = append(v.problems, problem)
		}
	}
	return v.problems
}

// onePartition finds ARNs of another partition than the first one's.
func (v *roleValidator) onePartition(e EndpointPolicyInput) {
	first := e.partition()
	e.eachARN(func(argument, text string) {
		if parts, ok := splitARN(text); ok && parts.partition != first {
			v.error(argument, "ARN of another partition", "%q is in the partition %q, and others are in %q. Endpoints reach their own partition alone: keep the ARNs of one.", text, parts.partition, first)
		}
	})
}

// eachARN visits the ARNs, with the argument that each is in.
func (e EndpointPolicyInput) eachARN(visit func(argument, arn string)) {
	for _, list := range []struct {
		argument string
		arns     []string
	}{{"repository_arns", e.RepositoryARNs}, {"principal_arns", e.PrincipalARNs}, {"protect_from_delete", e.ProtectFromDelete}} {
		for _, arn := range list.arns {
			visit(list.argument, arn)
		}
	}
}

// ValidateEndpointPolicyAt finds what the endpoints of a Region can't let through: principals of other partitions, and
// repositories of other partitions and Regions. Site fields that are empty aren't checked.
func ValidateEndpointPolicyAt(e EndpointPolicyInput, site Site) []Problem {
	var v roleValidator
	e.eachARN(func(argument, arn string) { v.ofPartition(argument, arn, site) })
	if site.Region == "" {
		return v.problems
	}
	var abroad []string
	for _, text := range e.RepositoryARNs {
		if parts, _ := splitARN(text); !fits(parts.region, site.Region) {
			abroad = append(abroad, text)
		}
	}
	const reach = "The endpoints of %s reach the repositories of that Region alone, so %s can't be pulled from through them. "
	switch {
	case len(abroad) == 0:
	case len(abroad) == len(e.RepositoryARNs) && !e.Incomplete:
		v.error("repository_arns", "No repository of this Region", reach+"Name repositories of %s.", site.Region, strings.Join(abroad, ", "), site.Region)
	default:
		v.warn("repository_arns", "Repository of another Region", reach+"Remove it, or name the one in %s.", site.Region, strings.Join(abroad, ", "), site.Region)
	}
	return v.problems
}

func (v *roleValidator) ofPartition(argument, text string, site Site) {
	if parts, ok := splitARN(text); ok && site.Partition != "" && parts.partition != site.Partition {
		v.error(argument, "ARN of another partition", "%q is in the partition %q, and the endpoints are in %q: nothing crosses partitions. Write an ARN that begins with \"arn:%s:\".", text, parts.partition, site.Partition, site.Partition)
	}
}

// CheckEndpointPolicySize reports a document that is longer than an endpoint takes: 20,480 characters, white space counted. ok is
// true when it fits. The problem has no path.
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policy-considerations
func CheckEndpointPolicySize(d policy.Document) (problem Problem, ok bool) {
	size, limit := policy.Size(d, policy.KindEndpoint), policy.Limit(policy.KindEndpoint)
	if size <= limit {
		return Problem{}, true
	}
	return Problem{
		Severity: policy.SeverityError, Summary: "Endpoint policy too long",
		Detail: fmt.Sprintf("The endpoint policy would have %d characters, and an endpoint takes %d. The largest statements are %s. Put wildcards behind a common prefix of repositories or principals, or name an organization in the place of principals.", size, limit, largest(d, 3)),
	}, false
}
