// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const dkrID, apiID, strangeID = "vpce-0d000000000000001", "vpce-0a000000000000002", "vpce-0f000000000000003"

// privatePull is a task on Fargate, whose execution role pulls through both endpoints alone.
func privatePull(t *testing.T, change ...func(*pattern.PrivatePull)) pattern.PrivatePull {
	t.Helper()
	layers := layerBucket(t, "eu-west-1")
	repository := pattern.RepositoryPolicy([]pattern.Grant{{Name: "Web", Access: "pull", PrincipalARNs: []string{executionRole}}}, ireland())
	p := pattern.PrivatePull{
		PrincipalARN: executionRole, RepositoryARNs: []string{appARN}, Allowed: []string{appARN},
		VPCID: "vpc-0a1b2c3d", EndpointIDs: map[string]string{"ecr.api": apiID, "ecr.dkr": dkrID}, Fargate: true,
		Endpoint:    pattern.EndpointPolicy(endpointPolicy{RepositoryARNs: []string{appARN}, PrincipalARNs: []string{executionRole}, ProtectFromDelete: []string{appARN}}),
		LayerBucket: &layers, Identity: []policy.Document{execution(dkrID, apiID)}, Repository: &repository,
	}
	for _, c := range change {
		c(&p)
	}
	return p
}

// execution is the identity policy of an execution role that pulls through the given endpoints alone.
func execution(vpceIDs ...string) policy.Document {
	return pattern.ECSExecutionPolicy(pattern.ECSExecution{RepositoryARNs: []string{appARN}, SourceVPCEIDs: vpceIDs})
}

func TestProvePrivatePull(t *testing.T) {
	t.Parallel()
	type pull = pattern.PrivatePull
	const (
		denied   = "error : Pull that is denied: " + executionRole + " can't "
		byDKR    = "pull from " + appARN + " through the endpoint of ecr.dkr, since it may not do "
		byAPI    = "pull from " + appARN + " through the endpoint of ecr.api, since it may not do "
		loginAPI = "log in through the endpoint of ecr.api, since it may not do ecr:GetAuthorizationToken:"
		loginOwn = "log in through Fargate's own network, since it may not do ecr:GetAuthorizationToken:"
	)
	identity := func(d ...policy.Document) func(*pull) { return func(p *pull) { p.Identity = d } }
	through := func(e endpointPolicy) func(*pull) {
		return func(p *pull) { p.Endpoint = pattern.EndpointPolicy(e) }
	}
	granted := func(g pattern.Grant) func(*pull) {
		g.Name = "Some"
		return func(p *pull) {
			d := pattern.RepositoryPolicy([]pattern.Grant{g}, ireland())
			p.Repository = &d
		}
	}
	allOf := func(conditions ...policy.Condition) policy.Document {
		return policy.New(policy.Statement{Effect: policy.Allow, Actions: []string{"ecr:*"}, Resources: []string{"*"}, Conditions: conditions})
	}
	vpce := func(ids ...string) policy.Condition { return condition("StringEquals", "aws:SourceVpce", ids...) }
	abroad := func(p *pull) {
		p.PrincipalARN = "arn:aws:iam::222222222222:role/node"
		p.Endpoint = pattern.EndpointPolicy(endpointPolicy{RepositoryARNs: []string{appARN}, OrganizationIDs: []string{orgID}})
		p.Identity, p.OrganizationPath, p.Fargate = nil, orgID+"/r-ab12/", false
	}
	for name, tc := range map[string]struct {
		change []func(*pull)
		found  []string
	}{
		"as it should be":           {nil, nil},
		"identity unknown":          {[]func(*pull){identity(authz.UnknownDocument())}, nil},
		"ids not known yet":         {[]func(*pull){func(p *pull) { p.EndpointIDs = map[string]string{"ecr.api": "", "ecr.dkr": ""} }}, nil},
		"identity by VPC":           {[]func(*pull){identity(pattern.ECSExecutionPolicy(pattern.ECSExecution{RepositoryARNs: []string{appARN}, SourceVPCIDs: []string{"vpc-0a1b2c3d"}}))}, nil},
		"another VPC":               {[]func(*pull){identity(pattern.ECSExecutionPolicy(pattern.ECSExecution{RepositoryARNs: []string{appARN}, SourceVPCIDs: []string{"vpc-0f1e2d3c"}}))}, []string{denied + byDKR, "needs a VPC that is vpc-0f1e2d3c; this request's is vpc-0a1b2c3d"}},
		"another endpoint":          {[]func(*pull){identity(execution(strangeID))}, []string{denied + byDKR + "ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer:", "statement Pull of the identity policy needs a VPC endpoint that is " + strangeID + "; this request's is " + dkrID}},
		"another, said once":        {[]func(*pull){identity(execution(strangeID))}, []string{denied + byDKR}},
		"ecr.dkr alone":             {[]func(*pull){identity(execution(dkrID))}, []string{"warning : Pull that is denied: " + executionRole + " can't " + byAPI}},
		"ecr.api alone":             {[]func(*pull){identity(execution(apiID))}, []string{denied + byDKR}},
		"only one of ECR's":         {[]func(*pull){identity(execution(dkrID)), func(p *pull) { p.EndpointIDs = map[string]string{"ecr.api": apiID} }}, []string{denied + byAPI}},
		"Fargate 1.3":               {[]func(*pull){identity(execution(dkrID)), func(p *pull) { p.EndpointIDs = map[string]string{"ecr.dkr": dkrID} }}, nil},
		"login by endpoint":         {[]func(*pull){identity(allOf(vpce(dkrID, apiID)))}, []string{denied + loginOwn}},
		"repository policy unknown": {[]func(*pull){identity(execution(strangeID)), func(p *pull) { p.Repository = nil }}, []string{denied + byDKR + "ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer:", "\n  - statement Pull of the identity policy needs a VPC endpoint that is " + strangeID + "; this request's is " + dkrID}},
		"abroad, repository policy unknown": {[]func(*pull){func(p *pull) {
			p.PrincipalARN, p.Repository, p.Endpoint = "arn:aws:iam::222222222222:role/node", nil, pattern.FullAccessEndpointPolicy()
			p.Allowed = nil
		}}, nil},
		"login, no Fargate":  {[]func(*pull){identity(allOf(vpce(dkrID, apiID))), func(p *pull) { p.Fargate = false }}, nil},
		"no identity policy": {[]func(*pull){func(p *pull) { p.Identity = []policy.Document{} }}, []string{denied + loginAPI, denied + loginOwn, denied + byDKR}},
		"another role":       {[]func(*pull){through(endpointPolicy{RepositoryARNs: []string{appARN}, PrincipalARNs: []string{role}})}, []string{denied + loginAPI, denied + byDKR, "statement AllowPull of the endpoint policy needs a principal ARN that matches " + role}},
		"another repository": {[]func(*pull){through(endpointPolicy{RepositoryARNs: []string{"arn:aws:ecr:eu-west-1:111111111111:repository/other"}})}, []string{denied + byDKR, "nothing in the VPC endpoint policy allows ecr:BatchGetImage"}},
		"no token": {[]func(*pull){func(p *pull) {
			p.Endpoint.Statements = slices.DeleteFunc(p.Endpoint.Statements, func(s policy.Statement) bool { return s.Sid == "AllowLogin" })
		}}, []string{denied + loginAPI}},
		"another account":                {[]func(*pull){abroad, granted(pattern.Grant{Access: "pull", OrganizationIDs: []string{orgID}})}, nil},
		"not granted":                    {[]func(*pull){abroad, granted(pattern.Grant{Access: "pull", Accounts: []string{"333333333333"}})}, []string{"can't " + byDKR, "of the repository policy is for arn:aws:iam::333333333333:root; the caller is arn:aws:iam::222222222222:role/node"}},
		"another organization":           {[]func(*pull){abroad, granted(pattern.Grant{Access: "pull", Accounts: []string{"222222222222"}}), func(p *pull) { p.OrganizationPath = otherOrgID + "/r-ab12/" }}, []string{"can't " + byDKR, "of the endpoint policy needs an organization that is " + orgID + "; this caller's is " + otherOrgID}},
		"its organization unknown":       {[]func(*pull){abroad, granted(pattern.Grant{Access: "pull", OrganizationIDs: []string{orgID}}), func(p *pull) { p.OrganizationPath = "" }}, nil},
		"pulls from others":              {[]func(*pull){through(endpointPolicy{}), identity(allOf()), func(p *pull) { p.Repository = nil }}, []string{"error : Pull from other repositories: " + executionRole + " can pull through the endpoints from arn:aws:ecr:eu-west-1:111111111111:repository/stranger, "}},
		"pulls from others that all may": {[]func(*pull){through(endpointPolicy{}), identity(allOf()), func(p *pull) { p.Allowed = nil }}, nil},
		"layers of another Region":       {[]func(*pull){func(p *pull) { d := layerBucket(t, "us-east-1"); p.LayerBucket = &d }}, []string{"error : Layer bucket policy that stops what it is for"}},
		"no gateway":                     {[]func(*pull){func(p *pull) { p.LayerBucket = nil }}, nil},
		"a full gateway":                 {[]func(*pull){func(p *pull) { d := pattern.FullAccessEndpointPolicy(); p.LayerBucket = &d }}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proof := pattern.ProvePrivatePull(privatePull(t, tc.change...), ireland())
			finds(t, proof.Problems, tc.found...)
			if got := problemsText(proof.Problems); len(tc.found) == 1 && len(proof.Problems) > 1 {
				t.Errorf("one mistake became\n%s", got)
			} else if len(tc.found) > 0 && strings.HasPrefix(tc.found[0], "warning") && strings.Contains(got, "error ") {
				t.Errorf("a warning became\n%s", got)
			}
		})
	}
}

// What denies a pull for want of a permission hangs on what is assumed of a repository's policy that isn't given, in its own account.
func TestDenialUnlessTheRepositoryNamesThePrincipal(t *testing.T) {
	t.Parallel()
	denies := policy.New(policy.Statement{Effect: policy.Deny, Actions: []string{"ecr:BatchGetImage"}, Resources: []string{"*"}}, policy.Statement{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}})
	for name, tc := range map[string]struct {
		change func(*pattern.PrivatePull)
		want   bool
	}{
		"not given":       {func(p *pattern.PrivatePull) { p.Repository = nil }, true},
		"given":           {func(*pattern.PrivatePull) {}, false},
		"denied in words": {func(p *pattern.PrivatePull) { p.Repository, p.Identity = nil, []policy.Document{denies} }, false},
		"another account": {func(p *pattern.PrivatePull) {
			p.Repository, p.PrincipalARN = nil, "arn:aws:iam::222222222222:role/node"
		}, false},
		"by the endpoints": {func(p *pattern.PrivatePull) {
			p.Repository, p.Endpoint = nil, pattern.EndpointPolicy(endpointPolicy{PrincipalARNs: []string{role}})
		}, false},
	} {
		input := privatePull(t, func(p *pattern.PrivatePull) { p.Identity, p.Fargate = []policy.Document{execution(strangeID)}, false }, tc.change)
		text := problemsText(pattern.ProvePrivatePull(input, ireland()).Problems)
		if !strings.Contains(text, "can't pull from ") || strings.Contains(text, "\nThat is so unless the repository's policy names the principal itself: then give it as repository_policy.") != tc.want {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestPrivatePullLines(t *testing.T) {
	t.Parallel()
	const can, unread = executionRole + " can ", "assumed: permissions boundaries, SCPs, RCPs and the registry policy allow it"
	layers := "the layers of the images come through the S3 endpoint"
	outside := executionRole + " can't pull through the endpoints from repositories outside " + appARN
	for name, tc := range map[string]struct {
		change func(*pattern.PrivatePull)
		want   []string
	}{
		"all is known": {func(*pattern.PrivatePull) {}, []string{
			can + "log in through the endpoint of ecr.api", can + "log in through Fargate's own network",
			can + "pull from " + appARN + " through the endpoint of ecr.dkr", can + "pull from " + appARN + " through the endpoint of ecr.api",
			outside, layers, unread,
		}},
		"nothing is known": {func(p *pattern.PrivatePull) {
			p.Identity, p.Repository, p.LayerBucket, p.Fargate = nil, nil, nil, false
		}, []string{
			can + "log in through the endpoint of ecr.api",
			can + "pull from " + appARN + " through the endpoint of ecr.dkr", can + "pull from " + appARN + " through the endpoint of ecr.api",
			outside, "assumed: the identity policies of " + executionRole + " and the repositories' policies allow it", unread,
		}},
		"an id isn't known": {func(p *pattern.PrivatePull) { p.EndpointIDs, p.Allowed = map[string]string{"ecr.dkr": ""}, nil }, []string{
			can + "log in through Fargate's own network",
			"not known yet: whether " + executionRole + " can pull from " + appARN + " through the endpoint of ecr.dkr, since " +
				"statement Pull of the identity policy needs a VPC endpoint that is " + dkrID + " or " + apiID + "; this request's isn't known; statement Web of the repository policy leaves it to the identity policies of account 111111111111; " +
				"statement AllowPull of the endpoint policy allows it",
			layers, unread,
		}},
	} {
		got := pattern.ProvePrivatePull(privatePull(t, tc.change), ireland())
		finds(t, got.Problems)
		if !slices.Equal(got.Lines, tc.want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got.Lines, "\n"), strings.Join(tc.want, "\n"))
		}
	}
}
