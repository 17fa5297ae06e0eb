// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// generator makes documents, and texts of one document that all mean the same.
type generator struct{ *rand.Rand }

func (g generator) some(values ...string) []string {
	values = slices.Clone(values)
	g.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
	return values[:1+g.IntN(len(values))]
}

func (g generator) document() policy.Document {
	var d policy.Document
	d.Version = g.some(policy.Version2012, policy.Version2008)[0]
	for range 1 + g.IntN(3) {
		s := policy.Statement{Sid: g.some("", "A", "B")[0], Effect: policy.Effect(g.some("Allow", "Deny")[0])}
		s.Principal = policy.Principal{
			AWS:     g.some("111111111111", "222222222222", "arn:aws:iam::333333333333:role/ci"),
			Service: g.some("lambda.amazonaws.com", "codebuild.amazonaws.com"),
		}
		s.Principal.Any = g.IntN(3) == 0
		s.Actions = g.some("ecr:BatchGetImage", "ecr:*Image", "ecr:Get*", "ecr:PutImage")
		s.Resources = g.some("*", "arn:aws:ecr:eu-west-1:111111111111:repository/app", "${aws:username}")
		for _, key := range g.some("aws:PrincipalOrgID", "ecr:ResourceTag/Team", "aws:SourceArn") {
			s.Conditions = append(s.Conditions, policy.Condition{
				Operator: g.some("StringLike", "ForAnyValue:StringEquals", "ArnLikeIfExists")[0], Key: key, Values: g.some("x", "y", "10", "true"),
			})
		}
		d.Statements = append(d.Statements, s)
	}
	return d
}

// variant writes the document in another form of the same meaning.
func (g generator) variant(d policy.Document) string {
	var statements []any
	for _, i := range g.Perm(len(d.Statements)) {
		s := d.Statements[i]
		aws := s.Principal.AWS
		if s.Principal.Any {
			aws = append([]string{"*"}, aws...)
		}
		conditions := map[string]map[string]any{}
		spelling := map[string]string{}
		for _, c := range s.Conditions {
			if conditions[spelling[c.Operator]] == nil {
				spelling[c.Operator] = g.letterCase(c.Operator)
				conditions[spelling[c.Operator]] = map[string]any{}
			}
			key, tag, _ := strings.Cut(c.Key, "/")
			if key = g.letterCase(key); tag != "" {
				key += "/" + tag
			}
			conditions[spelling[c.Operator]][key] = g.list(c.Values)
		}
		statement := map[string]any{
			"Sid": s.Sid, "Effect": s.Effect, "Resource": g.list(s.Resources), "Condition": conditions,
			"Principal": map[string]any{"AWS": g.list(g.each(aws, g.account)), "Service": g.list(s.Principal.Service)},
			"Action":    g.list(g.each(s.Actions, g.letterCase)),
		}
		statements = append(statements, statement)
		if g.IntN(4) == 0 {
			statements = append(statements, statement)
		}
	}
	document := map[string]any{"Version": d.Version, "Statement": statements}
	if len(statements) == 1 {
		document["Statement"] = statements[0]
	}
	if d.Version == policy.Version2008 && g.IntN(2) == 0 {
		delete(document, "Version")
	}
	text, _ := json.MarshalIndent(document, "", g.some("", "  ")[0])
	return string(text)
}

func (g generator) each(values []string, change func(string) string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = change(v)
	}
	return out
}

// list shuffles, doubles, and writes a list of one as a scalar.
func (g generator) list(values []string) any {
	if len(values) == 1 && g.IntN(2) == 0 {
		return values[0]
	}
	out := append(g.some(values...), values...)
	g.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func (g generator) letterCase(s string) string {
	return g.some(s, strings.ToLower(s), strings.ToUpper(s))[0]
}

func (g generator) account(p string) string {
	if len(p) == 12 && g.IntN(2) == 0 {
		return "arn:aws:iam::" + p + ":root"
	}
	return p
}

func TestEqualMeaningEqualBytes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		g := generator{rand.New(rand.NewPCG(seed, 0))}
		d := g.document()
		want := d.Canonical()
		text := g.variant(d)
		got := parse(t, text)
		if got.Canonical() != want {
			t.Fatalf("seed %d: %s\nwant %s\ngot  %s", seed, text, want, got.Canonical())
		}
		if !policy.Equal(d, got) {
			t.Fatalf("seed %d: not equal: %s", seed, text)
		}
		if again := parse(t, want).Canonical(); again != want {
			t.Fatalf("seed %d: not idempotent:\n%s\n%s", seed, want, again)
		}
		if !policy.Equal(d, d.Upgrade()) {
			t.Fatalf("seed %d: Upgrade changed the meaning of %s", seed, want)
		}
		other := g.document()
		if policy.Equal(d, other) != policy.Equal(other, d) {
			t.Fatalf("seed %d: Equal is not symmetric", seed)
		}
	}
}
