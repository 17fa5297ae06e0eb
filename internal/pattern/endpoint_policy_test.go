// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type endpointPolicy = pattern.EndpointPolicyInput

const (
	executionRole = "arn:aws:iam::111111111111:role/web-execution"
	otherOrgID    = "o-z9y8x7w6v5"
)

// goldenEndpoints are inputs of endpoint policies, of each kind and together.
func goldenEndpoints() map[string]endpointPolicy {
	return map[string]endpointPolicy{
		"full":              {},
		"pull":              {Access: "pull"},
		"repositories":      {RepositoryARNs: []string{appARN, teamARNs}},
		"principals":        {PrincipalARNs: []string{executionRole, "arn:aws:iam::222222222222:role/ci/*"}},
		"organizations":     {OrganizationIDs: []string{otherOrgID, orgID}},
		"who":               {PrincipalARNs: []string{executionRole}, OrganizationIDs: []string{orgID}, Access: "pull_through_cache"},
		"push":              {Access: "push_pull", RepositoryARNs: []string{appARN}, PrincipalARNs: []string{user}},
		"protected":         {ProtectFromDelete: []string{appARN, "arn:aws:ecr:eu-west-1:111111111111:repository/base/*"}},
		"combined":          {PrincipalARNs: []string{executionRole}, ProtectFromDelete: []string{appARN}},
		"combined-narrowly": {RepositoryARNs: []string{teamARNs}, PrincipalARNs: []string{executionRole}, OrganizationIDs: []string{orgID}, ProtectFromDelete: []string{appARN}},
	}
}

// TestEndpointPolicyGolden writes each document, which AWS would take, without a finding, and which does what it says.
func TestEndpointPolicyGolden(t *testing.T) {
	t.Parallel()
	for name, input := range goldenEndpoints() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			finds(t, append(pattern.ValidateEndpointPolicy(input), pattern.ValidateEndpointPolicyAt(input, ireland())...))
			document := pattern.EndpointPolicy(input)
			golden(t, "endpoints/"+name, document.Pretty())
			if found := policy.Findings(document, policy.KindEndpoint); len(found) > 0 {
				t.Error(found)
			}
			for _, site := range []pattern.Site{ireland(), {Partition: "aws"}, {}} {
				proof := pattern.ProveEndpointPolicy(input, document, site)
				finds(t, proof.Problems)
				if len(proof.Lines) < 3 {
					t.Errorf("the proof says only %q", proof.Lines)
				}
			}
		})
	}
}

func TestEndpointPolicyIsDeterministic(t *testing.T) {
	t.Parallel()
	build := func(repositories, principals, organizations, protected []string) string {
		return pattern.EndpointPolicy(endpointPolicy{RepositoryARNs: repositories, PrincipalARNs: principals, OrganizationIDs: organizations, ProtectFromDelete: protected}).Canonical()
	}
	a := build([]string{appARN, teamARNs}, []string{role, user}, []string{orgID, otherOrgID}, []string{appARN, teamARNs})
	if b := build([]string{teamARNs, appARN}, []string{user, role}, []string{otherOrgID, orgID}, []string{teamARNs, appARN}); a != b {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestEndpointPolicyInOtherPartitions(t *testing.T) {
	t.Parallel()
	input := endpointPolicy{
		RepositoryARNs: []string{"arn:aws-cn:ecr:cn-north-1:111111111111:repository/app"}, PrincipalARNs: []string{"arn:aws-cn:iam::111111111111:role/web"},
		ProtectFromDelete: []string{"arn:aws-cn:ecr:*:111111111111:repository/*"},
	}
	document := pattern.EndpointPolicy(input)
	golden(t, "endpoints/china", document.Pretty())
	for _, site := range []pattern.Site{{}, {Partition: "aws-cn", Region: "cn-north-1", AccountID: "111111111111"}} {
		finds(t, append(pattern.ValidateEndpointPolicy(input), pattern.ValidateEndpointPolicyAt(input, site)...))
		finds(t, pattern.ProveEndpointPolicy(input, document, site).Problems)
	}
	// Without a site, near repositories are looked for in the partition of the ARNs.
	document.Statements[1].Resources = []string{"arn:aws-cn:ecr:*:*:repository/*"}
	finds(t, pattern.ProveEndpointPolicy(input, document, pattern.Site{}).Problems, "error repository_arns: Endpoint policy that lets more through", "on arn:aws-cn:ecr:cn-north-1:111111111111:repository/stranger")
}

// endpointSeed reads a document of AWS's page, with an account of 12 digits.
func endpointSeed(t *testing.T, name string) policy.Document {
	t.Helper()
	text := strings.NewReplacer("1234567890", "111111111111", "repository/app", "repository/team/app", "role/role_name", "role/web-execution").Replace(ecsSeed(t, name).Canonical())
	document, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// TestEndpointSeeds holds the documents of AWS's page against what stands for them: two are the same, and the two with a pull
// decide the same, but for the action that pushes need and for what AllowAll makes void.
func TestEndpointSeeds(t *testing.T) {
	t.Parallel()
	protect := pattern.EndpointPolicy(endpointPolicy{ProtectFromDelete: []string{appARN}})
	if seed := endpointSeed(t, "4-endpoint-prevent-delete"); !policy.Equal(seed, protect) {
		t.Errorf("the seed is\n%s, and the pattern gives\n%s", seed.Canonical(), protect.Canonical())
	}
	layers, err := pattern.LayerBucketPolicy("eu-west-1", nil)
	if seed := endpointSeed(t, "4-s3-gateway-endpoint-policy"); err != nil || !policy.Equal(seed, layers) {
		t.Errorf("the seed is\n%s, and the pattern gives\n%s (%v)", seed.Canonical(), layers.Canonical(), err)
	}

	const yes, no, refused = authz.Allowed, authz.ImplicitlyDenied, authz.ExplicitlyDenied
	const other, stranger = "arn:aws:ecr:eu-west-1:111111111111:repository/other", "arn:aws:iam::111111111111:role/stranger"
	pull := pattern.EndpointPolicy(endpointPolicy{PrincipalARNs: []string{executionRole}})
	combined := pattern.EndpointPolicy(endpointPolicy{PrincipalARNs: []string{executionRole}, ProtectFromDelete: []string{appARN}})
	for name, tc := range map[string]struct {
		who, action, on                          string
		seedPull, pull, seedCombined, ofCombined authz.Decision
	}{
		"the role, a manifest":           {executionRole, "ecr:BatchGetImage", appARN, yes, yes, yes, yes},
		"the role, a layer":              {executionRole, "ecr:GetDownloadUrlForLayer", other, yes, yes, yes, yes},
		"the role, logging in":           {executionRole, "ecr:GetAuthorizationToken", "*", yes, yes, yes, yes},
		"the role, asking for layers":    {executionRole, "ecr:BatchCheckLayerAvailability", appARN, no, yes, yes, yes},
		"the role, pushing":              {executionRole, "ecr:PutImage", appARN, no, no, yes, no},
		"the role, deleting":             {executionRole, "ecr:DeleteRepository", appARN, no, no, refused, refused},
		"another role, a manifest":       {stranger, "ecr:BatchGetImage", appARN, no, no, yes, no},
		"another role, logging in":       {stranger, "ecr:GetAuthorizationToken", "*", no, no, yes, no},
		"another role, deleting":         {stranger, "ecr:DeleteRepository", appARN, no, no, refused, refused},
		"another role, deleting another": {stranger, "ecr:DeleteRepository", other, no, no, yes, no},
	} {
		who := authz.Caller{Principal: tc.who}
		for document, want := range map[string]struct {
			document policy.Document
			want     authz.Decision
		}{
			"seed's pull": {endpointSeed(t, "4-endpoint-allow-pull"), tc.seedPull}, "pull": {pull, tc.pull},
			"seed's combined": {endpointSeed(t, "4-endpoint-combined"), tc.seedCombined}, "combined": {combined, tc.ofCombined},
		} {
			layers := authz.Layers{Identity: []*authz.Policy{authz.AssumedToAllow("identity policies")}, Endpoint: []*authz.Policy{authz.Compile("endpoint policy", want.document)}}
			if got := who.DecideAccess([]string{tc.action}, authz.Repository{ARN: tc.on}, &layers); got != want.want {
				t.Errorf("%s: by the %s it is %s, want %s", name, document, got, want.want)
			}
		}
	}
	// The seed's mistake is a finding, and its own proof says what it does.
	finds(t, pattern.ProveEndpointPolicy(endpointPolicy{PrincipalARNs: []string{executionRole}, ProtectFromDelete: []string{appARN}}, endpointSeed(t, "4-endpoint-combined"), ireland()).Problems,
		"Endpoint policy that lets more through: The endpoints let a role of account 111111111111 in another organization do ", "The endpoints let arn:aws:iam::111111111111:role/web-execution do ")
}

func TestValidateEndpointPolicy(t *testing.T) {
	t.Parallel()
	const wide = "arn:aws:ecr:eu-west-1:*:repository/app"
	for name, tc := range map[string]struct {
		input endpointPolicy
		found []string
	}{
		"two partitions":         {endpointPolicy{RepositoryARNs: []string{appARN}, PrincipalARNs: []string{"arn:aws-cn:iam::111111111111:role/web"}}, []string{`error principal_arns: ARN of another partition: "arn:aws-cn:iam::111111111111:role/web" is in the partition "aws-cn", and others are in "aws". Endpoints reach their own partition alone: keep the ARNs of one.`}},
		"access":                 {endpointPolicy{Access: "admin"}, []string{`error access: Unknown access: "admin" is not an access. Write one of "pull",`}},
		"a repository's name":    {endpointPolicy{RepositoryARNs: []string{"team/app"}}, []string{`error repository_arns: Invalid repository ARN: "team/app" is not the ARN of an ECR repository.`}},
		"any account":            {endpointPolicy{RepositoryARNs: []string{wide}}, []string{"error repository_arns: Wildcard in the account of a repository"}},
		"protected by name":      {endpointPolicy{ProtectFromDelete: []string{"team/app"}}, []string{`error protect_from_delete: Invalid repository ARN: "team/app"`}},
		"protected anywhere":     {endpointPolicy{ProtectFromDelete: []string{wide}}, []string{"error protect_from_delete: Wildcard in the account of a repository"}},
		"everybody":              {endpointPolicy{PrincipalARNs: []string{"*"}}, []string{"error principal_arns: Everybody as a principal"}},
		"the root user":          {endpointPolicy{PrincipalARNs: []string{"arn:aws:iam::111111111111:root"}}, []string{`error principal_arns: Account in the place of a principal: "arn:aws:iam::111111111111:root" would stand for the account's root user alone. Write "arn:aws:iam::111111111111:role/*" and "arn:aws:iam::111111111111:user/*" for all its roles and users.`}},
		"a short root":           {endpointPolicy{PrincipalARNs: []string{"arn:aws:iam::1234567890:root"}}, []string{"error principal_arns: Invalid principal ARN"}},
		"a session":              {endpointPolicy{PrincipalARNs: []string{"arn:aws:sts::111111111111:assumed-role/web/task"}}, []string{`error principal_arns: Session in the place of a role: "arn:aws:sts::111111111111:assumed-role/web/task" is a session`}},
		"part of an account":     {endpointPolicy{PrincipalARNs: []string{"arn:aws:iam::1111*:role/web"}}, []string{"error principal_arns: Wildcard in the account of a principal"}},
		"an organizational unit": {endpointPolicy{OrganizationIDs: []string{"ou-ab12-11111111"}}, []string{`error organization_ids: Invalid organization id: "ou-ab12-11111111" is not an organization id`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			finds(t, pattern.ValidateEndpointPolicy(tc.input), tc.found...)
			if got := pattern.ValidateEndpointPolicy(tc.input); len(got) != 1 {
				t.Errorf("%d problems for one mistake", len(got))
			}
		})
	}
}

func TestValidateEndpointPolicyAt(t *testing.T) {
	t.Parallel()
	const virginia = "arn:aws:ecr:us-east-1:111111111111:repository/app"
	china := pattern.Site{Partition: "aws-cn", Region: "cn-north-1"}
	for name, tc := range map[string]struct {
		input endpointPolicy
		site  pattern.Site
		found []string
	}{
		"right":              {goldenEndpoints()["combined-narrowly"], ireland(), nil},
		"no Region yet":      {endpointPolicy{RepositoryARNs: []string{virginia}}, pattern.Site{Partition: "aws"}, nil},
		"another Region":     {endpointPolicy{RepositoryARNs: []string{virginia}}, ireland(), []string{"error repository_arns: No repository of this Region: The endpoints of eu-west-1 reach the repositories of that Region alone, so " + virginia + " can't be pulled from through them. Name repositories of eu-west-1."}},
		"another Region too": {endpointPolicy{RepositoryARNs: []string{virginia, appARN}}, ireland(), []string{"warning repository_arns: Repository of another Region"}},
		"perhaps another":    {endpointPolicy{RepositoryARNs: []string{virginia}, Incomplete: true}, ireland(), []string{"warning repository_arns: Repository of another Region"}},
		"partition of principals": {
			endpointPolicy{PrincipalARNs: []string{role}},
			china,
			[]string{`error principal_arns: ARN of another partition: "` + role + `" is in the partition "aws", and the endpoints are in "aws-cn": nothing crosses partitions. Write an ARN that begins with "arn:aws-cn:".`},
		},
		"partition of the protected": {endpointPolicy{ProtectFromDelete: []string{appARN}}, china, []string{"error protect_from_delete: ARN of another partition"}},
		"partition of repositories":  {endpointPolicy{RepositoryARNs: []string{"arn:aws:ecr:*:111111111111:repository/app"}}, china, []string{"error repository_arns: ARN of another partition"}},
		"no partition yet":           {endpointPolicy{PrincipalARNs: []string{role}, RepositoryARNs: []string{"arn:aws-cn:ecr:cn-north-1:111111111111:repository/app"}}, pattern.Site{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			finds(t, pattern.ValidateEndpointPolicyAt(tc.input, tc.site), tc.found...)
		})
	}
}

func TestEndpointPolicySize(t *testing.T) {
	t.Parallel()
	sized := func(n int) endpointPolicy {
		input := endpointPolicy{}
		for i := range n {
			input.PrincipalARNs = append(input.PrincipalARNs, fmt.Sprintf("arn:aws:iam::111111111111:role/team/%060d", i))
		}
		return input
	}
	at := func(size int) policy.Document {
		statement := policy.Statement{Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"*"}, Resources: []string{"*"}}
		statement.Sid = strings.Repeat("a", size-policy.Size(policy.New(statement), policy.KindEndpoint)-len(`"Sid":"",`))
		return policy.New(statement)
	}
	if _, ok := pattern.CheckEndpointPolicySize(at(20_480)); !ok {
		t.Error("20,480 characters are too many")
	}
	if problem, ok := pattern.CheckEndpointPolicySize(at(20_481)); ok || !strings.Contains(problem.Detail, "would have 20481 characters, and an endpoint takes 20480") {
		t.Errorf("20,481 characters: %v, %s", ok, problem.Detail)
	}
	finds(t, pattern.ValidateEndpointPolicy(sized(90)))
	finds(t, pattern.ValidateEndpointPolicy(sized(150)), "error : Endpoint policy too long: The endpoint policy would have", "The largest statements are Allow", "or name an organization in the place of principals.")
}
