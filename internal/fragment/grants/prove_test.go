// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package grants_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func only(key string, value string) []policy.Condition {
	return []policy.Condition{{Operator: "StringEquals", Key: key, Values: []string{value}}}
}

// expect compares diagnostics with texts that each of them begins with.
func expect(t *testing.T, diags diag.Diagnostics, want ...string) {
	t.Helper()
	if len(diags) != len(want) {
		t.Errorf("%d diagnostics, want %d:\n%s", len(diags), len(want), said(diags))
		return
	}
	for i := range diags {
		if got := said(diags[i : i+1]); !strings.HasPrefix(got, want[i]) {
			t.Errorf("got %q, want %q", got, want[i])
		}
	}
}

// TestPlanProves reports what the proof finds on the attributes at fault.
func TestPlanProves(t *testing.T) {
	t.Parallel()
	const never, void = "Grant that never gives access: The grant Dev doesn't give pull access to ", "Grant that another statement makes void: The grant Dev is for "
	deny := policy.Statement{Sid: "Other", Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:*"}}
	allow := policy.Statement{Sid: "Other", Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:ListImages"}}
	for name, tc := range map[string]struct {
		grant   pattern.Grant
		foreign []policy.Statement
		want    []string
	}{
		"right": {pattern.Grant{Accounts: []string{"222222222222"}}, nil, nil},
		"dead": {
			pattern.Grant{Accounts: []string{"222222222222"}, Conditions: only("aws:PrincipalAccount", "333333333333")},
			nil,
			[]string{`Error grants["Dev"].accounts: ` + never + "principals of account 222222222222"},
		},
		"dead, by a path": {
			pattern.Grant{OrganizationPaths: []string{path}, Conditions: only("aws:PrincipalOrgID", "o-z9y8x7w6v5")},
			nil,
			[]string{`Error grants["Dev"].organization_paths: ` + never + "principals of the accounts in " + path},
		},
		"dead, by a unit": {
			pattern.Grant{OrganizationalUnitIDs: []string{"ou-ab12-11111111"}, Conditions: only("aws:PrincipalOrgID", "o-z9y8x7w6v5")},
			nil,
			[]string{`Error grants["Dev"].organization_unit_ids: ` + never + "principals of the accounts in o-a1b2c3d4e5/*/ou-ab12-11111111/*"},
		},
		"void": {
			pattern.Grant{Accounts: []string{"222222222222"}},
			[]policy.Statement{deny},
			[]string{`Warning grants["Dev"].accounts: ` + void + "principals of account 222222222222"},
		},
		"void, by a unit": {
			pattern.Grant{OrganizationalUnitIDs: []string{"ou-ab12-11111111"}},
			[]policy.Statement{deny},
			[]string{`Warning grants["Dev"].organization_unit_ids: ` + void},
		},
		"beside one that is open": {
			pattern.Grant{Accounts: []string{"222222222222"}},
			[]policy.Statement{allow},
			[]string{"Warning on_unmanaged_statements: Unmanaged statement that lets others in: The statement Other (ecr:ListImages)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			var diags diag.Diagnostics
			tc.grant.Name, tc.grant.Access = "Dev", "pull"
			value := grants.Flatten(ctx, []pattern.Grant{tc.grant}, &diags)
			question := grants.Question{Site: site(), Repository: "team/app", Foreign: statements.UnmanagedValue(tc.foreign)}
			resolved, _, known := grants.Plan(ctx, &fw.ProviderData{OrganizationID: "o-a1b2c3d4e5"}, value, question, &diags)
			expect(t, diags, tc.want...)
			if !known || len(resolved) != 1 {
				t.Errorf("known: %t, %v", known, resolved)
			}
			question.Foreign = types.ListUnknown(statements.UnmanagedValue(nil).ElementType(ctx))
			var before diag.Diagnostics
			grants.Plan(ctx, &fw.ProviderData{OrganizationID: "o-a1b2c3d4e5"}, value, question, &before)
			if before.HasError() != diags.HasError() || before.WarningsCount() > 0 {
				t.Errorf("while the statements of others aren't known: %s", said(before))
			}
		})
	}
}

// TestPlanProvesWhatIsKnown reports a grant that never matches beside one that isn't known yet, of which it says nothing.
func TestPlanProvesWhatIsKnown(t *testing.T) {
	t.Parallel()
	dead := pattern.Grant{Name: "x", Access: "pull", Accounts: []string{"222222222222"}, Conditions: only("aws:PrincipalAccount", "333333333333")}
	half := flat(t, dead).Attributes()
	half["accounts"] = set(text("222222222222"), types.StringUnknown())
	for name, tc := range map[string]struct {
		rows map[string]map[string]attr.Value
		want []string
	}{
		"beside": {map[string]map[string]attr.Value{"Dead": flat(t, dead).Attributes(), "Open": half}, []string{`Error grants["Dead"].accounts: Grant that never gives access`}},
		"itself": {map[string]map[string]attr.Value{"Dead": half}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			_, _, known := grants.Plan(context.Background(), &fw.ProviderData{}, rows(t, tc.rows), grants.Question{Site: site()}, &diags)
			if known {
				t.Error("what holds an unknown account is known")
			}
			expect(t, diags, tc.want...)
		})
	}
}

// TestProof gives the attribute's value.
func TestProof(t *testing.T) {
	t.Parallel()
	said := func(lines ...string) types.List {
		values := make([]attr.Value, len(lines))
		for i, line := range lines {
			values[i] = text(line)
		}
		return types.ListValueMust(types.StringType, values)
	}
	grant := []pattern.Grant{{Name: "Dev", Access: "pull", Accounts: []string{"222222222222"}}}
	proven := said(
		"Dev gives pull access to principals of account 222222222222",
		"these grants let in no anonymous caller, no other organization or OU, and no AWS service that acts for others; other statements of the repository policy and the registry policy aren't part of this proof",
		"assumed to allow, as they can't be read from here: identity policies, SCPs, RCPs and the registry policy",
	)
	nowhere := site()
	nowhere.AccountID = ""
	null, unknown, older := types.ListNull(types.StringType), types.ListUnknown(types.StringType), said("in the words of an older version")
	for name, tc := range map[string]struct {
		grants []pattern.Grant
		site   pattern.Site
		state  types.List
		want   types.List
	}{
		"new":                          {grant, site(), null, proven},
		"the same":                     {grant, site(), older, older},
		"the same, account not known":  {grant, nowhere, older, older},
		"account not known":            {grant, nowhere, null, unknown},
		"no grants":                    {nil, site(), null, said()},
		"no grants, account not known": {nil, nowhere, null, unknown},
		"another repository's grants":  {grant, pattern.Site{Partition: "aws", Region: "us-east-1", AccountID: "333333333333"}, null, proven},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := grants.Proof(tc.grants, nil, tc.site, tc.state); !got.Equal(tc.want) {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// TestPlanReadsTheRegistryPolicy warns of a grant that the registry policy makes void, where it is the caller's registry,
// and may be read.
func TestPlanReadsTheRegistryPolicy(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	a := awstest.New(t)
	// moto takes a registry policy about two actions only.
	denied := `{"Version":"2012-10-17","Statement":[{"Sid":"NoCopies","Effect":"Deny","Principal":"*","Action":"ecr:ReplicateImage","Resource":"*"}]}`
	if _, err := a.ECR().PutRegistryPolicy(ctx, &ecr.PutRegistryPolicyInput{PolicyText: aws.String(denied)}); err != nil {
		t.Fatal(err)
	}
	plan := func(account string) (diag.Diagnostics, int) {
		a.ResetCalls()
		provider := &fw.ProviderData{Clients: awsapi.New(awsapi.Config{
			Region: a.Region, AccessKey: a.AccessKey, SecretKey: a.SecretKey, Endpoints: awsapi.Endpoints{STS: a.Endpoint(), ECR: a.Endpoint()},
		})}
		var diags diag.Diagnostics
		value := grants.Flatten(ctx, []pattern.Grant{{Name: "Dev", Actions: []string{"ecr:ReplicateImage"}, Accounts: []string{"222222222222"}}}, &diags)
		where := pattern.Site{Partition: "aws", Region: a.Region, AccountID: account}
		for range 2 {
			diags = nil
			grants.Plan(ctx, provider, value, grants.Question{Site: where, Repository: "team/app"}, &diags)
		}
		asked := slices.DeleteFunc(a.Calls(), func(c awstest.Call) bool { return c.Action != "GetRegistryPolicy" })
		return diags, len(asked)
	}
	diags, asked := plan(a.AccountID)
	expect(t, diags, `Warning grants["Dev"].accounts: Grant that another statement makes void`)
	if !strings.Contains(said(diags), "statement NoCopies of the registry policy") || asked != 1 {
		t.Errorf("%d calls: %s", asked, said(diags))
	}
	if diags, asked := plan("111111111111"); len(diags) > 0 || asked != 0 {
		t.Errorf("of another account's registry: %d calls, %s", asked, said(diags))
	}
	a.Inject(awstest.Fault{Action: "GetRegistryPolicy", Kind: awstest.AccessDenied})
	if diags, _ := plan(a.AccountID); len(diags) > 0 {
		t.Errorf("of a registry policy that may not be read: %s", said(diags))
	}
}
