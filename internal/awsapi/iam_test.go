// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"maps"
	"slices"
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
	must(c.WaitRole(ctx, want, awsapi.RoleContents{}, 0))
	want.Inline = map[string]string{"pull": pull}
	same("read without push", read("pull", "gone"))

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
	same("updated", read("pull", "push"))
	must(c.SetBoundary(ctx, "web", ""))
	must(c.SetBoundary(ctx, "web", ""))
	want.PermissionsBoundary = ""
	same("without boundary", read("pull"))

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

// A role takes one round trip, and a call for each policy that is asked for. Others are left out.
func TestRoleTakesOneRoundTrip(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		inline, asked, want []string
		calls               int
	}{
		"as asked for":        {inline: []string{"a"}, asked: []string{"a"}, want: []string{"a"}, calls: 3},
		"two, as asked for":   {inline: []string{"a", "b"}, asked: []string{"a", "b"}, want: []string{"a", "b"}, calls: 4},
		"none":                {calls: 2},
		"another":             {inline: []string{"b"}, asked: []string{"a"}, calls: 3},
		"others beside":       {inline: []string{"a", "b", "c"}, asked: []string{"a"}, want: []string{"a"}, calls: 3},
		"nothing asked for":   {inline: []string{"a", "b"}, calls: 2},
		"asked for, but gone": {asked: []string{"a"}, calls: 3},
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
				role, err := c.Role(t.Context(), "web", test.asked)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, slices.Sorted(maps.Keys(role.Inline))); diff != "" {
					t.Errorf("inline policies (-want +got):\n%s", diff)
				}
				if took := time.Since(began).Truncate(time.Second); took != time.Second || len(aws.calls) != test.calls {
					t.Errorf("%s and %d calls, want one round and %d calls", took, len(aws.calls), test.calls)
				}
			})
		})
	}
}

// Policies are listed to the end, and given as they were written. The inline ones are listed before a role is deleted.
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
	c := aws.clients()
	role, err := c.Role(t.Context(), "web", []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"a": text}, role.Inline); diff != "" {
		t.Errorf("inline policies (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"arn:1", "arn:2"}, role.Managed); diff != "" {
		t.Errorf("managed policies (-want +got):\n%s", diff)
	}
	err = c.DeleteRole(t.Context(), "web", false, awsapi.RoleContents{Inline: []string{"a"}})
	if err == nil || !strings.Contains(err.Error(), "the inline policy b") || slices.Contains(aws.actions(), "DeleteRolePolicy") {
		t.Errorf("after the calls %v deleting it gives %v, want that the role has b too, before any", aws.actions(), err)
	}
}

func arnMember(arn string) string { return "<PolicyArn>" + arn + "</PolicyArn>" }

// Each read of a role can fail, and says which one it was.
func TestRoleReadsFail(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"GetRole", "ListAttachedRolePolicies", "GetRolePolicy"} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			aws := at("web", func(role *standing) { role.inline["pull"] = pull })
			aws.before = func(c iamCall) *answer {
				if c.action != action {
					return nil
				}
				denied := failure(403, "AccessDenied", "no identity-based policy allows it")
				return &denied
			}
			role, err := aws.clients().Role(t.Context(), "web", []string{"pull"})
			want := "AccessDenied: no identity-based policy allows it (" + action + ", HTTP 403, request id request-1); " +
				"the caller needs iam:" + action + ", and no policy of the organization may deny it"
			if !awsapi.IsAccessDenied(err) || err.Error() != want || role.Name != "" {
				t.Errorf("role %q, error\n%v\nwant\n%s", role.Name, err, want)
			}
		})
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
