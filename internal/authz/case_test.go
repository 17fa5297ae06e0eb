// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// caseWith is a case that can be read, with more parts behind its request and more members behind those of the request.
func caseWith(parts, members string) string {
	return `{"request":{"principal":"arn:aws:iam::111111111111:user/ana","action":"ecr:BatchGetImage","resource":"*",
"resourceAccount":"111111111111"` + members + `}` + parts + `}`
}

const allowAll = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`

func TestParseCase(t *testing.T) {
	t.Parallel()
	c := mustParseCase(t, `{"v":1,"id":"a","source":null,"name":{},"tags":[[]],"disputed":true,"expect":0.5,"request":{
		"principal":{"type":"Anonymous"},"action":"ecr:BatchGetImage","resource":"*","resourceAccount":"111111111111",
		"context":{"aws:SourceIp":"","aws:TagKeys":["\u0061","b"],"aws:CalledVia":[]}},
		"identityPolicies":[`+allowAll+`,`+allowAll+`],"resourcePolicy":null,"registryPolicy":`+allowAll+`,
		"permissionsBoundaries":null,"sessionPolicy":`+allowAll+`,"scps":[[],[`+allowAll+`]],"rcps":null,
		"vpcEndpointPolicies":[`+allowAll+`]}`)
	if c.ID != "a" || c.Request.Principal != authz.Anonymous || c.Request.Action != "ecr:BatchGetImage" ||
		c.Request.Resource != "*" || c.Request.ResourceAccount != "111111111111" {
		t.Errorf("got %+v", c)
	}
	for key, want := range map[string][]string{"aws:sourceip": {""}, "aws:tagkeys": {"a", "b"}, "aws:calledvia": {}} {
		got, set := c.Request.Context.Get(key)
		if diff := cmp.Diff(want, got.List()); !set || diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
	}
	l := c.Layers
	got := []int{
		len(l.Identity), len(l.Repository), len(l.Registry), len(l.Boundary), len(l.Session), len(l.SCPs), len(l.SCPs[0]),
		len(l.SCPs[1]), len(l.RCPs), len(l.Endpoint),
	}
	if want := []int{2, 0, 1, 0, 1, 2, 0, 1, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v policies, want %v", got, want)
	}
}

func TestParseCaseNull(t *testing.T) {
	t.Parallel()
	c := mustParseCase(t, caseWith(`,"v":null,"id":7,"identityPolicies":null,"scps":null`, `,"context":null`))
	if c.ID != "" || c.Layers.Identity != nil || c.Layers.SCPs != nil || !cmp.Equal(c.Request.Context, authz.Context{}, cmp.AllowUnexported(authz.Context{})) {
		t.Errorf("got %+v", c)
	}
}

func TestParseCaseErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, want string }{
		"not JSON":                {"x", "the case can't be read: line 1, column 1: this is not JSON"},
		"more text":               {caseWith("", "") + "{}", "the case can't be read: line 2, column 35: there is more text"},
		"a part twice":            {`{"id":1,"id":2}`, `the case can't be read: line 1, column 9: "id" stands twice`},
		"not an object":           {"[]", "the case must be an object, not a list"},
		"another version":         {caseWith(`,"v":2`, ""), "line 2, column 39: v is 2; write 1, the version of the format"},
		"version as a text":       {caseWith(`,"v":"1"`, ""), `v is "1"; write 1, the version of the format, without`},
		"no request":              {`{}`, "line 1, column 1: the case has no request"},
		"null for a request":      {`{"request":null}`, "the case has no request"},
		"request's type":          {`{"request":[]}`, "request must be an object, not a list"},
		"unknown part":            {caseWith(`,"identityPolicy":null`, ""), `line 2, column 35: a case has no "identityPolicy"`},
		"letter case of a part":   {caseWith(`,"identitypolicies":[]`, ""), `a case has no "identitypolicies"`},
		"unknown part of request": {caseWith("", `,"region":null`), `line 2, column 34: a request has no "region"`},
		"no principal":            {`{"request":{}}`, "line 1, column 12: request.principal is missing"},
		"no action":               {`{"request":{"principal":"*","action":null}}`, "request.action is missing"},
		"no resource":             {`{"request":{"principal":"*","action":"a:b","resource":""}}`, "request.resource is missing"},
		"no account":              {`{"request":{"principal":"*","action":"a:b","resource":"*"}}`, "request.resourceAccount is missing"},
		"action's type":           {`{"request":{"action":1}}`, "line 1, column 22: request.action isn't a text"},
		"resource's type":         {`{"request":{"resource":["*"]}}`, "request.resource isn't a text"},
		"account's type":          {`{"request":{"resourceAccount":111111111111}}`, "request.resourceAccount isn't a text"},
		"empty principal":         {`{"request":{"principal":""}}`, "line 1, column 25: request.principal is neither an ARN"},
		"null principal":          {`{"request":{"principal":null}}`, "request.principal is neither an ARN"},
		"principal of no type":    {`{"request":{"principal":{}}}`, "request.principal is neither an ARN"},
		"principal's type":        {`{"request":{"principal":{"type":"Role"}}}`, "request.principal is neither an ARN"},
		"context's type":          {caseWith("", `,"context":[]`), "request.context must be an object, not a list"},
		"number in the context":   {caseWith("", `,"context":{"a:b":1}`), `request.context["a:b"] is neither a text nor a list of texts`},
		"null in the context":     {caseWith("", `,"context":{"a:b":null}`), `request.context["a:b"] is neither`},
		"null in a context list":  {caseWith("", `,"context":{"a:b":["",null]}`), `line 2, column 55: request.context["a:b"] is neither`},
		"object in the context":   {caseWith("", `,"context":{"a:b":{}}`), `request.context["a:b"] is neither`},
		"context key twice":       {caseWith("", `,"context":{"aws:Referer":"","aws:referer":""}`), `request.context has "aws:referer" twice`},
		"policies' type":          {caseWith(`,"identityPolicies":`+allowAll, ""), "identityPolicies must be a list"},
		"levels' type":            {caseWith(`,"scps":`+allowAll, ""), "scps must be a list"},
		"level's type":            {caseWith(`,"rcps":[[],`+allowAll+"]", ""), "rcps[1] must be a list"},
		"policy":                  {caseWith(`,"resourcePolicy":""`, ""), "resourcePolicy: line 1, column 1: the document must be an object, not a string"},
		"registry policy":         {caseWith(`,"registryPolicy":[]`, ""), "registryPolicy: "},
		"session policy":          {caseWith(`,"sessionPolicy":[]`, ""), "sessionPolicy: "},
		"policy of a list":        {caseWith(`,"identityPolicies":[`+allowAll+",null]", ""), "identityPolicies[1]: "},
		"boundary":                {caseWith(`,"permissionsBoundaries":[1]`, ""), "permissionsBoundaries[0]: "},
		"endpoint policy":         {caseWith(`,"vpcEndpointPolicies":[{}]`, ""), "vpcEndpointPolicies[0]: line 1, column 1: the document has no Statement"},
		"policy of a level":       {caseWith(`,"scps":[[],[`+allowAll+`,{"Foo":1}]]`, ""), `scps[1][1]: line 1, column 2: there is no element`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := authz.ParseCase(tc.text)
			var syntax *policy.SyntaxError
			if !errors.As(err, &syntax) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want a SyntaxError with %q", err, tc.want)
			}
		})
	}
}
