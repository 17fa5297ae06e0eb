// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package access_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	repositoryARN = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
	stranger      = "arn:aws:iam::222222222222:role/ci"
	insider       = "arn:aws:iam::111111111111:role/ci"
	unit          = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
	endpoint      = "vpce-0a1b2c3d4e5f60718"
)

func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// toAll is a statement of a repository policy.
func toAll(sid, effect, action, condition string) string {
	return fmt.Sprintf(`{"Sid":%q,"Effect":%q,"Principal":"*","Action":%q%s}`, sid, effect, action, condition)
}

// identity is a statement of an identity policy.
func identity(sid, action string) string {
	return fmt.Sprintf(`{"Sid":%q,"Effect":"Allow","Action":%q,"Resource":"*"}`, sid, action)
}

func where(operator, key, value string) string {
	return fmt.Sprintf(`,"Condition":{%q:{%q:%q}}`, operator, key, value)
}

// fetch is a request for BatchGetImage by a role of another account; changes are laid over it, and nil takes away.
func fetch(changes object) object {
	r := object{"principal_arn": stranger, "action": "ecr:BatchGetImage", "repository_arn": repositoryARN}
	maps.Copy(r, changes)
	maps.DeleteFunc(r, func(_ string, v any) bool { return v == nil })
	return r
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	everybody := document(toAll("All", "Allow", "ecr:*", ""))
	inUnit := document(toAll("Unit", "Allow", "ecr:*", where("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", unit+"*")))
	only := func(operator, key, value string) string {
		return document(toAll("Only", "Allow", "ecr:*", where(operator, key, value)))
	}
	full, none := document(identity("Full", "*")), document(identity("Other", "s3:*"))
	const assumed = "assumed: the caller's identity policies allow it, since they aren't known"
	const allAllow = "statement All of the repository policy allows it"
	const onlyAllows = "statement Only of the repository policy allows it"

	for name, tc := range map[string]struct {
		policies object
		request  object
		decision string
		reasons  []string
	}{
		"identity assumed":      {object{"repository": list{everybody}}, fetch(nil), "Allowed", []string{allAllow, assumed}},
		"identity none":         {object{"repository": list{everybody}, "identity": list{}}, fetch(nil), "ImplicitlyDenied", []string{allAllow, "nothing in the identity policies allows ecr:BatchGetImage"}},
		"identity given":        {object{"repository": list{everybody}, "identity": list{full}}, fetch(nil), "Allowed", []string{"statement Full of the identity policy allows it", allAllow}},
		"two identity policies": {object{"repository": list{everybody}, "identity": list{none, full}}, fetch(nil), "Allowed", []string{"statement Full of the identity policy 1 allows it", allAllow}},
		"no policies":           {nil, fetch(object{"principal_arn": insider}), "Allowed", []string{assumed}},
		"root isn't assumed":    {nil, fetch(object{"principal_arn": "arn:aws:iam::111111111111:root"}), "Allowed", nil},
		"service isn't assumed": {object{"repository": list{only("StringEquals", "aws:SourceAccount", "111111111111")}}, fetch(object{"principal_arn": nil, "service_principal": "lambda.amazonaws.com", "context": object{"aws:SourceAccount": "111111111111"}}), "Allowed", []string{onlyAllows}},
		"anonymous":             {object{"repository": list{everybody}}, fetch(object{"principal_arn": nil, "anonymous": true}), "Allowed", []string{allAllow}},
		"in the unit":           {object{"repository": list{inUnit}}, fetch(object{"organization_path": unit}), "Allowed", []string{"statement Unit of the repository policy allows it", assumed}},
		"beside the unit": {object{"repository": list{inUnit}}, fetch(object{"organization_path": "o-a1b2c3d4e5/r-ab12/"}), "ImplicitlyDenied", []string{
			"statement Unit of the repository policy needs an OU path that matches " + unit + "*; this caller's is o-a1b2c3d4e5/r-ab12/", assumed,
		}},
		"in no organization": {object{"repository": list{inUnit}}, fetch(object{"organization_path": ""}), "ImplicitlyDenied", []string{
			"statement Unit of the repository policy needs an OU path that matches " + unit + "*; this request has none", assumed,
		}},
		"no tags":             {object{"repository": list{only("StringEquals", "aws:PrincipalTag/team", "web")}}, fetch(object{"principal_tags": object{}}), "ImplicitlyDenied", nil},
		"tag":                 {object{"repository": list{only("StringEquals", "aws:PrincipalTag/team", "web")}}, fetch(object{"principal_tags": object{"team": "web"}}), "Allowed", []string{onlyAllows, assumed}},
		"repository tag":      {object{"repository": list{only("StringEquals", "aws:ResourceTag/team", "web")}}, fetch(object{"repository_tags": object{"team": "web"}}), "Allowed", nil},
		"repository unit":     {object{"repository": list{only("StringEquals", "aws:ResourceOrgID", "o-a1b2c3d4e5")}}, fetch(object{"repository_organization_path": unit}), "Allowed", nil},
		"user id":             {object{"repository": list{only("StringLike", "aws:userid", "AROAEXAMPLE:*")}}, fetch(object{"user_id": "AROAEXAMPLE:x"}), "Allowed", nil},
		"VPC":                 {object{"repository": list{only("StringEquals", "aws:SourceVpc", "vpc-0a1b2c3d")}}, fetch(object{"source_vpce_id": endpoint, "source_vpc_id": "vpc-0a1b2c3d"}), "Allowed", nil},
		"through no endpoint": {object{"repository": list{only("StringEquals", "aws:SourceVpce", endpoint)}}, fetch(nil), "ImplicitlyDenied", nil},
		"context":             {object{"repository": list{only("IpAddress", "aws:SourceIp", "203.0.113.0/24")}}, fetch(object{"context": object{"aws:SourceIp": "203.0.113.7"}}), "Allowed", nil},
		"absent key":          {object{"repository": list{only("Null", "aws:MultiFactorAuthPresent", "true")}}, fetch(object{"context": object{"aws:MultiFactorAuthPresent": nil}}), "Allowed", nil},
		"several values":      {object{"repository": list{only("ForAnyValue:StringEquals", "x:Teams", "web")}}, fetch(object{"multivalued_context": object{"x:Teams": list{"api", "web"}}}), "Allowed", nil},
		"no values":           {object{"repository": list{only("Null", "x:Teams", "true")}}, fetch(object{"multivalued_context": object{"x:Teams": list{}}}), "Allowed", nil},
		"registry policy":     {object{"repository": list{everybody}, "registry": list{document(`{"Sid":"No","Effect":"Deny","Principal":"*","Action":"ecr:*","Resource":"*"}`)}}, fetch(nil), "ExplicitlyDenied", nil},
		"boundary":            {object{"repository": list{everybody}, "boundary": list{none}}, fetch(nil), "ImplicitlyDenied", nil},
		"session":             {object{"repository": list{everybody}, "session": list{none}}, fetch(nil), "ImplicitlyDenied", nil},
		"SCP of a level":      {object{"repository": list{everybody}, "scps": list{list{full}, list{none}}}, fetch(nil), "ImplicitlyDenied", nil},
		"SCPs":                {object{"repository": list{everybody}, "scps": list{list{full}, list{none, full}}}, fetch(nil), "Allowed", []string{allAllow, "statement Full of the SCP at level 0 allows it", "statement Full of the SCP 1 at level 1 allows it", assumed}},
		"empty level":         {object{"repository": list{everybody}, "scps": list{list{}}}, fetch(nil), "Allowed", nil},
		"RCP": {object{"repository": list{everybody}, "rcps": list{list{}, list{document(`{"Sid":"No","Effect":"Deny","Principal":"*","Action":"ecr:*","Resource":"*"}`)}}}, fetch(nil), "ExplicitlyDenied", []string{
			"statement No of the RCP at level 1 denies it", // which rests on no assumption
		}},
		"known enough":   {object{"repository": list{everybody, only("IpAddress", "aws:SourceIp", "10.0.0.0/8")}}, fetch(nil), "Allowed", []string{"statement All of the repository policy 0 allows it", assumed}},
		"login":          {object{"identity": list{full}}, fetch(object{"action": "ecr:GetAuthorizationToken", "repository_arn": nil}), "Allowed", nil},
		"login, lockout": {object{"identity": list{full}, "repository": list{document(toAll("No", "Deny", "ecr:*", ""))}}, fetch(object{"action": "ecr:GetAuthorizationToken", "repository_arn": nil}), "Allowed", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results, problems := ask(t, object{"policies": tc.policies, "requests": object{"r": tc.request}})
			if problems != "" {
				t.Fatal(problems)
			}
			got := results["r"]
			if got.decision != tc.decision {
				t.Errorf("the decision is %s, want %s: %q", got.decision, tc.decision, got.reasons)
			}
			if diff := cmp.Diff(tc.reasons, got.reasons); tc.reasons != nil && diff != "" {
				t.Error(diff)
			}
			if strings.HasSuffix(name, "isn't assumed") && strings.Contains(fmt.Sprint(got.reasons), "assumed:") {
				t.Errorf("the reasons name an assumption: %q", got.reasons)
			}
			if strings.Contains(fmt.Sprint(got.reasons), "statement Everything") {
				t.Errorf("the reasons have a statement that nobody wrote: %q", got.reasons)
			}
		})
	}
}

// An endpoint's policy is for what goes through it, and a gateway endpoint is one of Amazon S3.
func TestEndpoints(t *testing.T) {
	t.Parallel()
	nothing := document(`{"Sid":"Nothing","Effect":"Allow","Principal":"*","Action":"ec2:*","Resource":"*"}`)
	through := object{"principal_arn": insider, "source_vpce_id": endpoint}
	results, problems := ask(t, object{
		"policies": object{"endpoint": list{nothing}, "gateway_endpoint": list{document(`{"Sid":"Layers","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}`)}},
		"requests": object{
			"through": fetch(through),
			"past":    fetch(object{"principal_arn": insider}),
			"layer": object{
				"principal_arn": insider, "source_vpce_id": endpoint, "action": "s3:GetObject",
				"repository_arn": "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/layer",
			},
		},
	})
	if problems != "" {
		t.Fatal(problems)
	}
	if got := results["through"].reasons; results["through"].decision != "ImplicitlyDenied" || !slices.Contains(got, "nothing in the VPC endpoint policy allows ecr:BatchGetImage") {
		t.Errorf("through the endpoint: %v", results["through"])
	}
	if results["past"].decision != "Allowed" {
		t.Errorf("past the endpoint: %v", results["past"])
	}
	if got := results["layer"].reasons; !slices.Contains(got, "statement Layers of the gateway endpoint policy allows it") {
		t.Errorf("through the gateway: %q", got)
	}
}

// What isn't known decides only where a statement asks for it, and the reasons say which argument would tell.
func TestUnknown(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		condition string
		request   object
		want      string
	}{
		"organization":     {where("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"), nil, "aws:PrincipalOrgID isn't known: set organization_path"},
		"path":             {where("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", unit), nil, "aws:PrincipalOrgPaths isn't known: set organization_path"},
		"tag":              {where("StringEquals", "aws:PrincipalTag/team", "web"), nil, "aws:PrincipalTag/team isn't known: set principal_tags"},
		"user id":          {where("StringLike", "aws:userid", "AROA*"), nil, "aws:userid isn't known: set user_id"},
		"repository tag":   {where("StringEquals", "ecr:ResourceTag/team", "web"), nil, "ecr:ResourceTag/team isn't known: set repository_tags"},
		"repository unit":  {where("StringEquals", "aws:ResourceOrgID", "o-a1b2c3d4e5"), nil, "aws:ResourceOrgID isn't known: set repository_organization_path"},
		"VPC":              {where("StringEquals", "aws:SourceVpc", "vpc-0a1b2c3d"), object{"source_vpce_id": endpoint}, "aws:SourceVpc isn't known: set source_vpc_id"},
		"path of the role": {where("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::222222222222:role/ci/ci"), object{"principal_arn": "arn:aws:sts::222222222222:assumed-role/ci/s"}, `aws:PrincipalArn isn't known: set principal_arn to the role's ARN, or context = { "aws:PrincipalArn" = "arn:…" }`},
		"another key":      {where("IpAddress", "aws:SourceIp", "10.0.0.0/8"), nil, `aws:SourceIp isn't known: set context = { "aws:SourceIp" = "…" }`},
		"several values":   {where("ForAnyValue:StringEquals", "x:Teams", "web"), nil, `x:Teams isn't known: set multivalued_context = { "x:Teams" = ["…"] }`},
		"variable":         {where("StringEquals", "aws:SecureTransport", "${aws:PrincipalTag/tls, 'true'}"), nil, "aws:PrincipalTag/tls isn't known: set principal_tags"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pull := func(changes object) object {
				r := fetch(changes)
				delete(r, "action")
				r["access"] = "pull"
				return r
			}
			results, problems := ask(t, object{
				"policies": object{
					"repository": list{document(toAll("Asks", "Allow", "ecr:*", tc.condition), toAll("Else", "Allow", "ecr:PutImage", where("Bool", "x:Else", "true")))},
					"identity":   list{document(identity("Full", "*"))},
				},
				"requests": object{"r": pull(tc.request), "expected": pull(object{"expect": "allowed"})},
			})
			got := results["r"]
			if got.decision != "Unknown" || got.reasons[len(got.reasons)-1] != tc.want {
				t.Errorf("got %q, want Unknown with the note %q", got, tc.want)
			}
			if tc.request == nil && !strings.Contains(problems, "expected: expected allowed, but it is unknown") {
				t.Errorf("unknown meets an expectation: %s", problems)
			}
			if len(got.reasons) != 3 {
				t.Errorf("the reasons are %q, want the identity policy, the repository policy and the note", got.reasons)
			}
		})
	}
}

// A statement without a Sid, and a variable in a resource, ask for keys too.
func TestUnknownInResources(t *testing.T) {
	t.Parallel()
	const own = `{"Effect":"Allow","Action":"ecr:*","Resource":"arn:aws:ecr:eu-west-1:111111111111:repository/${aws:PrincipalTag/team}/*"}`
	results, problems := ask(t, object{
		"policies": object{"repository": list{document(toAll("All", "Allow", "ecr:*", ""))}, "identity": list{document(identity("Else", "s3:*"), own)}},
		"requests": object{"r": fetch(nil)},
	})
	want := []string{
		"statement Statement[1] of the identity policy may be about " + repositoryARN + ": its resources aren't known yet",
		"statement All of the repository policy allows it",
		"aws:PrincipalTag/team isn't known: set principal_tags",
	}
	if diff := cmp.Diff(want, results["r"].reasons); diff != "" || problems != "" {
		t.Error(diff, problems)
	}
}

// Some actions are denied by a statement, the others since nothing allows them.
func TestDeniedBothWays(t *testing.T) {
	t.Parallel()
	denied := func(expect string) object {
		return object{
			"policies": object{"repository": list{document(toAll("No", "Deny", "ecr:BatchGetImage", ""))}, "identity": list{}},
			"requests": object{"r": fetch(object{"action": nil, "access": "pull", "expect": expect})},
		}
	}
	if results, problems := ask(t, denied("denied")); problems != "" || results["r"].decision != "ExplicitlyDenied" {
		t.Errorf("got %v: %s", results["r"], problems)
	}
	for _, expect := range []string{"implicitly_denied", "explicitly_denied"} {
		if _, problems := ask(t, denied(expect)); !strings.Contains(problems, "but it is denied, explicitly and implicitly") {
			t.Errorf("%s: %s", expect, problems)
		}
	}
}

// What isn't known decides only how it is denied, so that it is denied.
func TestCertainlyDenied(t *testing.T) {
	t.Parallel()
	results, problems := ask(t, object{
		"policies": object{"repository": list{document(toAll("Maybe", "Deny", "ecr:*", where("IpAddress", "aws:SourceIp", "10.0.0.0/8")))}, "identity": list{}},
		"requests": object{"r": fetch(object{"expect": "denied"})},
	})
	if problems != "" || results["r"].decision != "Unknown" {
		t.Errorf("got %v: %s", results["r"], problems)
	}
}

// Tags that are known to be none aren't asked for.
func TestNotesNameWhatIsMissingAlone(t *testing.T) {
	t.Parallel()
	results, problems := ask(t, object{
		"policies": object{"repository": list{document(toAll("Asks", "Allow", "ecr:*",
			`,"Condition":{"StringNotEquals":{"aws:PrincipalTag/team":"web"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`))}},
		"requests": object{"r": fetch(object{"principal_tags": object{}})},
	})
	got := results["r"].reasons
	if strings.Contains(fmt.Sprint(got), "aws:PrincipalTag/team isn't known") || !strings.Contains(fmt.Sprint(got), "aws:SourceIp isn't known") || problems != "" {
		t.Errorf("the reasons are %q: %s", got, problems)
	}
}
