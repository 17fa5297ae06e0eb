// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func TestNormalizeEndpointPolicy(t *testing.T) {
	t.Parallel()
	full := pattern.FullAccessEndpointPolicy().Canonical()
	const statement = `"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"`
	for name, text := range map[string]string{
		"none":               "",
		"as this writes it":  full,
		"of 2008":            `{"Version":"2008-10-17","Statement":[{` + statement + `}]}`,
		"of no version":      `{"Statement":[{` + statement + `}]}`,
		"of an interface":    "{\n  \"Statement\": [\n    {\n      \"Action\": \"*\",\n      \"Effect\": \"Allow\",\n      \"Principal\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}",
		"of a gateway":       `{"Version":"2008-10-17","Statement":[{"Sid":"",` + statement + `}]}`,
		"with a Sid":         `{"Version":"2012-10-17","Statement":[{"Sid":"AllowAll",` + statement + `}]}`,
		"one statement":      `{"Version":"2012-10-17","Statement":{` + statement + `}}`,
		"lists":              `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["*"],"Resource":["*"]}]}`,
		"anybody's accounts": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*","Resource":"*"}]}`,
		"twice":              `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["*","*"],"Resource":["*","*"]}]}`,
	} {
		if got := pattern.NormalizeEndpointPolicy(text); got != full {
			t.Errorf("%s became %s", name, got)
		}
	}
	for name, text := range map[string]string{
		"a Deny":            `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}`,
		"an account":        `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"*","Resource":"*"}]}`,
		"a service":         `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"*"},"Action":"*","Resource":"*"}]}`,
		"an action":         `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}`,
		"a resource":        `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::cache/*"}]}`,
		"a condition":       `{"Version":"2012-10-17","Statement":[{` + statement + `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}]}`,
		"two statements":    `{"Version":"2012-10-17","Statement":[{"Sid":"AllowAll",` + statement + `},{"Sid":"PreventDelete","Effect":"Deny","Principal":"*","Action":"ecr:DeleteRepository","Resource":"*"}]}`,
		"nothing":           `{"Version":"2012-10-17","Statement":[]}`,
		"an empty document": `{}`,
		"a NotAction":       `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","NotAction":"s3:*","Resource":"*"}]}`,
	} {
		got := pattern.NormalizeEndpointPolicy(text)
		if got == full {
			t.Errorf("%s became full access", name)
		}
		if again := pattern.NormalizeEndpointPolicy(got); again != got {
			t.Errorf("%s became %s, and that %s", name, got, again)
		}
		if same, err := policy.EqualText(text, got); err == nil && !same {
			t.Errorf("%s became another policy: %s", name, got)
		}
	}
	for _, text := range []string{"none", "{", "[]", " "} {
		if got := pattern.NormalizeEndpointPolicy(text); got != text {
			t.Errorf("%q, which isn't a policy, became %q", text, got)
		}
	}
	// Statements that differ in their order or spelling are one policy, and that keeps its Sids.
	a := pattern.NormalizeEndpointPolicy(`{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":"*"},"Action":["b:X","a:X"],"Resource":"*"}]}`)
	if b := pattern.NormalizeEndpointPolicy(`{"Statement":{"Sid":"A","Resource":["*"],"Action":["a:X","b:X"],"Principal":{"AWS":["*"]},"Effect":"Allow"},"Version":"2012-10-17"}`); a != b || !strings.Contains(a, `"Sid":"A"`) {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestRecognizePrivateEndpoints(t *testing.T) {
	t.Parallel()
	for _, compute := range pattern.ComputeTypes() {
		want := compute
		if compute == "codebuild" {
			want = "ec2" // which has the same endpoints
		}
		services := endpoints{Compute: []string{compute}}.Services()
		if diff := cmp.Diff(endpoints{Compute: []string{want}}, pattern.RecognizePrivateEndpoints(services), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", compute, diff)
		}
		services = append(services, "kms", "sqs")
		if diff := cmp.Diff(endpoints{Compute: []string{want}, Include: []string{"kms", "sqs"}}, pattern.RecognizePrivateEndpoints(services), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s with others: %s", compute, diff)
		}
	}
	for name, tc := range map[string]struct {
		services []string
		want     endpoints
	}{
		"one without": {[]string{"ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "s3"}, endpoints{Compute: []string{"ecs_ec2"}, Exclude: []string{"logs"}}},
		"one of two":  {[]string{"ecr.dkr", "s3"}, endpoints{Compute: []string{"ec2"}, Exclude: []string{"ecr.api"}}},
		"two missing": {[]string{"ecr.api", "ecr.dkr", "ecs", "ecs-agent", "s3"}, endpoints{Compute: []string{"ec2"}, Include: []string{"ecs", "ecs-agent"}}},
		"no image":    {[]string{"sqs", "kms"}, endpoints{Include: []string{"sqs", "kms"}}},
		"nothing":     {nil, endpoints{}},
	} {
		if diff := cmp.Diff(tc.want, pattern.RecognizePrivateEndpoints(tc.services), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	// Whatever the services are, what is recognized stands for them, and can be written as arguments.
	all := []string{"ec2", "ecr.api", "ecr.dkr", "ecs", "kms", "logs", "s3", "sts"}
	for bits := range 1 << len(all) {
		var services []string
		for i, service := range all {
			if bits&(1<<i) != 0 {
				services = append(services, service)
			}
		}
		set := pattern.RecognizePrivateEndpoints(services)
		if len(set.Compute) == 0 {
			if !slices.Equal(set.Include, services) {
				t.Errorf("%q became %+v", services, set)
			}
			continue
		}
		if got := set.Services(); !slices.Equal(got, services) {
			t.Errorf("%q became %+v, which are %q", services, set, got)
		}
		if problems := pattern.ValidatePrivateEndpoints(set); len(problems) > 0 {
			t.Errorf("%q became %+v: %s", services, set, problemsText(problems))
		}
	}
}

// TestRecognizeEndpointPolicy goes there and back with all combinations of arguments.
func TestRecognizeEndpointPolicy(t *testing.T) {
	t.Parallel()
	choose := func(bits, i int, values ...string) []string {
		if bits&(1<<i) == 0 {
			return nil
		}
		return slices.Sorted(slices.Values(values))
	}
	for _, access := range append([]string{""}, pattern.AccessNames()...) {
		for bits := range 1 << 4 {
			input := endpointPolicy{
				Access: access, RepositoryARNs: choose(bits, 0, appARN, teamARNs), PrincipalARNs: choose(bits, 1, executionRole, "arn:aws:iam::222222222222:role/ci/*"),
				OrganizationIDs: choose(bits, 2, orgID), ProtectFromDelete: choose(bits, 3, appARN),
			}
			document := pattern.EndpointPolicy(input)
			want := input
			if access == "pull" { // what narrows is for pulls without it, and pull alone says so
				if want.Access = ""; len(input.RepositoryARNs)+len(input.PrincipalARNs)+len(input.OrganizationIDs) == 0 {
					want.Access = "pull"
				}
			}
			for _, text := range []string{document.Canonical(), document.Pretty()} {
				got, known := pattern.RecognizeEndpointPolicy(text)
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); !known || diff != "" {
					t.Errorf("%+v: %t, %s", input, known, diff)
				}
			}
		}
	}
	if got, known := pattern.RecognizeEndpointPolicy(`{"Version":"2008-10-17","Statement":[{"Sid":"","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`); !known || !cmp.Equal(got, endpointPolicy{}) {
		t.Errorf("AWS's own policy is %+v, %t", got, known)
	}
	input := goldenEndpoints()["combined-narrowly"]
	for name, change := range map[string]func(*policy.Document){
		"a statement more": func(d *policy.Document) {
			d.Statements = append(d.Statements, policy.Statement{Sid: "More", Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:PutImage"}, Resources: []string{"*"}})
		},
		"a statement less": func(d *policy.Document) { d.Statements = d.Statements[1:] },
		"another Sid":      func(d *policy.Document) { d.Statements[1].Sid = "Pull" },
		"another action": func(d *policy.Document) {
			d.Statements[1].Actions = append(slices.Clone(d.Statements[1].Actions), "ecr:PutImage")
		},
		"another repository": func(d *policy.Document) { d.Statements[1].Resources = []string{appARN} },
		"another key": func(d *policy.Document) {
			d.Statements[0].Conditions = []policy.Condition{condition("StringEquals", "aws:SourceVpc", "vpc-1")}
		},
		"another denied": func(d *policy.Document) { d.Statements[len(d.Statements)-1].Actions = []string{"ecr:*"} },
		"a condition more": func(d *policy.Document) {
			d.Statements[len(d.Statements)-1].Conditions = []policy.Condition{condition("StringEquals", "aws:SourceVpc", "vpc-1")}
		},
		"a second Deny": func(d *policy.Document) {
			last := d.Statements[len(d.Statements)-1]
			last.Sid = "More"
			last.Resources = []string{"*"}
			d.Statements = append(d.Statements, last)
		},
		"a principal by its id": func(d *policy.Document) { d.Statements[0].Principal = policy.Principal{AWS: []string{executionRole}} },
	} {
		document := pattern.EndpointPolicy(input)
		document.Statements = slices.Clone(document.Statements)
		change(&document)
		if got, known := pattern.RecognizeEndpointPolicy(document.Canonical()); known {
			t.Errorf("%s: recognized as %+v", name, got)
		}
	}
	for _, text := range []string{"", "{", "none"} {
		if got, known := pattern.RecognizeEndpointPolicy(text); known {
			t.Errorf("%q is recognized as %+v", text, got)
		}
	}
}

func TestRecognizeLayerBucketPolicy(t *testing.T) {
	t.Parallel()
	const region = "eu-west-1"
	for name, buckets := range map[string][]string{
		"the layers alone": nil, "others too": {"arn:aws:s3:::cache/*", "arn:aws:s3:::shared/images/*"}, "another Region's layers": {"arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"},
	} {
		got, minimal := pattern.RecognizeLayerBucketPolicy(layerBucket(t, region, buckets...).Pretty(), region)
		if diff := cmp.Diff(buckets, got, cmpopts.EquateEmpty(), cmpopts.SortSlices(func(a, b string) bool { return a < b })); !minimal || diff != "" {
			t.Errorf("%s: %t, %s", name, minimal, diff)
		}
	}
	if got, minimal := pattern.RecognizeLayerBucketPolicy(layerBucket(t, region, "arn:aws:s3:::cache").Canonical(), region); !minimal || !slices.Equal(got, []string{"arn:aws:s3:::cache/*"}) {
		t.Errorf("a bucket is %q, %t", got, minimal)
	}
	layers := layerBucket(t, region)
	change := func(change func(*policy.Statement)) string {
		s := layers.Statements[0]
		change(&s)
		return policy.New(s).Canonical()
	}
	for name, text := range map[string]string{
		"full access":      pattern.FullAccessEndpointPolicy().Canonical(),
		"another Region's": layerBucket(t, "us-east-1").Canonical(),
		"no layers":        change(func(s *policy.Statement) { s.Resources = []string{"arn:aws:s3:::cache/*"} }),
		"another action":   change(func(s *policy.Statement) { s.Actions = []string{"s3:*"} }),
		"a condition": change(func(s *policy.Statement) {
			s.Conditions = []policy.Condition{condition("StringEquals", "aws:SourceVpc", "vpc-1")}
		}),
		"a principal":    change(func(s *policy.Statement) { s.Principal = policy.Principal{AWS: []string{executionRole}} }),
		"all else":       change(func(s *policy.Statement) { s.NotResources, s.Resources = s.Resources, nil }),
		"a Deny":         change(func(s *policy.Statement) { s.Effect = policy.Deny }),
		"two statements": policy.New(layers.Statements[0], policy.Statement{Sid: "More", Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"*"}, Resources: []string{"*"}}).Canonical(),
		"no statement":   `{"Version":"2012-10-17","Statement":[]}`,
		"not a policy":   "none",
	} {
		if got, minimal := pattern.RecognizeLayerBucketPolicy(text, region); minimal {
			t.Errorf("%s is recognized, with %q", name, got)
		}
	}
	if _, minimal := pattern.RecognizeLayerBucketPolicy(layers.Canonical(), "Ireland"); minimal {
		t.Error("Ireland is a Region")
	}
}

func TestValidatePrivatePull(t *testing.T) {
	t.Parallel()
	const paths = `error organization_path: Invalid organization path: %q is not where one account is in its organization.`
	for name, tc := range map[string]struct {
		pull  pattern.PrivatePull
		found []string
	}{
		"right":               {pattern.PrivatePull{PrincipalARN: executionRole, RepositoryARNs: []string{appARN, teamARNs}, OrganizationPath: "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"}, nil},
		"in the root":         {pattern.PrivatePull{PrincipalARN: user, RepositoryARNs: []string{appARN}, OrganizationPath: "o-a1b2c3d4e5/r-ab12/"}, nil},
		"units in units":      {pattern.PrivatePull{PrincipalARN: user, RepositoryARNs: []string{appARN}, OrganizationPath: "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/"}, nil},
		"roles":               {pattern.PrivatePull{PrincipalARN: "arn:aws:iam::111111111111:role/*", RepositoryARNs: []string{appARN}}, []string{`error principal_arn: Wildcard in a principal: "arn:aws:iam::111111111111:role/*" stands for many.`}},
		"a role by a letter":  {pattern.PrivatePull{PrincipalARN: "arn:aws:iam::111111111111:role/we?", RepositoryARNs: []string{appARN}}, []string{"Wildcard in a principal"}},
		"everybody":           {pattern.PrivatePull{PrincipalARN: "*", RepositoryARNs: []string{appARN}}, []string{"Wildcard in a principal"}},
		"a name":              {pattern.PrivatePull{PrincipalARN: "web-execution", RepositoryARNs: []string{appARN}}, []string{"error principal_arn: Invalid principal ARN"}},
		"a session":           {pattern.PrivatePull{PrincipalARN: "arn:aws:sts::111111111111:assumed-role/web/task", RepositoryARNs: []string{appARN}}, []string{"error principal_arn: Session in the place of a role"}},
		"an organization":     {pattern.PrivatePull{PrincipalARN: user, RepositoryARNs: []string{appARN}, OrganizationPath: "o-a1b2c3d4e5"}, []string{fmt.Sprintf(paths, "o-a1b2c3d4e5")}},
		"all below":           {pattern.PrivatePull{PrincipalARN: user, RepositoryARNs: []string{appARN}, OrganizationPath: "o-a1b2c3d4e5/r-ab12/*"}, []string{fmt.Sprintf(paths, "o-a1b2c3d4e5/r-ab12/*")}},
		"no slash at the end": {pattern.PrivatePull{PrincipalARN: user, RepositoryARNs: []string{appARN}, OrganizationPath: "o-a1b2c3d4e5/r-ab12"}, []string{fmt.Sprintf(paths, "o-a1b2c3d4e5/r-ab12")}},
		"a slash":             {pattern.PrivatePull{PrincipalARN: user, RepositoryARNs: []string{appARN}, OrganizationPath: "/"}, []string{fmt.Sprintf(paths, "/")}},
		"slashes":             {pattern.PrivatePull{PrincipalARN: user, RepositoryARNs: []string{appARN}, OrganizationPath: "o-a1b2c3d4e5//"}, []string{fmt.Sprintf(paths, "o-a1b2c3d4e5//")}},
		"a repository's name": {pattern.PrivatePull{PrincipalARN: user, RepositoryARNs: []string{"team/app"}}, []string{`error repository_arns: Invalid repository ARN: "team/app"`}},
		"any account's":       {pattern.PrivatePull{PrincipalARN: user, RepositoryARNs: []string{"arn:aws:ecr:eu-west-1:*:repository/app"}}, []string{"error repository_arns: Wildcard in the account of a repository"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := pattern.ValidatePrivatePull(tc.pull)
			finds(t, problems, tc.found...)
			if len(problems) != len(tc.found) {
				t.Errorf("%d problems for %d mistakes:\n%s", len(problems), len(tc.found), problemsText(problems))
			}
		})
	}
}
