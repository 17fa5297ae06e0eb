// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// tampered is a wrong way to write statements of a kind of who.
type tampered struct {
	name string
	// kinds are the goldens whose statements it makes wrong.
	kinds []string
	wrong func(*policy.Statement)
}

const everyKind = "paths organizations accounts principals principals-account principals-wildcard principals-principal lambda-accounts lambda-functions lambda-organizations codebuild conditions all-kinds"

func tamperings() []tampered {
	kinds := strings.Fields
	conditional := kinds("paths organizations principals principals-account principals-wildcard lambda-accounts lambda-functions lambda-organizations codebuild conditions all-kinds")
	services := kinds("lambda-accounts lambda-functions lambda-organizations codebuild all-kinds")
	byOperator := func(from, to string) func(*policy.Statement) {
		return eachCondition(func(c *policy.Condition) {
			if c.Operator == from {
				c.Operator = to
			}
		})
	}
	values := func(change func(string) string) func(*policy.Statement) {
		return eachCondition(func(c *policy.Condition) {
			c.Values = slices.Clone(c.Values)
			for i, v := range c.Values {
				c.Values[i] = change(v)
			}
		})
	}
	return []tampered{
		{"everybody without a condition", kinds(everyKind), func(s *policy.Statement) { s.Principal, s.Conditions = policy.Principal{Any: true}, nil }},
		{"without its conditions", conditional, func(s *policy.Statement) { s.Conditions = nil }},
		{"Deny in the place of Allow", kinds(everyKind), func(s *policy.Statement) { s.Effect = policy.Deny }},
		{"every action", kinds(everyKind), func(s *policy.Statement) { s.Actions = []string{"ecr:*"} }},
		{"one action less", kinds(everyKind), func(s *policy.Statement) { s.Actions = s.Actions[1:] }},
		{"an action misspelt", kinds(everyKind), func(s *policy.Statement) { s.Actions = append([]string{s.Actions[0] + "s"}, s.Actions[1:]...) }},
		{"a condition key misspelt", conditional, eachCondition(func(c *policy.Condition) { c.Key = strings.Replace(c.Key, "aws:", "aws:The", 1) })},
		{"a set of paths compared as one", kinds("paths all-kinds"), byOperator("ForAnyValue:StringLike", "StringLike")},
		{"all paths in the place of any", kinds("paths all-kinds"), byOperator("ForAnyValue:StringLike", "ForAllValues:StringLike")},
		{"a path compared without its wildcard", kinds("paths all-kinds"), byOperator("ForAnyValue:StringLike", "ForAnyValue:StringEquals")},
		{"the slash left out of a path", kinds("paths all-kinds"), values(func(v string) string { return strings.TrimSuffix(strings.TrimSuffix(v, "*"), "/") })},
		{"a condition that may be absent", kinds("paths organizations principals-wildcard lambda-accounts lambda-functions lambda-organizations codebuild conditions all-kinds"), eachCondition(func(c *policy.Condition) { c.Operator += "IfExists" })},
		{"the contrary", kinds("organizations lambda-organizations all-kinds codebuild"), byOperator("StringEquals", "StringNotEquals")},
		{"ARNs compared the other way", kinds("principals principals-account principals-wildcard lambda-accounts lambda-functions codebuild"), func(s *policy.Statement) {
			byOperator("ArnEquals", "ArnNotEquals")(s)
			byOperator("ArnLike", "ArnNotLike")(s)
		}},
		{"the account of an ARN left open", kinds("principals-wildcard lambda-accounts lambda-functions"), values(func(v string) string {
			parts := strings.SplitN(v, ":", 6)
			if len(parts) == 6 {
				parts[4] = "*"
			}
			return strings.Join(parts, ":")
		})},
		{"another account", kinds("accounts principals principals-account lambda-accounts conditions"), func(s *policy.Statement) {
			if len(s.Principal.AWS) > 0 {
				s.Principal = policy.Principal{AWS: []string{"arn:aws:iam::777777777777:root"}}
			}
		}},
		{"a role in the place of its account", kinds("accounts lambda-accounts"), func(s *policy.Statement) {
			if len(s.Principal.AWS) > 0 {
				s.Principal = policy.Principal{AWS: []string{strings.Replace(s.Principal.AWS[0], ":root", ":role/root", 1)}}
			}
		}},
		{"a service without conditions", services, func(s *policy.Statement) {
			if len(s.Principal.Service) > 0 {
				s.Conditions = nil
			}
		}},
		{"another service", services, func(s *policy.Statement) {
			if len(s.Principal.Service) > 0 {
				s.Principal = policy.Principal{Service: []string{"ecs-tasks.amazonaws.com"}}
			}
		}},
		{"a service's condition on its caller", kinds("lambda-organizations"), eachCondition(func(c *policy.Condition) {
			c.Key = strings.Replace(c.Key, "aws:SourceOrgID", "aws:PrincipalOrgID", 1)
		})},
		{"a source in the place of the caller", kinds("organizations principals-account"), eachCondition(func(c *policy.Condition) {
			c.Key = strings.Replace(c.Key, "aws:Principal", "aws:Source", 1)
		})},
		{"everybody but those", kinds("accounts principals-principal"), func(s *policy.Statement) { s.Principal, s.NotPrincipal = policy.Principal{}, s.Principal }},
	}
}

func eachCondition(change func(*policy.Condition)) func(*policy.Statement) {
	return func(s *policy.Statement) {
		s.Conditions = slices.Clone(s.Conditions)
		for i := range s.Conditions {
			change(&s.Conditions[i])
		}
	}
}

// TestTamperedGoldens writes each kind of who wrong, and evaluates it: for somebody of TestGoldensAreProven the answer is
// another than the contract's, so that what is proven there can fail.
func TestTamperedGoldens(t *testing.T) {
	t.Parallel()
	all := goldenPeople()
	caught := map[string]bool{}
	for _, tc := range tamperings() {
		for _, golden := range tc.kinds {
			caught[golden] = true
			t.Run(tc.name+" in "+golden, func(t *testing.T) {
				t.Parallel()
				document := readGolden(t, filepath.Join("testdata", golden+".golden.json"))
				right := document.Canonical()
				for i := range document.Statements {
					tc.wrong(&document.Statements[i])
				}
				if document.Canonical() == right {
					t.Fatal("the document isn't tampered with")
				}
				people := outsiders()
				maps.Copy(people, all[golden])
				for _, p := range people {
					if !slices.Equal(allowed(p, document, golden), sorted(p.actions)) {
						return
					}
				}
				t.Errorf("nobody notices %s", document.Pretty())
			})
		}
	}
	for kind := range strings.FieldsSeq(everyKind) {
		if !caught[kind] {
			t.Errorf("nobody tampers with %s", kind)
		}
	}
}

// TestOpenGrants proves grants that validation refuses, which is what stands between them and a proof: they let others in.
func TestOpenGrants(t *testing.T) {
	t.Parallel()
	narrowed := []policy.Condition{{Operator: "StringEquals", Key: "aws:PrincipalOrgID", Values: []string{orgID}}}
	for name, tc := range map[string]struct {
		grant pattern.Grant
		open  []string // parts of the detail; none when the grant isn't open
	}{
		"a role of every account": {
			pattern.Grant{PrincipalARNs: []string{"arn:aws:iam::*:role/*"}, PrincipalStyle: pattern.StyleWildcard}, []string{"The grant Dev", "an account without an organization", "another organization"},
		},
		"over TLS, which narrows nothing": {
			pattern.Grant{
				PrincipalARNs: []string{"arn:aws:iam::*:role/*"}, PrincipalStyle: pattern.StyleWildcard,
				Conditions: []policy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"true"}}},
			},
			[]string{"an account without an organization"},
		},
		"of one organization": {
			pattern.Grant{PrincipalARNs: []string{"arn:aws:iam::*:role/*"}, PrincipalStyle: pattern.StyleWildcard, Conditions: narrowed}, nil,
		},
		"an OU of every organization": {pattern.Grant{OrganizationPaths: []string{"o-*/*"}}, []string{"another organization"}},
		"every OU of one, by its id":  {pattern.Grant{OrganizationPaths: []string{"o-a1b2c3d4e5/*/ou-????-????????/*", path}}, nil},
		"functions of every account":  {pattern.Grant{Lambda: &pattern.LambdaGrant{FunctionARNs: []string{"arn:aws:lambda:*:*:*"}}}, []string{"lambda.amazonaws.com for another account"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proof := pattern.ProveGrants([]pattern.Grant{{Name: "Quiet", Access: "pull", Accounts: []string{"222222222222"}}, pulling(tc.grant)}, onGround())
			if open := len(proof.Open) > 0; open != (tc.open != nil) {
				t.Fatalf("open: %t\n%s", open, told(proof))
			}
			if tc.open == nil {
				return
			}
			if len(proof.Open) != 1 || !slices.Equal(proof.Open[0].Path, []string{"Dev"}) || proof.Open[0].Severity != policy.SeverityError {
				t.Errorf("want one error on the grant Dev:\n%s", told(proof))
			}
			for _, part := range tc.open {
				if !strings.Contains(proof.Open[0].Detail, part) {
					t.Errorf("%q isn't in %q", part, proof.Open[0].Detail)
				}
			}
			if slices.ContainsFunc(proof.Lines, func(line string) bool { return strings.HasPrefix(line, noStranger) }) {
				t.Errorf("a proof of an open grant says %q", proof.Lines)
			}
		})
	}
}
