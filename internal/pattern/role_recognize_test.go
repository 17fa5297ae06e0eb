// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// asStored is what IAM gives back of a document.
func asStored(t *testing.T, d policy.Document) policy.Document {
	t.Helper()
	parsed, err := policy.Parse(d.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// TestRecognizeTrust finds the trust again, and none in a policy that is a little other.
func TestRecognizeTrust(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]pattern.Trust{
		"accounts":      {Accounts: []string{"222222222222", "333333333333"}, ExternalID: releaseUUID},
		"principals":    {PrincipalARNs: []string{role}, OrganizationIDs: []string{orgID}},
		"both":          {Accounts: []string{"222222222222"}, PrincipalARNs: []string{"arn:aws:iam::444444444444:role/team/*"}, ExternalID: releaseUUID, OrganizationIDs: []string{orgID}},
		"organizations": {OrganizationIDs: []string{orgID, "o-z9y8x7w6v5"}},
		"service":       {Services: []string{"ecs-tasks.amazonaws.com"}, SourceAccount: "111111111111", SourceARNs: []string{"arn:aws:ecs:eu-west-1:111111111111:*"}},
		"subjects":      {OIDC: &pattern.OIDCTrust{ProviderARN: provider, Audiences: []string{"a", "b"}, Subjects: []string{mainBranch}}},
		"slash":         {OIDC: &pattern.OIDCTrust{ProviderARN: auth0, Audiences: []string{"ecr"}, Subjects: []string{"aBcD1234@clients"}}},
		"patterns":      {OIDC: &pattern.OIDCTrust{ProviderARN: gitlab, Audiences: []string{"a"}, Subjects: []string{anyBranch, withIDs}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := asStored(t, want.Document("aws"))
			got, ok := pattern.RecognizeTrust(d, "aws")
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(pattern.Trust{}), cmpopts.SortSlices(strings.Compare)); diff != "" || !ok {
				t.Errorf("recognized: %t (-want +got):\n%s", ok, diff)
			}
			d.Statements[0].Conditions = append(d.Statements[0].Conditions, policy.Condition{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"true"}})
			if got, ok := pattern.RecognizeTrust(d, "aws"); ok {
				t.Errorf("with one condition more it is %v", got)
			}
		})
	}
}

// TestRecognizeScope finds access and scope again, and none in a policy that is a little other.
func TestRecognizeScope(t *testing.T) {
	t.Parallel()
	both := named(appARN, teamARNs)
	both.ResourceTags = tags("environment", "release", "team", "app")
	for name, tc := range map[string]struct {
		access string
		scope  pattern.RepositoryScope
		site   pattern.Site
	}{
		"repositories":       {"push_pull", named(appARN), ireland()},
		"tags":               {"pull", tagged("environment", "release"), ireland()},
		"both":               {"read_only", both, ireland()},
		"tags, no account":   {"pull", tagged("environment", "release"), pattern.Site{Partition: "aws"}},
		"tag with uppercase": {"pull", tagged("Environment", "Release"), ireland()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := asStored(t, pattern.ScopedPolicy(tc.access, tc.scope, tc.site))
			access, scope, ok := pattern.RecognizeScope(d, ireland())
			if diff := cmp.Diff(tc.scope, scope, cmpopts.SortSlices(strings.Compare)); diff != "" || !ok || access != tc.access {
				t.Errorf("recognized: %t, access %s (-want +got):\n%s", ok, access, diff)
			}
			d.Statements[1].Actions = append(d.Statements[1].Actions, "ecr:DeleteRepository")
			if access, scope, ok := pattern.RecognizeScope(d, ireland()); ok {
				t.Errorf("with one action more it is %s on %v", access, scope)
			}
		})
	}
}
