// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func parse(t testing.TB, text string) policy.Document {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return d
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	statement := func(elements string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` + elements + "}]}"
	}
	for name, tc := range map[string]struct{ text, want string }{
		"order of elements, minified": {
			`{"Statement": [{"Condition": {}, "Resource": "*", "NotAction": "a:b", "NotPrincipal": "*", "Effect": "Deny", "Sid": "s"}], "Id": "i", "Version": "2012-10-17"}`,
			`{"Version":"2012-10-17","Id":"i","Statement":[{"Sid":"s","Effect":"Deny","NotPrincipal":"*","NotAction":"a:b","Resource":"*"}]}`,
		},
		"no Version is the old one": {`{"Statement":[]}`, `{"Version":"2008-10-17","Statement":[]}`},
		"statements by Sid, then text, once": {
			`{"Version":"2012-10-17","Statement":[{"Sid":"b","Effect":"Allow","Action":"x:y"},{"Effect":"Deny","Action":"x:y"},
			{"Sid":"a","Effect":"Deny","Action":"x:y"},{"Effect":"Allow","Action":"x:y"},{"Sid":"b","Effect":"Allow","Action":["x:y"]}]}`,
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"x:y"},{"Effect":"Deny","Action":"x:y"},` +
				`{"Sid":"a","Effect":"Deny","Action":"x:y"},{"Sid":"b","Effect":"Allow","Action":"x:y"}]}`,
		},
		"lists are sorted, once": {
			statement(`"Action":["x:c","x:a","x:c"],"NotResource":["b","a","a"]`), statement(`"Action":["x:a","x:c"],"NotResource":["a","b"]`),
		},
		"ECR's actions are spelled, others kept": {
			statement(`"Action":["ECR:batchgetimage","ecr:*IMAGE*","Ecr:Unknown","S3:getobject","*"]`),
			statement(`"Action":["*","S3:getobject","ecr:*Image*","ecr:BatchGetImage","ecr:Unknown"]`),
		},
		"everybody": {statement(`"Principal":{"AWS":["*","111111111111"]},"Action":"*"`), statement(`"Principal":"*","Action":"*"`)},
		"everybody and a service": {
			statement(`"Principal":{"Service":"a.b","AWS":"*"},"Action":"*"`), statement(`"Principal":{"AWS":"*","Service":"a.b"},"Action":"*"`),
		},
		"account ids": {
			statement(`"Principal":{"AWS":["222222222222","arn:aws:iam::111111111111:root","111111111111"],"Federated":"f","CanonicalUser":"c"},"Action":"*"`),
			statement(`"Principal":{"AWS":["arn:aws:iam::111111111111:root","arn:aws:iam::222222222222:root"],"CanonicalUser":"c","Federated":"f"},"Action":"*"`),
		},
		"conditions": {
			statement(`"Action":"*","Condition":{"foranyvalue:stringlikeifexists":{"aws:principalorgpaths":["b","a"]},"arnlike":{"AWS:SOURCEARN":"x","ecr:resourcetag/Team":[]},
			"Unknown":{"aws:unknown":1}}`),
			statement(`"Action":"*","Condition":{"ArnLike":{"aws:SourceArn":"x","ecr:ResourceTag/Team":[]},` +
				`"ForAnyValue:StringLikeIfExists":{"aws:PrincipalOrgPaths":["a","b"]},"Unknown":{"aws:unknown":"1"}}`),
		},
		"characters stay as they are": {statement(`"Sid":"<&> \u00e9 \u0022","Action":"*"`), `{"Version":"2012-10-17","Statement":[{"Sid":"<&> é \"","Effect":"Allow","Action":"*"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := parse(t, tc.text)
			if diff := cmp.Diff(tc.want, d.Canonical()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(d.Canonical(), parse(t, d.Canonical()).Canonical()); diff != "" {
				t.Errorf("not idempotent: %s", diff)
			}
		})
	}
}

func TestCanonicalOfBuiltDocument(t *testing.T) {
	t.Parallel()
	// A document built in Go may hold what a text can't: one operator and key twice, and "*" among the ARNs.
	s := policy.Statement{
		Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"*"}}, Actions: []string{"ecr:BatchGetImage"},
		Conditions: []policy.Condition{
			{Operator: "StringEquals", Key: "aws:PrincipalOrgID", Values: []string{"o-b"}},
			{Operator: "stringequals", Key: "aws:principalorgid", Values: []string{"o-a", "o-b"}},
		},
	}
	const want = `{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage","Condition":{"StringEquals":{"aws:PrincipalOrgID":["o-a","o-b"]}}}`
	if diff := cmp.Diff(want, s.Canonical()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(`{"Version":"2012-10-17","Statement":[`+want+"]}", policy.New(s).Canonical()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"o-b"}, s.Conditions[0].Values); diff != "" {
		t.Errorf("Canonical changed its receiver: %s", diff)
	}
}

func TestPretty(t *testing.T) {
	t.Parallel()
	const want = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Deny",
      "Action": "ecr:*"
    }
  ]
}`
	d := policy.New(policy.Statement{Effect: policy.Deny, Actions: []string{"ecr:*"}})
	if diff := cmp.Diff(want, d.Pretty()); diff != "" {
		t.Error(diff)
	}
}

func TestWithPartition(t *testing.T) {
	t.Parallel()
	d := policy.New(policy.Statement{
		Effect: policy.Allow, Actions: []string{"ecr:*"},
		Principal: policy.Principal{AWS: []string{"111111111111", "arn:aws-cn:iam::222222222222:role/ci", "1111"}},
	})
	got := d.WithPartition("aws-cn").Statements[0].Principal.AWS
	want := []string{"arn:aws-cn:iam::111111111111:root", "arn:aws-cn:iam::222222222222:role/ci", "1111"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("111111111111", d.Statements[0].Principal.AWS[0]); diff != "" {
		t.Errorf("WithPartition changed its receiver: %s", diff)
	}
	n := parse(t, `{"Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"111111111111"},"Action":"*"}]}`).WithPartition("aws-us-gov")
	if diff := cmp.Diff([]string{"arn:aws-us-gov:iam::111111111111:root"}, n.Statements[0].NotPrincipal.AWS); diff != "" {
		t.Error(diff)
	}
}

func TestUpgrade(t *testing.T) {
	t.Parallel()
	const old = `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"a${aws:username}","Condition":{"StringLike":{"aws:userid":"$${*}"}}},
		{"Effect":"Deny","Action":"*","NotResource":"${x}"}]}`
	const want = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"a${$}{aws:username}",` +
		`"Condition":{"StringLike":{"aws:userid":"$${$}{*}"}}},{"Effect":"Deny","Action":"*","NotResource":"${$}{x}"}]}`
	d := parse(t, old)
	up := d.Upgrade()
	if diff := cmp.Diff(want, up.Canonical()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(up, up.Upgrade()); diff != "" {
		t.Errorf("a document of the newer version changed: %s", diff)
	}
	if diff := cmp.Diff(parse(t, old), d); diff != "" {
		t.Errorf("Upgrade changed its receiver: %s", diff)
	}
}
