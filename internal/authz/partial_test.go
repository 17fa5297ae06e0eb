// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const (
	unknown   = authz.UnknownValue
	anApp     = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
	aRole     = "arn:aws:iam::111111111111:role/ci"
	aSession  = "arn:aws:sts::111111111111:assumed-role/ci/build-7"
	aStranger = "arn:aws:iam::222222222222:role/ci"
	anOwner   = "111111111111"
	aPull     = "ecr:BatchGetImage"
	anyLike   = "ForAnyValue:StringLike"
)

// partial is a request of a role for its own account's repository, and what of it differs.
type partial struct {
	request authz.Request
	context map[string]authz.Values
	open    bool
	layers  authz.Layers
	want    authz.Decision
}

func (p partial) decide(t *testing.T) authz.Result {
	t.Helper()
	r := p.request
	if p.open {
		r.Context = authz.OpenContext()
	}
	for key, values := range p.context {
		r.Context.Set(key, values)
	}
	for field, standard := range map[*string]string{&r.Principal: aRole, &r.Action: aPull, &r.Resource: anApp, &r.ResourceAccount: anOwner} {
		if *field == "" {
			*field = standard
		}
	}
	return decideBoth(t, authz.Case{Request: r, Layers: p.layers})
}

func identity(documents ...policy.Document) authz.Layers {
	return authz.Layers{Identity: compiled("identity policy", documents...)}
}

func repository(documents ...policy.Document) authz.Layers {
	return authz.Layers{Repository: compiled("repository policy", documents...)}
}

func compiled(name string, documents ...policy.Document) []*authz.Policy {
	var out []*authz.Policy
	for _, d := range documents {
		out = append(out, authz.Compile(name, d))
	}
	return out
}

// allow and deny give statements of identity policies about the pull of everything.
func allow(conditions ...policy.Condition) policy.Document { return effect(policy.Allow, conditions) }

func deny(conditions ...policy.Condition) policy.Document { return effect(policy.Deny, conditions) }

func effect(e policy.Effect, conditions []policy.Condition) policy.Document {
	return policy.New(policy.Statement{Effect: e, Actions: []string{aPull}, Resources: []string{"*"}, Conditions: conditions})
}

// granting gives a repository policy.
func granting(e policy.Effect, p policy.Principal, conditions ...policy.Condition) policy.Document {
	return policy.New(policy.Statement{Effect: e, Principal: p, Actions: []string{aPull}, Conditions: conditions})
}

func when(operator, key string, values ...string) policy.Condition {
	return policy.Condition{Operator: operator, Key: key, Values: values}
}

func named(arns ...string) policy.Principal { return policy.Principal{AWS: arns} }

func on(action, resource string) policy.Document {
	return policy.New(policy.Statement{Effect: policy.Allow, Actions: []string{action}, Resources: []string{resource}})
}

// TestPartial asserts that an unknown part makes a decision Unknown where it decides, and nowhere else.
func TestPartial(t *testing.T) {
	t.Parallel()
	team := func(v authz.Values) map[string]authz.Values {
		return map[string]authz.Values{"aws:PrincipalTag/team": v}
	}
	blue := when("StringEquals", "aws:PrincipalTag/team", "blue")
	notBlue := when("StringNotEquals", "aws:PrincipalTag/team", "blue")
	for name, p := range map[string]partial{
		"nothing unknown":                           {layers: identity(allow()), want: authz.Allowed},
		"principal, everybody granted":              {request: authz.Request{Principal: unknown}, layers: repository(granting(policy.Allow, policy.Principal{Any: true})), want: authz.Unknown},
		"principal, nobody granted":                 {request: authz.Request{Principal: unknown}, layers: repository(granting(policy.Allow, named(aRole))), want: authz.Unknown},
		"principal, everybody denied":               {request: authz.Request{Principal: unknown}, layers: repository(granting(policy.Deny, policy.Principal{Any: true})), want: authz.ExplicitlyDenied},
		"principal, an identity policy that denies": {request: authz.Request{Principal: unknown}, layers: identity(deny()), want: authz.Unknown},
		"action, some need a trust policy":          {request: authz.Request{Action: unknown}, layers: identity(on("*", "*")), want: authz.Unknown},
		"action, all of ECR allowed":                {request: authz.Request{Action: "ecr:" + unknown}, layers: identity(on("*", "*")), want: authz.Allowed},
		"action, some allowed":                      {request: authz.Request{Action: unknown}, layers: identity(allow()), want: authz.Unknown},
		"action, it begins otherwise":               {request: authz.Request{Action: "ecr:Put" + unknown}, layers: identity(allow()), want: authz.ImplicitlyDenied},
		"action, it begins so":                      {request: authz.Request{Action: "ecr:Batch" + unknown}, layers: identity(allow()), want: authz.Unknown},
		"action, of another service":                {request: authz.Request{Action: "s3:" + unknown}, layers: repository(granting(policy.Allow, named(aRole))), want: authz.ImplicitlyDenied},
		"action, it may be on the registry":         {request: authz.Request{Action: "ecr:" + unknown}, layers: identity(on("ecr:*", anApp)), want: authz.Unknown},
		"resource, everything allowed":              {request: authz.Request{Resource: unknown}, layers: identity(allow()), want: authz.Allowed},
		"resource, one allowed":                     {request: authz.Request{Resource: unknown}, layers: identity(on(aPull, anApp)), want: authz.Unknown},
		"resource, of another account":              {request: authz.Request{Resource: "arn:aws:ecr:eu-west-1:222222222222:repository/" + unknown}, layers: identity(on(aPull, anApp)), want: authz.ImplicitlyDenied},
		"resource, all with a beginning allowed":    {request: authz.Request{Resource: "arn:aws:ecr:eu-west-1:111111111111:repository/team/" + unknown}, layers: identity(on(aPull, "arn:aws:ecr:eu-west-1:111111111111:repository/*")), want: authz.Allowed},
		"resource account, both sides allow":        {request: authz.Request{ResourceAccount: unknown}, layers: authz.Layers{Identity: compiled("i", allow()), Repository: compiled("r", granting(policy.Allow, named(aRole)))}, want: authz.Allowed},
		"resource account, one side allows":         {request: authz.Request{ResourceAccount: unknown}, layers: identity(allow()), want: authz.Unknown},
		"resource account, neither side allows":     {request: authz.Request{ResourceAccount: unknown}, want: authz.ImplicitlyDenied},
		"a key's value":                             {context: team(authz.Single(unknown)), layers: identity(allow(blue)), want: authz.Unknown},
		"a key's value, it begins otherwise":        {context: team(authz.Single("red-" + unknown)), layers: identity(allow(blue)), want: authz.ImplicitlyDenied},
		"a key's value, negated, begins otherwise":  {context: team(authz.Single("red-" + unknown)), layers: identity(allow(notBlue)), want: authz.Allowed},
		"a key's value, longer than the policy's":   {context: team(authz.Single("blue-" + unknown)), layers: identity(allow(blue)), want: authz.ImplicitlyDenied},
		"a key's value, any will do":                {context: team(authz.Single(unknown)), layers: identity(allow(when("StringLike", "aws:PrincipalTag/team", "*"))), want: authz.Allowed},
		"a key's value, presence will do":           {context: team(authz.Single(unknown)), layers: identity(allow(when("Null", "aws:PrincipalTag/team", "false"))), want: authz.Allowed},
		"a key's value, a number":                   {context: map[string]authz.Values{"aws:MultiFactorAuthAge": authz.Single(unknown)}, layers: identity(allow(when("NumericLessThan", "aws:MultiFactorAuthAge", "10"))), want: authz.Unknown},
		"a number of the policy":                    {context: map[string]authz.Values{"aws:MultiFactorAuthAge": authz.Single("1")}, layers: identity(allow(when("NumericLessThan", "aws:MultiFactorAuthAge", unknown))), want: authz.Unknown},
		"one of several values, another matches":    {context: map[string]authz.Values{"aws:TagKeys": authz.Multi("a", unknown)}, layers: identity(allow(when("ForAnyValue:StringEquals", "aws:TagKeys", "a"))), want: authz.Allowed},
		"one of several values, another doesn't":    {context: map[string]authz.Values{"aws:TagKeys": authz.Multi("b", unknown)}, layers: identity(allow(when("ForAllValues:StringEquals", "aws:TagKeys", "a"))), want: authz.ImplicitlyDenied},
		"one of several values, it decides":         {context: map[string]authz.Values{"aws:TagKeys": authz.Multi("a", unknown)}, layers: identity(allow(when("ForAllValues:StringEquals", "aws:TagKeys", "a"))), want: authz.Unknown},
		"a unit's path":                             {context: map[string]authz.Values{"aws:PrincipalOrgPaths": authz.Multi("o-a/r-1/" + unknown)}, layers: identity(allow(when(anyLike, "aws:PrincipalOrgPaths", "o-a/r-1/ou-x/*"))), want: authz.Unknown},
		"a unit's path of another organization":     {context: map[string]authz.Values{"aws:PrincipalOrgPaths": authz.Multi("o-b/" + unknown)}, layers: identity(allow(when(anyLike, "aws:PrincipalOrgPaths", "o-a/r-1/ou-x/*"))), want: authz.ImplicitlyDenied},
		"a key that may be there":                   {open: true, layers: identity(allow(blue)), want: authz.Unknown},
		"a key that may be there, IfExists":         {open: true, layers: identity(allow(when("StringEqualsIfExists", "aws:PrincipalTag/team", "blue"))), want: authz.Unknown},
		"a key that may be there, Null":             {open: true, layers: identity(allow(when("Null", "aws:PrincipalTag/team", "true"))), want: authz.Unknown},
		"a key that is there, others open":          {open: true, context: team(authz.Single("blue")), layers: identity(allow(blue)), want: authz.Allowed},
		"a key that isn't there, others open":       {open: true, context: team(authz.Values{}), layers: identity(allow(blue)), want: authz.ImplicitlyDenied},
		"the tags that aren't there, others open":   {open: true, context: map[string]authz.Values{"aws:PrincipalTag/*": {}}, layers: identity(allow(blue)), want: authz.ImplicitlyDenied},
		"the tags that aren't known":                {context: map[string]authz.Values{"aws:PrincipalTag/*": authz.Single(unknown)}, layers: identity(allow(blue)), want: authz.Unknown},
		"a tag set beside its family":               {context: map[string]authz.Values{"aws:PrincipalTag/*": {}, "aws:PrincipalTag/team": authz.Single("blue")}, layers: identity(allow(blue)), want: authz.Allowed},
		"a resource tag of an unknown action":       {request: authz.Request{Action: "ecr:" + unknown}, context: map[string]authz.Values{"aws:ResourceTag/team": authz.Single("blue")}, layers: identity(policy.New(policy.Statement{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}, Conditions: []policy.Condition{when("StringEquals", "aws:ResourceTag/team", "blue")}})), want: authz.Unknown},
		"a session whose role's path isn't known":   {request: authz.Request{Principal: aSession}, context: map[string]authz.Values{"aws:PrincipalArn": authz.Single("arn:aws:iam::111111111111:role/" + unknown)}, layers: repository(granting(policy.Allow, named(aRole))), want: authz.Unknown},
		"a session of a role in an open context":    {request: authz.Request{Principal: aSession}, open: true, layers: repository(granting(policy.Allow, named(aRole))), want: authz.Unknown},
		"a linked role's session in an open one":    {request: authz.Request{Principal: "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForX/y"}, open: true, layers: authz.Layers{Identity: compiled("i", allow()), SCPs: [][]*authz.Policy{compiled("s", deny())}}, want: authz.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := p.decide(t); r.Decision != p.want {
				t.Errorf("got %s, want %s: %q", r.Decision, p.want, r.Reasons())
			}
		})
	}
}

// TestPartialDocuments asserts the same of unknown parts of documents.
func TestPartialDocuments(t *testing.T) {
	t.Parallel()
	with := func(change func(*policy.Statement)) policy.Document {
		s := policy.Statement{Effect: policy.Allow, Actions: []string{aPull}, Resources: []string{"*"}}
		change(&s)
		return policy.New(s)
	}
	everybody := policy.Principal{Any: true}
	nothing := authz.UnknownDocument()
	for name, p := range map[string]partial{
		"effect":                        {layers: identity(with(func(s *policy.Statement) { s.Effect = unknown })), want: authz.Unknown},
		"effect, under a deny":          {layers: identity(with(func(s *policy.Statement) { s.Effect = unknown }), deny()), want: authz.ExplicitlyDenied},
		"effect, beside an allow":       {layers: identity(with(func(s *policy.Statement) { s.Effect = unknown }), allow()), want: authz.Unknown},
		"effect, about another action":  {layers: identity(with(func(s *policy.Statement) { s.Effect, s.Actions = unknown, []string{"s3:*"} }), allow()), want: authz.Allowed},
		"action":                        {layers: identity(with(func(s *policy.Statement) { s.Actions = []string{unknown} })), want: authz.Unknown},
		"action, it begins otherwise":   {layers: identity(with(func(s *policy.Statement) { s.Actions = []string{"s3:" + unknown} })), want: authz.ImplicitlyDenied},
		"action, another matches":       {layers: identity(with(func(s *policy.Statement) { s.Actions = []string{unknown, aPull} })), want: authz.Allowed},
		"not action":                    {layers: identity(with(func(s *policy.Statement) { s.Actions, s.NotActions = nil, []string{unknown} })), want: authz.Unknown},
		"resource":                      {layers: identity(with(func(s *policy.Statement) { s.Resources = []string{unknown} })), want: authz.Unknown},
		"resource, it begins otherwise": {layers: identity(with(func(s *policy.Statement) { s.Resources = []string{"arn:aws:s3:::" + unknown} })), want: authz.ImplicitlyDenied},
		"resource, behind a star":       {layers: identity(with(func(s *policy.Statement) { s.Resources = []string{"arn:aws:ecr:*:111111111111:repository/" + unknown} })), want: authz.Unknown},
		"resource, a variable may follow": {layers: identity(with(func(s *policy.Statement) {
			s.Resources = []string{"arn:aws:ecr:eu-west-1:111111111111:repository/$" + unknown}
		})), context: map[string]authz.Values{"aws:PrincipalTag/team": authz.Single("team/app")}, want: authz.Unknown},
		"resource, another matches":            {layers: identity(with(func(s *policy.Statement) { s.Resources = []string{unknown, anApp} })), want: authz.Allowed},
		"a condition's value":                  {context: map[string]authz.Values{"k:k": authz.Single("v")}, layers: identity(allow(when("StringEquals", "k:k", unknown))), want: authz.Unknown},
		"a condition's value, another matches": {context: map[string]authz.Values{"k:k": authz.Single("v")}, layers: identity(allow(when("StringEquals", "k:k", unknown, "v"))), want: authz.Allowed},
		"a condition's value, negated":         {context: map[string]authz.Values{"k:k": authz.Single("v")}, layers: identity(allow(when("StringNotEquals", "k:k", unknown, "v"))), want: authz.ImplicitlyDenied},
		"a condition's value, key missing":     {layers: identity(allow(when("StringEquals", "k:k", unknown))), want: authz.ImplicitlyDenied},
		"a condition's key":                    {layers: identity(allow(when("StringEquals", unknown, "v"))), want: authz.Unknown},
		"a condition's operator":               {layers: identity(allow(when(unknown, "k:k", "v"))), want: authz.Unknown},
		"a condition's ARN":                    {context: map[string]authz.Values{"aws:PrincipalArn": authz.Single(aRole)}, layers: identity(allow(when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111111111111:role/"+unknown))), want: authz.Unknown},
		"a condition's ARN, another account":   {context: map[string]authz.Values{"aws:PrincipalArn": authz.Single(aRole)}, layers: identity(allow(when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::222222222222:role/"+unknown))), want: authz.ImplicitlyDenied},
		"a variable's value":                   {context: map[string]authz.Values{"k:k": authz.Single("v"), "aws:username": authz.Single(unknown)}, layers: identity(allow(when("StringEquals", "k:k", "${aws:username}"))), want: authz.Unknown},
		"a variable's key, open":               {open: true, context: map[string]authz.Values{"k:k": authz.Single("v")}, layers: identity(allow(when("StringEquals", "k:k", "${aws:username}"))), want: authz.Unknown},
		"a variable of an ARN":                 {context: map[string]authz.Values{"aws:PrincipalArn": authz.Single(aRole), "aws:username": authz.Single(unknown)}, layers: identity(allow(when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111111111111:role/${aws:username}"))), want: authz.Unknown},
		"another condition isn't met":          {layers: identity(allow(when(unknown, "k:k", "v"), when("StringEquals", "aws:username", "x"))), want: authz.ImplicitlyDenied},
		"principal":                            {layers: repository(granting(policy.Allow, named(unknown))), want: authz.Unknown},
		"principal, of another account":        {layers: repository(granting(policy.Allow, named("arn:aws:iam::222222222222:role/"+unknown))), want: authz.ImplicitlyDenied},
		"principal, of the caller's account":   {layers: repository(granting(policy.Allow, named("arn:aws:iam::111111111111:role/"+unknown))), want: authz.Unknown},
		"principal, a service":                 {request: authz.Request{Principal: "lambda.amazonaws.com"}, layers: repository(granting(policy.Allow, policy.Principal{Service: []string{unknown}})), want: authz.Unknown},
		"principal, another names the caller":  {layers: repository(granting(policy.Allow, named(unknown, aRole))), want: authz.Allowed},
		"principal, the other side is missing": {request: authz.Request{Principal: aStranger}, layers: repository(granting(policy.Allow, named(unknown))), want: authz.ImplicitlyDenied},
		"not principal":                        {layers: authz.Layers{Identity: compiled("i", allow()), Repository: compiled("r", policy.New(policy.Statement{Effect: policy.Deny, NotPrincipal: named(unknown), Actions: []string{aPull}}))}, want: authz.Unknown},
		"a whole document":                     {layers: identity(nothing), want: authz.Unknown},
		"a whole document, beside an allow":    {layers: identity(nothing, allow()), want: authz.Unknown},
		"a whole document, under a deny":       {layers: identity(nothing, deny()), want: authz.ExplicitlyDenied},
		"a whole repository policy":            {layers: repository(nothing), want: authz.Unknown},
		"a whole SCP":                          {layers: authz.Layers{Identity: compiled("i", allow()), SCPs: [][]*authz.Policy{compiled("s", nothing)}}, want: authz.Unknown},
		"a whole SCP, nothing granted":         {layers: authz.Layers{SCPs: [][]*authz.Policy{compiled("s", nothing)}}, want: authz.Unknown},
		"a whole RCP, everybody denied":        {layers: authz.Layers{Repository: compiled("r", granting(policy.Deny, everybody)), RCPs: [][]*authz.Policy{compiled("s", nothing)}}, want: authz.ExplicitlyDenied},
		"a whole boundary":                     {layers: authz.Layers{Identity: compiled("i", allow()), Boundary: compiled("b", nothing)}, want: authz.Unknown},
		"a whole registry policy, for a root":  {request: authz.Request{Principal: "arn:aws:iam::111111111111:root"}, layers: authz.Layers{Registry: compiled("r", nothing)}, want: authz.Unknown},
		"a whole endpoint policy":              {layers: authz.Layers{Identity: compiled("i", allow()), Endpoint: compiled("e", nothing)}, want: authz.Unknown},
		"a whole gateway policy":               {layers: authz.Layers{Identity: compiled("i", allow()), Gateway: compiled("g", nothing)}, want: authz.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := p.decide(t); r.Decision != p.want {
				t.Errorf("got %s, want %s: %q", r.Decision, p.want, r.Reasons())
			}
		})
	}
}

// TestDeniedForCertain asserts that an Unknown between the two denials is a denial all the same.
func TestDeniedForCertain(t *testing.T) {
	t.Parallel()
	maybe := deny(when("StringEquals", "k:k", "v"))
	for name, p := range map[string]struct {
		partial
		denied bool
	}{
		"allowed":                         {partial{layers: identity(allow()), want: authz.Allowed}, false},
		"implicitly denied":               {partial{want: authz.ImplicitlyDenied}, true},
		"explicitly denied":               {partial{layers: identity(deny()), want: authz.ExplicitlyDenied}, true},
		"either denial":                   {partial{open: true, layers: identity(maybe), want: authz.Unknown}, true},
		"a denial or not":                 {partial{open: true, layers: identity(maybe, allow()), want: authz.Unknown}, false},
		"a caller that isn't a principal": {partial{request: authz.Request{Principal: "ci"}, want: authz.Unknown}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := p.decide(t); r.Decision != p.want || r.Denied() != p.denied {
				t.Errorf("got %s and Denied %t, want %s and %t", r.Decision, r.Denied(), p.want, p.denied)
			}
		})
	}
}
