// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestProveEndpointPolicyTampered gives the proof a document that isn't the input's.
func TestProveEndpointPolicyTampered(t *testing.T) {
	t.Parallel()
	const (
		stops, more, deleted = "Endpoint policy that stops what it is for: ", "Endpoint policy that lets more through: ", "error protect_from_delete: Repository that can be deleted: "
		// The statements of "combined-narrowly".
		loginOfOrg, loginOfRole, pullOfOrg, pullOfRole, prevent = 0, 1, 2, 3, 4
	)
	change := func(i int, change func(*policy.Statement)) func([]policy.Statement) []policy.Statement {
		return func(s []policy.Statement) []policy.Statement { change(&s[i]); return s }
	}
	resources := func(i int, arns ...string) func([]policy.Statement) []policy.Statement {
		return change(i, func(s *policy.Statement) { s.Resources = arns })
	}
	actions := func(i int, names ...string) func([]policy.Statement) []policy.Statement {
		return change(i, func(s *policy.Statement) { s.Actions = names })
	}
	who := func(i int, c ...policy.Condition) func([]policy.Statement) []policy.Statement {
		return change(i, func(s *policy.Statement) { s.Conditions = c })
	}
	add := func(added policy.Statement) func([]policy.Statement) []policy.Statement {
		added.Principal = policy.Principal{Any: true}
		return func(s []policy.Statement) []policy.Statement { return append(s, added) }
	}
	for name, tc := range map[string]struct {
		golden string
		tamper func([]policy.Statement) []policy.Statement
		found  []string
	}{
		"no login of the role":         {"combined-narrowly", actions(loginOfRole, "ecr:DescribeRegistry"), []string{"error principal_arns: " + stops + "The endpoints don't let " + executionRole + " do ecr:GetAuthorizationToken on the registry:"}},
		"no login of organizations":    {"combined-narrowly", actions(loginOfOrg, "ecr:DescribeRegistry"), []string{"error organization_ids: " + stops + "The endpoints don't let principals of the organization " + orgID + " do ecr:GetAuthorizationToken"}},
		"login on repositories":        {"repositories", resources(0, appARN), []string{"error : " + stops + "The endpoints don't let everybody do ecr:GetAuthorizationToken"}},
		"no pull of the role":          {"combined-narrowly", actions(pullOfRole, "ecr:BatchGetImage"), []string{"error principal_arns: " + stops + "The endpoints don't let " + executionRole + " do ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer on arn:aws:ecr:eu-west-1:111111111111:repository/team/somebody"}},
		"no pull of organizations":     {"organizations", actions(1, "ecr:BatchGetImage"), []string{"error organization_ids: " + stops}},
		"organizations of one account": {"organizations", who(1, condition("StringEquals", "aws:PrincipalOrgID", orgID, otherOrgID), condition("StringEquals", "aws:PrincipalAccount", "111111111111")), []string{"error organization_ids: " + stops}},
		"a push beside the pull":       {"combined-narrowly", actions(pullOfRole, "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:PutImage"), []string{"error access: " + more + "The endpoints let " + executionRole + " do ecr:PutImage on "}},
		"the registry beside a login":  {"combined-narrowly", actions(loginOfRole, "ecr:GetAuthorizationToken", "ecr:PutRegistryPolicy"), []string{"error access: " + more + "The endpoints let " + executionRole + " do ecr:PutRegistryPolicy on the registry"}},
		"all repositories":             {"combined-narrowly", resources(pullOfRole, "*"), []string{"error repository_arns: " + more, "on arn:aws:ecr:eu-west-1:111111111111:repository/stranger, which isn't among the repositories"}},
		"repositories of any account":  {"repositories", resources(1, "arn:aws:ecr:*:*:repository/team/*"), []string{"error repository_arns: " + more, "on arn:aws:ecr:eu-west-1:999999999999:repository/team/app, which isn't among"}},
		"any role":                     {"principals", who(1, condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111111111111:*", "arn:aws:iam::222222222222:role/ci/*")), []string{"error : " + more + "The endpoints let a role of account 111111111111 in another organization do "}},
		"any role may log in":          {"principals", who(0), []string{"error : " + more, "The endpoints let a role of account 999999999999 without an organization do ecr:GetAuthorizationToken on the registry", "The endpoints let the root user of account 999999999999 do"}},
		"roles that begin so":          {"principals", who(1, condition("ArnLike", "aws:PrincipalArn", executionRole+"*", "arn:aws:iam::222222222222:role/ci/*")), []string{"error : " + more + "The endpoints let " + executionRole + "-stranger do "}},
		"another account's role":       {"principals", who(1, condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/web-execution", "arn:aws:iam::222222222222:role/ci/*")), []string{"error : " + more + "The endpoints let arn:aws:iam::999999999999:role/web-execution do "}},
		"any organization":             {"organizations", who(1, condition("StringLike", "aws:PrincipalOrgID", "o-*")), []string{"error : " + more + "The endpoints let a role of account 111111111111 in another organization do "}},
		"organizations that begin so":  {"organizations", who(1, condition("StringLike", "aws:PrincipalOrgID", orgID+"*", otherOrgID)), []string{"error : " + more + "The endpoints let an organization whose id goes on after " + orgID + " do "}},
		"all but other organizations":  {"organizations", who(1, condition("StringNotEquals", "aws:PrincipalOrgID", "o-zzzzzzzzzz")), []string{"error : " + more + "The endpoints let an anonymous caller do ", "The endpoints let a role of account 999999999999 without an organization do "}},
		"strangers on the second": {"combined-narrowly", add(policy.Statement{Effect: policy.Allow, Actions: []string{"ecr:DeleteRepository"}, Resources: []string{"arn:aws:ecr:*:111111111111:repository/team/some*"}}), []string{
			"error access: " + more, "error : " + more + "The endpoints let an anonymous caller do ecr:DeleteRepository on arn:aws:ecr:eu-west-1:111111111111:repository/team/somebody",
		}},
		"AllowAll":        {"combined", add(policy.Statement{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}}), []string{"error : " + more, "error access: " + more}},
		"nothing is kept": {"combined-narrowly", actions(prevent, "ecr:PutImage"), []string{deleted + "Nothing keeps a role of account 111111111111 in another organization from deleting " + appARN, deleted + "Nothing keeps " + executionRole}},
		"kept from one": {"protected", change(1, func(s *policy.Statement) {
			s.Conditions = []policy.Condition{condition("ArnEquals", "aws:PrincipalArn", executionRole)}
		}), []string{deleted + "Nothing keeps everybody from deleting"}},
		"one of two is kept":      {"protected", resources(1, appARN), []string{deleted + "Nothing keeps everybody from deleting arn:aws:ecr:eu-west-1:111111111111:repository/base/somebody through"}},
		"more is kept":            {"protected", resources(1, "arn:aws:ecr:eu-west-1:111111111111:repository/*"), []string{"error protect_from_delete: " + stops + "The endpoints don't let everybody do ecr:DeleteRepository on arn:aws:ecr:eu-west-1:111111111111:repository/team/app-stranger:"}},
		"pushes are refused":      {"protected", actions(1, "ecr:DeleteRepository", "ecr:PutImage"), []string{"error protect_from_delete: " + stops + "The endpoints don't let everybody do ecr:PutImage on " + appARN}},
		"the registry is refused": {"protected", add(policy.Statement{Effect: policy.Deny, Actions: []string{"ecr:DescribeRegistry"}, Resources: []string{"*"}}), []string{"error : " + stops + "The endpoints don't let everybody do ecr:DescribeRegistry on the registry"}},
		"not all passes":          {"full", actions(0, "ecr:Batch*", "ecr:Get*"), []string{"error : " + stops + "The endpoints don't let everybody do "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			input := goldenEndpoints()[tc.golden]
			document, err := policy.Parse(pattern.EndpointPolicy(input).Canonical()) // its statements are in the golden file's order
			if err != nil {
				t.Fatal(err)
			}
			document.Statements = tc.tamper(document.Statements)
			proof := pattern.ProveEndpointPolicy(input, document, ireland())
			finds(t, proof.Problems, tc.found...)
			if (len(proof.Lines) > 0) == (len(tc.found) > 0) {
				t.Errorf("the lines are %q", proof.Lines)
			}
		})
	}
}

// What isn't known is taken for granted.
func TestProveEndpointPolicyUnknown(t *testing.T) {
	t.Parallel()
	finds(t, pattern.ProveEndpointPolicy(goldenEndpoints()["principals"], authz.UnknownDocument(), ireland()).Problems)
}

func TestEndpointPolicyProofLines(t *testing.T) {
	t.Parallel()
	const assumed, elsewhere = "assumed: the callers' identity policies and the repositories' policies allow it", "who reaches ECR by another way than these endpoints isn't limited by them"
	const pull = "do ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer on "
	for name, want := range map[string][]string{
		"full":         {"the ECR endpoints let everything through", assumed, elsewhere},
		"protected":    {"the ECR endpoints let everything else through", "nobody deletes " + appARN + ", arn:aws:ecr:eu-west-1:111111111111:repository/base/* through them", assumed, elsewhere},
		"repositories": {"the ECR endpoints let everybody log in, and " + pull + appARN + ", " + teamARNs, "they let nothing else through", assumed, elsewhere},
		"combined-narrowly": {
			"the ECR endpoints let " + executionRole + ", principals of the organization " + orgID + " log in, and " + pull + teamARNs, "they let nothing else through",
			"nobody deletes " + appARN + " through them", assumed, elsewhere,
		},
		"combined": {"the ECR endpoints let " + executionRole + " log in, and " + pull + "any repository", "they let nothing else through", "nobody deletes " + appARN + " through them", assumed, elsewhere},
	} {
		input := goldenEndpoints()[name]
		if got := pattern.ProveEndpointPolicy(input, pattern.EndpointPolicy(input), ireland()).Lines; !slices.Equal(got, want) {
			t.Errorf("%s:\n%s", name, strings.Join(got, "\n"))
		}
	}
}
