// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"slices"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

// TestCallerKeys asserts keys of requests by what a policy sees of them: "" is a key that isn't there, "?" one that isn't
// known (IAM User Guide, reference_policies_condition-keys, and the table of principals of reference_policies_variables).
func TestCallerKeys(t *testing.T) {
	t.Parallel()
	const endpoint, vpc = "vpce-0a1b2c3d", "vpc-0a1b2c3d"
	app := authz.Repository{ARN: anApp}
	for name, c := range map[string]struct {
		caller     authz.Caller
		repository authz.Repository
		want       map[string]string
	}{
		"a federated user": {authz.Caller{Principal: "arn:aws:sts::111111111111:federated-user/ana"}, app, map[string]string{
			"aws:userid": "111111111111:ana", "aws:username": "", "aws:PrincipalType": "FederatedUser",
			"aws:PrincipalArn": "arn:aws:sts::111111111111:federated-user/ana", "aws:PrincipalAccount": anOwner, "aws:PrincipalIsAWSService": "false",
		}},
		"a role's session": {authz.Caller{Principal: aSession}, app, map[string]string{
			"aws:userid": "?", "aws:username": "", "aws:PrincipalType": "AssumedRole", "aws:PrincipalArn": "?", "aws:PrincipalServiceName": "",
		}},
		"an anonymous caller": {authz.Caller{Principal: authz.Anonymous}, app, map[string]string{
			"aws:userid": "anonymous", "aws:PrincipalType": "Anonymous", "aws:PrincipalAccount": "anonymous", "aws:PrincipalArn": "", "aws:PrincipalOrgID": "",
		}},
		"no endpoint": {authz.Caller{Principal: aRole}, app, map[string]string{
			"aws:SourceVpce": "", "aws:SourceVpc": "", "aws:SourceIp": "?", "aws:SecureTransport": "true", "aws:RequestedRegion": "eu-west-1",
		}},
		"an endpoint": {authz.Caller{Principal: aRole, SourceVPCE: endpoint, SourceVPC: vpc}, app, map[string]string{
			"aws:SourceVpce": endpoint, "aws:SourceVpc": vpc, "aws:SourceIp": "", "aws:VpcSourceIp": "?",
		}},
		"an endpoint that isn't known yet": {authz.Caller{Principal: aRole, SourceVPCE: unknown}, app, map[string]string{
			"aws:SourceVpce": "?", "aws:SourceVpc": "?", "aws:SourceIp": "?",
		}},
		"a repository that isn't known yet": {authz.Caller{Principal: aRole}, authz.Repository{ARN: unknown}, map[string]string{
			"aws:RequestedRegion": "?", "aws:ResourceAccount": "?",
		}},
		"a repository of which the name isn't known yet": {authz.Caller{Principal: aRole}, authz.Repository{ARN: "arn:aws:ecr:eu-west-1:111111111111:repository/" + unknown}, map[string]string{
			"aws:RequestedRegion": "eu-west-1", "aws:ResourceAccount": anOwner,
		}},
		"the caller's own registry": {authz.Caller{Principal: aRole, OrganizationPath: "o-a/r-1/ou-x/"}, authz.Repository{ARN: "*"}, map[string]string{
			"aws:ResourceAccount": anOwner, "aws:ResourceOrgID": "o-a", "aws:RequestedRegion": "?",
		}},
		"the registry of a caller in no organization": {authz.Caller{Principal: aRole}, authz.Repository{ARN: "*"}, map[string]string{
			"aws:ResourceOrgID": "", "aws:ResourceOrgPaths": "",
		}},
		"the registry of a caller whose organization isn't known": {authz.Caller{Principal: aRole, OrganizationPath: unknown}, authz.Repository{ARN: "*"}, map[string]string{
			"aws:ResourceAccount": anOwner, "aws:ResourceOrgID": "?", "aws:ResourceOrgPaths": "?",
		}},
		"the registry of a caller who isn't known": {authz.Caller{Principal: unknown}, authz.Repository{ARN: "*"}, map[string]string{
			"aws:ResourceAccount": "?",
		}},
		"keys given": {authz.Caller{Principal: aRole, Context: map[string]authz.Values{"AWS:SourceIP": authz.Single("192.0.2.1"), "aws:PrincipalTag/team": authz.Single("blue")}}, app, map[string]string{
			"aws:SourceIp": "192.0.2.1", "aws:PrincipalTag/team": "blue", "aws:PrincipalTag/env": "?",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := c.caller.Request(aPull, c.repository)
			for key, want := range c.want {
				if got := seen(request, key); got != want {
					t.Errorf("%s: got %q, want %q", key, got, want)
				}
			}
		})
	}
}

// seen says what a policy sees of a key.
func seen(request authz.Request, key string) string {
	allows := func(operator, value string) authz.Decision {
		layers := identity(allow(when(operator, key, value)))
		request.Resource, request.ResourceAccount = anApp, anOwner
		request.Principal = aRole
		return authz.Decide(&request, &layers)
	}
	if allows("Null", "true") == authz.Allowed {
		return ""
	}
	values, _ := request.Context.Get(key)
	i := slices.IndexFunc(values.List(), func(v string) bool { return allows("StringEquals", v) == authz.Allowed })
	if i < 0 {
		return "?"
	}
	return values.List()[i]
}
