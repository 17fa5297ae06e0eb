// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
	"github.com/ecrx/terraform-provider-ecrx/internal/reach"
)

func parse(t testing.TB, text string) policy.Document {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// toEverybody is a repository policy that lets everybody fetch images under a condition.
func toEverybody(t testing.TB, condition string) *reach.Set {
	t.Helper()
	return reach.Repository(parse(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage","Condition":`+condition+`}}`))
}

// TestCompare compares two conditions: what is gained from the first to the second, and what is lost. Samples miss the first four.
func TestCompare(t *testing.T) {
	t.Parallel()
	const (
		organization = `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`
		unit         = `{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*/ou-ab12-11111111/*"}}`
		account      = `{"StringEquals":{"aws:PrincipalAccount":"222222222222"}}`
	)
	for name, tc := range map[string]struct{ before, after, gained, lost string }{
		"accounts that begin with 2": {account, `{"StringLike":{"aws:PrincipalAccount":"2*"}}`, "role arn:aws:iam::2", ""},
		"a range of private addresses": {
			`{"IpAddress":{"aws:VpcSourceIp":"10.1.0.0/16"}}`, `{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}`, "aws:vpcsourceip 10.0.0.0", "",
		},
		"VPCs by a pattern": {
			`{"StringEquals":{"aws:SourceVpc":"vpc-0a1b2c3d4e5f60718"}}`, `{"StringLike":{"aws:SourceVpc":"vpc-*"}}`, "aws:sourcevpc vpc-", "",
		},
		"functions of any account": {
			`{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:*:222222222222:function:*"}}`, `{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:*:*:function:*"}}`,
			"on behalf of arn:aws:lambda:", "",
		},
		"an organization by its paths": {organization, `{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}}`, "", ""},
		"a unit of the organization":   {organization, unit, "", "at o-a1b2c3d4e5/r-"},
		"an account by its ARNs":       {account, `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::222222222222:*"}}`, "", "federated user arn:aws:sts::222222222222:"},
		"roles of an account":          {`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/*"}}`, account, "user arn:aws:iam::222222222222:user/", ""},
		"if the key is there":          {organization, `{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`, "of an account outside any organization", ""},
		"for all values":               {unit, `{"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*/ou-ab12-11111111/*"}}`, "of an account outside any organization", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := reach.Compare(world, toEverybody(t, tc.before), toEverybody(t, tc.after))
			expect(t, "gained", c.Gained, tc.gained)
			expect(t, "lost", c.Lost, tc.lost)
		})
	}
}

// expect expects a witness that contains a text, or with "" that there is none.
func expect(t *testing.T, what string, a reach.Answer, want string) {
	t.Helper()
	switch {
	case want == "" && a.Verdict != reach.No:
		t.Errorf("%s: %s, %v, want none", what, a.Verdict, a.Witness)
	case want != "" && (a.Verdict != reach.Yes || !strings.Contains(a.Witness.String(), want)):
		t.Errorf("%s: %s, %v, want a witness with %q", what, a.Verdict, a.Witness, want)
	}
}

// TestUndecided names the construct that stands in the way, and is decided where the construct doesn't matter.
func TestUndecided(t *testing.T) {
	t.Parallel()
	variable := toEverybody(t, `{"StringEquals":{"aws:PrincipalTag/team":"${aws:PrincipalTag/project}"}}`)
	nobody := reach.Repository(policy.New())
	if a := reach.Find(world, []*reach.Set{variable}, []*reach.Set{nobody}); a.Verdict != reach.Undecided || !strings.Contains(a.Obstacle, "policy variable") {
		t.Errorf("got %s, %q", a.Verdict, a.Obstacle)
	}
	if c := reach.Compare(world, variable, variable); c.Gained.Verdict != reach.No || c.Lost.Verdict != reach.No {
		t.Errorf("the same statement in both: %s, %s", c.Gained.Verdict, c.Lost.Verdict)
	}
}

// TestAnyAndAll asks whether a policy permits any request of a set, and all of it.
func TestAnyAndAll(t *testing.T) {
	t.Parallel()
	members := toEverybody(t, `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`)
	strangers := toEverybody(t, `{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`)
	if a := reach.Any(world, members, strangers); a.Verdict != reach.No {
		t.Errorf("a stranger gets in: %s", a.Witness)
	}
	if a := reach.All(world, members, toEverybody(t, `{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*/ou-ab12-11111111/*"}}`)); a.Verdict != reach.Yes {
		t.Errorf("a member stays out: %s", a.Witness)
	}
	if a := reach.All(world, members, strangers); a.Verdict != reach.No || a.Witness == nil {
		t.Errorf("strangers: %s", a.Verdict)
	}
}
