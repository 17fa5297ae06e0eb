// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"errors"
	"testing"

	awspolicy "github.com/hashicorp/awspolicyequivalence"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func TestEqual(t *testing.T) {
	t.Parallel()
	v2012 := func(elements string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` + elements + "}]}"
	}
	v2008 := func(elements string) string {
		return `{"Version":"2008-10-17","Statement":[{"Effect":"Allow",` + elements + "}]}"
	}
	action := func(a string) string { return v2012(`"Action":` + a) }
	principal := func(p string) string { return v2012(`"Action":"ecr:*","Principal":` + p) }
	condition := func(c string) string { return v2012(`"Action":"ecr:*","Condition":` + c) }
	for name, tc := range map[string]struct {
		a, b string
		want bool
		// differs says why hashicorp/awspolicyequivalence, the oracle, answers otherwise.
		differs string
	}{
		"the same":                  {action(`"ecr:*"`), action(`"ecr:*"`), true, ""},
		"scalar and list":           {action(`"ecr:*"`), action(`["ecr:*"]`), true, ""},
		"order of actions":          {action(`["a:b","c:d"]`), action(`["c:d","a:b"]`), true, ""},
		"another action":            {action(`"ecr:PutImage"`), action(`"ecr:BatchGetImage"`), false, ""},
		"one action more":           {action(`["a:b","c:d"]`), action(`"a:b"`), false, ""},
		"NotAction":                 {action(`"a:b"`), v2012(`"NotAction":"a:b"`), false, ""},
		"order of resources":        {v2012(`"Action":"a:b","Resource":["x","y"]`), v2012(`"Action":"a:b","Resource":["y","x"]`), true, ""},
		"letter case of a resource": {v2012(`"Action":"a:b","Resource":"x"`), v2012(`"Action":"a:b","Resource":"X"`), false, ""},
		"NotResource":               {v2012(`"Action":"a:b","Resource":"x"`), v2012(`"Action":"a:b","NotResource":"x"`), false, ""},
		"effect":                    {`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"a:b"}]}`, action(`"a:b"`), false, ""},
		"Sid":                       {v2012(`"Sid":"a","Action":"a:b"`), v2012(`"Sid":"b","Action":"a:b"`), false, ""},
		"Id":                        {`{"Id":"a","Statement":[]}`, `{"Id":"b","Statement":[]}`, false, ""},
		"order of statements": {
			`{"Statement":[{"Effect":"Allow","Action":"a:b"},{"Effect":"Deny","Action":"c:d"}]}`,
			`{"Statement":[{"Effect":"Deny","Action":"c:d"},{"Effect":"Allow","Action":"a:b"}]}`, true, "",
		},
		"account id and root":         {principal(`{"AWS":"111111111111"}`), principal(`{"AWS":"arn:aws:iam::111111111111:root"}`), true, ""},
		"account id and root, China":  {principal(`{"AWS":"111111111111"}`), principal(`{"AWS":"arn:aws-cn:iam::111111111111:root"}`), true, ""},
		"account ids among others":    {principal(`{"AWS":["111111111111","222222222222"]}`), principal(`{"AWS":["222222222222","arn:aws:iam::111111111111:root"]}`), true, ""},
		"another account":             {principal(`{"AWS":"111111111111"}`), principal(`{"AWS":"arn:aws:iam::222222222222:root"}`), false, ""},
		"a role is not its account":   {principal(`{"AWS":"111111111111"}`), principal(`{"AWS":"arn:aws:iam::111111111111:role/root"}`), false, ""},
		"not IAM's root":              {principal(`{"AWS":"111111111111"}`), principal(`{"AWS":"arn:aws:sts::111111111111:root"}`), false, ""},
		"another kind":                {principal(`{"AWS":"x.y"}`), principal(`{"Service":"x.y"}`), false, ""},
		"everybody is not an account": {principal(`"*"`), principal(`{"AWS":"111111111111"}`), false, ""},
		"NotPrincipal":                {principal(`{"AWS":"111111111111"}`), v2012(`"Action":"ecr:*","NotPrincipal":{"AWS":"111111111111"}`), false, ""},
		"root in NotPrincipal": {
			v2012(`"Action":"ecr:*","NotPrincipal":{"AWS":"arn:aws:iam::111111111111:root"}`),
			v2012(`"Action":"ecr:*","NotPrincipal":{"AWS":"111111111111"}`), true, "",
		},
		"condition's number":      {condition(`{"NumericEquals":{"a:b":10}}`), condition(`{"NumericEquals":{"a:b":"10"}}`), true, ""},
		"condition's boolean":     {condition(`{"Bool":{"a:b":true}}`), condition(`{"Bool":{"a:b":["true"]}}`), true, ""},
		"order of values":         {condition(`{"StringLike":{"a:b":["x","y"]}}`), condition(`{"StringLike":{"a:b":["y","x"]}}`), true, ""},
		"another value":           {condition(`{"StringLike":{"a:b":"x"}}`), condition(`{"StringLike":{"a:b":"X"}}`), false, ""},
		"another operator":        {condition(`{"StringLike":{"a:b":"x"}}`), condition(`{"StringEquals":{"a:b":"x"}}`), false, ""},
		"another key":             {condition(`{"StringLike":{"a:b":"x"}}`), condition(`{"StringLike":{"a:c":"x"}}`), false, ""},
		"letter case of tag keys": {condition(`{"StringLike":{"ecr:ResourceTag/a":"x"}}`), condition(`{"StringLike":{"ecr:ResourceTag/A":"x"}}`), false, ""},
		"variable in two versions": {
			v2008(`"Action":"a:b","Resource":"${aws:username}"`), v2012(`"Action":"a:b","Resource":"${aws:username}"`), false, "",
		},

		"no Version is the old one": {
			`{"Statement":[{"Effect":"Allow","Action":"a:b"}]}`, v2008(`"Action":"a:b"`), true, "the oracle compares the text of Version",
		},
		"versions without variables": {v2008(`"Action":"a:b"`), action(`"a:b"`), true, "the oracle compares the text of Version"},
		"escaped variable": {
			v2008(`"Action":"a:b","Resource":"${x}"`), v2012(`"Action":"a:b","Resource":"${$}{x}"`), true, "the oracle knows no variables",
		},
		"duplicate actions": {action(`["a:b","a:b"]`), action(`"a:b"`), true, "the oracle counts list members"},
		"duplicate statements": {
			`{"Statement":[{"Effect":"Allow","Action":"a:b"},{"Effect":"Allow","Action":["a:b"]}]}`, `{"Statement":[{"Effect":"Allow","Action":"a:b"}]}`,
			true, "the oracle counts statements",
		},
		"everybody":                    {principal(`"*"`), principal(`{"AWS":"*"}`), true, "the oracle keeps text and object apart"},
		"everybody and an account":     {principal(`"*"`), principal(`{"AWS":["*","111111111111"]}`), true, "the oracle compares lists"},
		"letter case of ECR's actions": {action(`"ecr:BatchGetImage"`), action(`"ECR:batchgetimage"`), true, "the oracle minds letter case"},
		"letter case of other actions": {action(`"s3:GetObject"`), action(`"S3:getobject"`), true, "the oracle minds letter case"},
		"letter case of operators": {
			condition(`{"StringLike":{"a:b":"x"}}`), condition(`{"stringlike":{"a:b":"x"}}`), true, "the oracle minds letter case",
		},
		"letter case of condition keys": {
			condition(`{"StringLike":{"aws:SourceArn":"x","foo:Bar/Baz":"y"}}`), condition(`{"StringLike":{"aws:sourcearn":"x","FOO:bar/Baz":"y"}}`),
			true, "the oracle minds letter case",
		},
		"root in two partitions": {
			principal(`{"AWS":"arn:aws:iam::111111111111:root"}`), principal(`{"AWS":"arn:aws-cn:iam::111111111111:root"}`), true,
			"the oracle takes an id for either ARN, but not one ARN for the other",
		},
		"empty Condition": {condition("{}"), action(`"ecr:*"`), true, "the oracle minds whether the element is there"},
		"two accounts twice": {
			principal(`{"AWS":["111111111111","111111111111"]}`), principal(`{"AWS":["111111111111","222222222222"]}`), false, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, pair := range [][2]string{{tc.a, tc.b}, {tc.b, tc.a}} {
				got, err := policy.EqualText(pair[0], pair[1])
				if err != nil {
					t.Fatal(err)
				}
				if got != tc.want {
					t.Errorf("EqualText = %t, want %t", got, tc.want)
				}
			}
			oracle, err := awspolicy.PoliciesAreEquivalent(tc.a, tc.b)
			if err != nil {
				t.Fatal(err)
			}
			if differs := oracle != tc.want; differs != (tc.differs != "") {
				t.Errorf("the oracle says %t; reason given for a difference: %q", oracle, tc.differs)
			}
		})
	}
}

func TestEqualTextErrors(t *testing.T) {
	t.Parallel()
	const document = `{"Statement":[]}`
	for _, pair := range [][2]string{{"", document}, {document, ""}} {
		var syntax *policy.SyntaxError
		if _, err := policy.EqualText(pair[0], pair[1]); !errors.As(err, &syntax) {
			t.Errorf("EqualText(%q, %q) = %v, want a SyntaxError", pair[0], pair[1], err)
		}
	}
}

func TestStatementEqual(t *testing.T) {
	t.Parallel()
	s := policy.Statement{Sid: "a", Effect: policy.Allow, Actions: []string{"s3:GetObject", "ecr:*"}}
	same := policy.Statement{Sid: "a", Effect: policy.Allow, Actions: []string{"ECR:*", "S3:getobject"}}
	other := policy.Statement{Sid: "a", Effect: policy.Deny, Actions: s.Actions}
	if !s.Equal(same) || s.Equal(other) {
		t.Errorf("Equal(same) = %t, Equal(other) = %t", s.Equal(same), s.Equal(other))
	}
}
