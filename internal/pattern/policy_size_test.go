// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// accounts gives a grant to n accounts.
func accounts(name, access string, n int) pattern.Grant {
	g := pattern.Grant{Name: name, Access: access}
	for i := range n {
		g.Accounts = append(g.Accounts, fmt.Sprintf("%012d", i))
	}
	return g
}

func TestCheckRepositoryPolicySize(t *testing.T) {
	t.Parallel()
	small := pattern.Grant{Name: "Ids", Access: "pull", OrganizationIDs: []string{"o-a1b2c3d4e5"}}
	wildcard := pattern.Grant{Name: "Wildcard", Access: "pull", PrincipalARNs: []string{role}, PrincipalStyle: pattern.StyleWildcard}
	for name, tc := range map[string]struct {
		grants []pattern.Grant
		want   []string // in the hint
		not    string
	}{
		"fits": {[]pattern.Grant{accounts("A", "pull", 200)}, nil, ""},
		"one grant": {
			[]pattern.Grant{accounts("A", "pull", 400), small},
			[]string{"and ECR takes 10240", "The largest statements are A (", ", Ids (", "Name an organization or an organizational unit instead"},
			"write them as one grant",
		},
		"alike": {
			[]pattern.Grant{accounts("A", "pull", 100), accounts("B", "pull", 120), accounts("C", "pull", 140), accounts("D", "push", 1)},
			[]string{"The largest statements are C (", "A and B and C differ only in whom they name: write them as one grant"},
			"D (",
		},
		"alike, by condition": {
			[]pattern.Grant{accounts("A", "push", 400), small, {Name: "Jds", Access: "pull", OrganizationIDs: []string{"o-z9y8x7w6v5"}}},
			[]string{"Ids and Jds differ only in whom"},
			"",
		},
		"other action": {
			[]pattern.Grant{accounts("A", "push", 300), accounts("B", "pull", 100)},
			[]string{"The largest statements are A ("},
			"write them as one grant",
		},
		"everybody is not somebody": {
			[]pattern.Grant{accounts("A", "push", 400), wildcard, {Name: "Account", Access: "pull", PrincipalARNs: []string{role}}},
			nil, "write them as one grant",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := pattern.RepositoryPolicy(tc.grants, ireland())
			problem, ok := pattern.CheckRepositoryPolicySize(document)
			if name == "fits" {
				if !ok {
					t.Errorf("got %+v", problem)
				}
				return
			}
			if ok || problem.Severity != policy.SeverityError {
				t.Fatalf("%d characters pass: %+v", len(document.Canonical()), problem)
			}
			for _, want := range tc.want {
				if !strings.Contains(problem.Detail, want) {
					t.Errorf("%q does not say %q", problem.Detail, want)
				}
			}
			if tc.not != "" && strings.Contains(problem.Detail, tc.not) {
				t.Errorf("%q says %q", problem.Detail, tc.not)
			}
		})
	}
}

func TestCheckRepositoryPolicySizeAtTheLimit(t *testing.T) {
	t.Parallel()
	document := func(size int) policy.Document {
		d := policy.New(policy.Statement{
			Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"222222222222"}}, Actions: []string{"ecr:ListImages"},
		})
		d.ID = strings.Repeat("x", size-len(d.Canonical())-len(`"Id":"",`))
		return d
	}
	if problem, ok := pattern.CheckRepositoryPolicySize(document(10_240)); !ok {
		t.Error(problem.Detail)
	}
	problem, ok := pattern.CheckRepositoryPolicySize(document(10_241))
	if ok || !strings.Contains(problem.Detail, "would have 10241 characters") || !strings.Contains(problem.Detail, "a statement without a Sid (") {
		t.Errorf("got %+v", problem)
	}
}
