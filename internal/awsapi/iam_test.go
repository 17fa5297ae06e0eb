// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const (
	pull        = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*"}]}`
	push        = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:PutImage","Resource":"*"}]}`
	appRunner   = "arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess"
	expressMode = "arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices"
)

// TestRoleLife goes through every call about a role on the wire.
func TestRoleLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	c := clientsOf(a)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	boundary := func(name string) string {
		out, err := a.IAM().CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: aws.String(pull)})
		must(err)
		return aws.ToString(out.Policy.Arn)
	}
	first, second := boundary("first"), boundary("second")
	if _, err := c.Role(ctx, "web", nil); !awsapi.IsNotFound(err) {
		t.Fatalf("before: %v", err)
	}

	made, err := c.CreateRole(ctx, awsapi.NewRole{
		Name: "web", Path: "/service-role/", Description: "pulls 100 % + more", TrustPolicy: trust, PermissionsBoundary: first,
		MaxSessionDuration: 7200, Tags: map[string]string{"team": "x", "stage": "test"},
		Inline: map[string]string{"pull": pull, "push": push}, Managed: []string{expressMode, appRunner},
	})
	must(err)
	want := awsapi.Role{
		Name: "web", ARN: "arn:aws:iam::" + a.AccountID + ":role/service-role/web", Path: "/service-role/", UniqueID: made.UniqueID,
		Description: "pulls 100 % + more", TrustPolicy: trust, PermissionsBoundary: first, MaxSessionDuration: 7200,
		Tags:   map[string]string{"team": "x", "stage": "test"},
		Inline: map[string]string{"pull": pull, "push": push}, Managed: []string{appRunner, expressMode},
	}
	same := func(when string, got awsapi.Role) {
		t.Helper()
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(awsapi.Role{}, "CreateDate")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
		if age := time.Since(got.CreateDate); age < -time.Minute || age > time.Minute || !strings.HasPrefix(got.UniqueID, "AROA") {
			t.Errorf("%s: %s, created at %s", when, got.UniqueID, got.CreateDate)
		}
	}
	same("created", made)
	read := func(expected ...string) awsapi.Role {
		t.Helper()
		role, err := c.Role(ctx, "web", expected)
		must(err)
		return role
	}
	same("read", read("pull", "push"))
	same("read with other expectations", read("pull", "gone"))
	must(c.WaitRole(ctx, want, 0))

	const other = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"tasks.apprunner.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	must(c.UpdateRole(ctx, "web", "", 3600))
	must(c.UpdateTrust(ctx, "web", other))
	must(c.PutInline(ctx, "web", "pull", push))
	must(c.DeleteInline(ctx, "web", "push"))
	must(c.DeleteInline(ctx, "web", "push"))
	must(c.AttachManaged(ctx, "web", appRunner))
	must(c.DetachManaged(ctx, "web", expressMode))
	must(c.DetachManaged(ctx, "web", expressMode))
	must(c.SetBoundary(ctx, "web", second))
	must(c.TagRole(ctx, "web", map[string]string{"stage": "live"}))
	must(c.UntagRole(ctx, "web", []string{"team"}))
	want.Description, want.MaxSessionDuration, want.TrustPolicy, want.PermissionsBoundary = "", 3600, other, second
	want.Inline, want.Managed, want.Tags = map[string]string{"pull": push}, []string{appRunner}, map[string]string{"stage": "live"}
	same("updated", read())
	must(c.SetBoundary(ctx, "web", ""))
	must(c.SetBoundary(ctx, "web", ""))
	want.PermissionsBoundary = ""
	same("without boundary", read())

	a.ResetCalls()
	must(c.TagRole(ctx, "web", nil))
	must(c.UntagRole(ctx, "web", nil))
	if calls := a.Calls(); len(calls) > 0 {
		t.Errorf("calls that carry nothing: %v", calls)
	}
	must(c.DeleteRole(ctx, "web", false, awsapi.RoleContents{Inline: []string{"pull"}, Managed: []string{appRunner}}))
	must(c.DeleteRole(ctx, "web", false, awsapi.RoleContents{}))
	if _, err := c.Role(ctx, "web", []string{"pull"}); !awsapi.IsNotFound(err) {
		t.Errorf("after: %v", err)
	}
	must(c.DeleteInline(ctx, "web", "pull"))
	must(c.DetachManaged(ctx, "web", appRunner))
}

// A role takes as few calls and round trips as its policies allow.
func TestRoleTakesFewRoundTrips(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		inline, expected []string
		calls            int
		rounds           float64
	}{
		"as expected":            {inline: []string{"a"}, expected: []string{"a"}, calls: 4, rounds: 1},
		"two, as expected":       {inline: []string{"a", "b"}, expected: []string{"a", "b"}, calls: 5, rounds: 1},
		"none":                   {calls: 3, rounds: 1},
		"another than expected":  {inline: []string{"b"}, expected: []string{"a"}, calls: 5, rounds: 2},
		"others beside":          {inline: []string{"a", "b", "c"}, expected: []string{"a"}, calls: 6, rounds: 2},
		"nothing expected":       {inline: []string{"a", "b"}, calls: 5, rounds: 2},
		"expected, but gone now": {expected: []string{"a"}, calls: 4, rounds: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				aws := at("web", func(role *standing) {
					for _, policy := range test.inline {
						role.inline[policy] = pull
					}
				})
				aws.took = time.Second
				c := aws.clients()
				if _, err := c.Identity(t.Context()); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				role, err := c.Role(t.Context(), "web", test.expected)
				if err != nil || len(role.Inline) != len(test.inline) {
					t.Fatalf("%v, policies %v", err, role.Inline)
				}
				if took := time.Since(began).Truncate(time.Second); took.Seconds() != test.rounds || len(aws.calls) != test.calls {
					t.Errorf("%s and %d calls, want %g rounds and %d calls", took, len(aws.calls), test.rounds, test.calls)
				}
			})
		})
	}
}

// Policies are listed to the end, and given as they were written.
func TestRoleReadsAllPages(t *testing.T) {
	t.Parallel()
	const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a+b/100%25 é"}]}`
	aws := at("web", func(role *standing) { role.inline["a"], role.inline["b"] = text, text })
	aws.before = func(c iamCall) *answer {
		var page answer
		switch {
		case c.action == "ListRolePolicies" && c.n == 1:
			page = result(c, "<IsTruncated>true</IsTruncated><Marker>next</Marker>"+list("PolicyNames", []string{"a"}, escaped))
		case c.action == "ListRolePolicies" && c.form.Get("Marker") == "next":
			page = result(c, list("PolicyNames", []string{"b"}, escaped))
		case c.action == "ListAttachedRolePolicies" && c.n == 1:
			page = result(c, "<IsTruncated>true</IsTruncated><Marker>next</Marker>"+list("AttachedPolicies", []string{"arn:2"}, arnMember))
		case c.action == "ListAttachedRolePolicies" && c.form.Get("Marker") == "next":
			page = result(c, list("AttachedPolicies", []string{"arn:1"}, arnMember))
		default:
			return nil
		}
		return &page
	}
	role, err := aws.clients().Role(t.Context(), "web", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"a": text, "b": text}, role.Inline); diff != "" {
		t.Errorf("inline policies (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"arn:1", "arn:2"}, role.Managed); diff != "" {
		t.Errorf("managed policies (-want +got):\n%s", diff)
	}
}

func arnMember(arn string) string { return "<PolicyArn>" + arn + "</PolicyArn>" }

// Each read of a role can fail, and says which one it was.
func TestRoleReadsFail(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"GetRole", "ListRolePolicies", "ListAttachedRolePolicies", "GetRolePolicy"} {
		for _, expected := range [][]string{nil, {"pull"}} {
			t.Run(fmt.Sprint(action, expected), func(t *testing.T) {
				t.Parallel()
				aws := at("web", func(role *standing) { role.inline["pull"] = pull })
				aws.before = func(c iamCall) *answer {
					if c.action != action {
						return nil
					}
					denied := failure(403, "AccessDenied", "no identity-based policy allows it")
					return &denied
				}
				role, err := aws.clients().Role(t.Context(), "web", expected)
				want := "AccessDenied: no identity-based policy allows it (" + action + ", HTTP 403, request id request-1); " +
					"the caller needs iam:" + action + ", and no policy of the organization may deny it"
				if !awsapi.IsAccessDenied(err) || err.Error() != want || role.Name != "" {
					t.Errorf("role %q, error\n%v\nwant\n%s", role.Name, err, want)
				}
			})
		}
	}
}

// IAM is one for all Regions of a partition.
func TestWhereIAMIs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config      func(*awsapi.Config)
		host, scope string
	}{
		"default":  {func(*awsapi.Config) {}, "iam.amazonaws.com", "us-east-1"},
		"China":    {func(c *awsapi.Config) { c.Region = "cn-north-1"; c.SkipRegionValidation = true }, "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"},
		"FIPS":     {func(c *awsapi.Config) { c.UseFIPSEndpoint = true }, "iam-fips.amazonaws.com", "us-east-1"},
		"endpoint": {func(c *awsapi.Config) { c.Endpoints.IAM = "https://iam.example.com"; c.UseFIPSEndpoint = true }, "iam.example.com", "eu-west-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			aws := at("web", func(*standing) {})
			if _, err := aws.clients(test.config).Role(t.Context(), "web", nil); err != nil {
				t.Fatal(err)
			}
			if got := aws.calls[0]; got.host != test.host || got.scope != test.scope {
				t.Errorf("IAM at %s, signed for %s; want %s and %s", got.host, got.scope, test.host, test.scope)
			}
		})
	}
}
