// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// variableTexts are texts with what is a variable or an escape in Version 2012-10-17 and plain text in an older one, whole, nested,
// cut off and doubled.
var variableTexts = []string{
	"${x}", "${aws:username}", "${aws:username, 'web'}", "${*}", "${?}", "${$}", "$", "$$", "${", "$${x}", "${${x}}", "${$}{x}", "${x", "{x}", "${}",
	"a${x}b", "a${*}b", "a*${x}?", "$*", "$?", "${x*}", "${aws:PrincipalTag/team}", "web", "x", "*", "?", "", "$}", "${x}${*}", "true", "false",
}

// requestTexts are what requests carry: each text as it stands, and what a variable or an escape in it would stand for.
func requestTexts() []string {
	texts := slices.Clone(variableTexts)
	for _, text := range variableTexts {
		texts = append(texts, "a"+text+"b", strings.NewReplacer("${*}", "*", "${?}", "?", "${$}", "$", "${x}", "web", "${aws:username}", "web").Replace(text))
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

var conditionOperators = []string{
	"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike", "StringLikeIfExists",
	"ForAnyValue:StringLike", "ForAllValues:StringEquals", "ForAnyValue:StringNotLike", "Bool", "BoolIfExists", "Null",
	"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "NumericEquals", "NumericNotEquals", "DateEquals", "DateNotEquals", "IpAddress", "NotIpAddress",
	"BinaryEquals", "StringResembles",
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// randomStatement gives a statement that anybody could have written.
func randomStatement(r *rand.Rand, sid string) policy.Statement {
	s := policy.Statement{Sid: sid, Effect: []policy.Effect{policy.Allow, policy.Deny}[r.IntN(2)]}
	who := policy.Principal{Any: r.IntN(2) == 0}
	if !who.Any {
		who.AWS = []string{[]string{"arn:aws:iam::222222222222:root", "222222222222", "arn:aws:iam::222222222222:user/web", "arn:aws:iam::222222222222:role/" + pick(r, variableTexts)}[r.IntN(4)]}
	}
	if s.Principal = who; r.IntN(6) == 0 {
		s.Principal, s.NotPrincipal = policy.Principal{}, policy.Principal{AWS: []string{"arn:aws:iam::222222222222:user/other"}}
	}
	actions := []string{"ecr:BatchGetImage", "ecr:*", "ecr:" + pick(r, variableTexts)}[r.IntN(3)]
	if s.Actions = []string{actions}; r.IntN(6) == 0 {
		s.Actions, s.NotActions = nil, []string{"ecr:PutImage", actions}
	}
	resource := "arn:aws:ecr:" + []string{"eu-west-1", "*", pick(r, variableTexts)}[r.IntN(3)] + ":111111111111:repository/" + pick(r, variableTexts)
	switch r.IntN(4) {
	case 0:
		s.Resources = []string{resource}
	case 1:
		s.NotResources = []string{resource}
	}
	for range r.IntN(3) {
		c := policy.Condition{Operator: pick(r, conditionOperators), Key: []string{"aws:PrincipalTag/team", "aws:userid", "aws:TagKeys", "aws:PrincipalArn"}[r.IntN(4)]}
		for range 1 + r.IntN(2) {
			value := pick(r, variableTexts)
			if strings.HasPrefix(c.Operator, "Arn") {
				value = "arn:aws:iam::222222222222:" + value
			}
			c.Values = append(c.Values, value)
		}
		s.Conditions = append(s.Conditions, c)
	}
	return s
}

func randomRequest(r *rand.Rand, texts []string) authz.Request {
	request := authz.Request{
		Principal: "arn:aws:iam::222222222222:user/web", Action: "ecr:BatchGetImage", ResourceAccount: "111111111111",
		Resource: "arn:aws:ecr:eu-west-1:111111111111:repository/" + pick(r, texts),
	}
	set := func(key string, values authz.Values) {
		if r.IntN(5) > 0 {
			request.Context.Set(key, values)
		}
	}
	set("aws:PrincipalTag/team", authz.Single(pick(r, texts)))
	set("aws:userid", authz.Single(pick(r, texts)))
	set("aws:TagKeys", authz.Multi(pick(r, texts), pick(r, texts)))
	set("aws:PrincipalArn", authz.Single("arn:aws:iam::222222222222:"+pick(r, texts)))
	set("aws:username", authz.Single("web"))
	set("x", authz.Single("web"))
	return request
}

// decider asks the engine, where everything but the document allows.
func decider(document policy.Document) func(*authz.Request) authz.Decision {
	layers := authz.Layers{
		Identity:   []*authz.Policy{authz.AssumedToAllow("identity policies")},
		Repository: []*authz.Policy{authz.Compile("repository policy", document)},
	}
	return func(request *authz.Request) authz.Decision { return authz.Decide(request, &layers) }
}

// alone gives a document of the same version with one of the statements.
func alone(t *testing.T, document policy.Document, sid string) policy.Document {
	t.Helper()
	for _, s := range document.Statements {
		if s.Sid == sid {
			return policy.Document{Version: document.Version, Statements: []policy.Statement{s}}
		}
	}
	t.Fatalf("%s is lost: %s", sid, document.Canonical())
	return policy.Document{}
}

// TestMergeKeepsTheMeaningOfForeignStatements merges an own statement into policies of every version, and back out: each foreign
// statement decides every request as it did, alone and with the others.
func TestMergeKeepsTheMeaningOfForeignStatements(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(20261201, 14))
	texts := requestTexts()
	own := policy.Statement{Sid: "Own", Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:ListImages"}}
	decisions := map[authz.Decision]int{}
	for range 2000 {
		written := policy.Document{Version: []string{"", policy.Version2008, policy.Version2012}[r.IntN(3)]}
		for i := range 1 + r.IntN(3) {
			written.Statements = append(written.Statements, randomStatement(r, fmt.Sprintf("F%d", i)))
		}
		live := written.Canonical()
		before := parsed(t, live)
		merged, err := Change{Desired: []policy.Statement{own}, partition: "aws"}.edit(live, true)
		if err != nil {
			t.Fatal(err)
		}
		removed, err := Change{Owned: []string{"Own"}, partition: "aws"}.edit(merged, true)
		if err != nil {
			t.Fatal(err)
		}
		_, shown, err := Split(live, nil)
		if err != nil {
			t.Fatal(err)
		}
		for form, after := range map[string]policy.Document{"merged": parsed(t, merged), "removed": parsed(t, removed), "shown": policy.New(shown...)} {
			type pair struct{ before, after policy.Document }
			pairs := []pair{{before, after}}
			for _, s := range before.Statements {
				pairs = append(pairs, pair{alone(t, before, s.Sid), alone(t, after, s.Sid)})
			}
			for _, p := range pairs {
				decideBefore, decideAfter := decider(p.before), decider(p.after)
				for range 15 {
					request := randomRequest(r, texts)
					want := decideBefore(&request)
					if got := decideAfter(&request); want != got {
						t.Fatalf("%s before and %s after, %s:\n%s\n%s\n%+v", want, got, form, p.before.Canonical(), p.after.Canonical(), request)
					}
					decisions[want]++
				}
			}
		}
	}
	for _, d := range []authz.Decision{authz.Allowed, authz.ImplicitlyDenied, authz.ExplicitlyDenied} {
		if decisions[d] < 1000 {
			t.Errorf("only %d decisions are %s: the requests don't meet the statements", decisions[d], d)
		}
	}
}

func parsed(t *testing.T, text string) policy.Document {
	t.Helper()
	document, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return document
}
