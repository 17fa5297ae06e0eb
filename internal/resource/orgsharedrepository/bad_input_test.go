// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestBadInput gives one wrong value at a time: the plan fails with one error, on the attribute, that says what is wrong.
func TestBadInput(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	for test, c := range map[string]struct {
		config map[string]any
		at     string
		want   string
	}{
		"name with capitals":     {map[string]any{"name": "Team/App"}, "name", "lower-case letters"},
		"name with two dots":     {map[string]any{"name": "team..app"}, "name", "is not a name that ECR takes"},
		"name of one letter":     {map[string]any{"name": "a"}, "name", "2 to 256"},
		"name that ends in /":    {map[string]any{"name": "team/"}, "name", "is not a name that ECR takes"},
		"path without its slash": {granted("organization_paths", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"), grantAt("organization_paths"), "/"},
		"path that never matches": {
			granted("organization_paths", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111*"), grantAt("organization_paths"), "ou-ab12-11111111",
		},
		"path without organization":          {granted("organization_paths", "r-ab12/ou-ab12-11111111/*"), grantAt("organization_paths"), "o-"},
		"organizational unit that isn't one": {granted("organization_unit_ids", "Development"), grantAt("organization_unit_ids"), "ou-"},
		"organization that isn't one":        {granted("organization_ids", "a1b2c3d4e5"), grantAt("organization_ids"), "o-"},
		"account of 10 digits":               {granted("accounts", "1111111111"), grantAt("accounts"), "12 digits"},
		"wildcard in a principal's account": {
			granted("principal_arns", "arn:aws:iam::*:role/ci"), grantAt("principal_arns"), "12 digits",
		},
		"account root as principal": {granted("principal_arns", "arn:aws:iam::222222222222:root"), grantAt("principal_arns"), "accounts"},
		"session as principal": {
			granted("principal_arns", "arn:aws:sts::222222222222:assumed-role/ci/x"), grantAt("principal_arns"), "arn:aws:iam::222222222222:role/ci",
		},
		"role in the place of a function": {
			grant(map[string]any{"lambda": map[string]any{"function_arns": []string{"arn:aws:iam::222222222222:role/web"}}}),
			grantAt("lambda", "function_arns"), "function:NAME",
		},
		"project of another account": {
			grant(map[string]any{"codebuild": map[string]any{"project_arns": []string{"arn:aws:codebuild:eu-west-1:999999999999:project/web"}}}),
			grantAt("codebuild", "project_arns"), "service role",
		},
		"unknown access": {
			grant(map[string]any{"access": "read", "accounts": []string{"222222222222"}}), grantAt("access"), `"pull"`,
		},
		"nobody":  {grant(map[string]any{"access": "pull"}), grantAt(), "Set at least one of"},
		"nothing": {grant(map[string]any{"accounts": []string{"222222222222"}}), grantAt("access"), `access = "pull"`},
		"name of a grant": {map[string]any{"name": name, "grants": map[string]any{
			"dev-team": map[string]any{"access": "pull", "accounts": []string{"222222222222"}},
		}}, `grants["dev-team"]`, `Write "DevTeam"`},
		"two grants with one Sid": {map[string]any{"name": name, "grants": map[string]any{
			"Web": map[string]any{
				"access": "pull", "accounts": []string{"222222222222"}, "organization_ids": []string{"o-a1b2c3d4e5"},
			},
			"WebAccounts": map[string]any{"access": "pull", "accounts": []string{"333333333333"}},
		}}, `grants["WebAccounts"]`, `"WebAccounts"`},
		"GetAuthorizationToken": {
			grant(map[string]any{"actions": []string{"ecr:GetAuthorizationToken"}, "accounts": []string{"222222222222"}}),
			grantAt("actions"), "identity policy",
		},
		"action of the registry": {
			grant(map[string]any{"actions": []string{"ecr:DescribeRegistry"}, "accounts": []string{"222222222222"}}),
			grantAt("actions"), "registry",
		},
		"action of another service": {
			grant(map[string]any{"actions": []string{"s3:GetObject"}, "accounts": []string{"222222222222"}}), grantAt("actions"), "ecr:",
		},
		"exclusions without the mode": {
			map[string]any{"name": name, "image_tag_mutability": "IMMUTABLE", "image_tag_mutability_exclusions": []string{"latest"}},
			"image_tag_mutability_exclusions", "IMMUTABLE_WITH_EXCLUSION",
		},
		"exclusions without any mode": {
			map[string]any{"name": name, "image_tag_mutability_exclusions": []string{"latest"}},
			"image_tag_mutability_exclusions", "IMMUTABLE_WITH_EXCLUSION",
		},
		"mode without exclusions": {
			map[string]any{"name": name, "image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION"},
			"image_tag_mutability_exclusions", `["latest"]`,
		},
		"exclusion with three wildcards": {
			map[string]any{"name": name, "image_tag_mutability": "MUTABLE_WITH_EXCLUSION", "image_tag_mutability_exclusions": []string{"a*b*c*"}},
			"image_tag_mutability_exclusions[…]", "at most two wildcards",
		},
		"KMS key with AES256": {
			map[string]any{"name": name, "encryption": map[string]any{"type": "AES256", "kms_key": "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"}},
			"encryption.kms_key", `type = "KMS"`,
		},
		"alias of a KMS key": {
			map[string]any{"name": name, "encryption": map[string]any{"type": "KMS", "kms_key": "alias/ecr"}}, "encryption.kms_key", "full ARN",
		},
		"lifecycle policy with 51 rules": {
			map[string]any{"name": name, "lifecycle_policy": rules(51, func(i int) int { return i + 1 })}, "lifecycle_policy", "50 rules",
		},
		"lifecycle policy with one priority twice": {
			map[string]any{"name": name, "lifecycle_policy": rules(2, func(int) int { return 1 })}, "lifecycle_policy", "two rules have the rulePriority 1",
		},
		"lifecycle policy that isn't JSON": {map[string]any{"name": name, "lifecycle_policy": "keep 10"}, "lifecycle_policy", "not a JSON object"},
		"lifecycle policy beside retention": {
			map[string]any{"name": name, "lifecycle_policy": expireAfter(3), "retention": map[string]any{"keep_last": 3}}, "lifecycle_policy", "retention",
		},
		"prefixes with nothing that expires": {
			map[string]any{"name": name, "retention": map[string]any{"keep_tag_prefixes": []string{"v"}}}, "retention.keep_tag_prefixes", "keep_last",
		},
		"retention without a rule": {
			map[string]any{"name": name, "retention": map[string]any{}}, "retention", "lifecycle_policy = jsonencode({ rules = [] })",
		},
		"two rules for any image": {
			map[string]any{"name": name, "retention": map[string]any{"keep_last": 3, "archive_unpulled_days": 30}}, "retention.archive_unpulled_days", "ECR takes one",
		},
		"archived for a month":    {map[string]any{"name": name, "retention": map[string]any{"expire_archived_days": 30}}, "retention.expire_archived_days", "at least 90"},
		"no image to keep":        {map[string]any{"name": name, "retention": map[string]any{"keep_last": 0}}, "retention.keep_last", "at least 1"},
		"region that isn't one":   {map[string]any{"name": name, "region": "europe"}, "region", `"eu-west-1"`},
		"51 tags":                 {map[string]any{"name": name, "tags": tags(51)}, "tags", "50 tags"},
		"tag of AWS's own":        {map[string]any{"name": name, "tags": map[string]string{"aws:team": "web"}}, `tags["aws:team"]`, "Choose another key"},
		"unmanaged statements":    {map[string]any{"name": name, "on_unmanaged_statements": "delete"}, "on_unmanaged_statements", `"remove"`},
		"policy that is too long": {manyAccounts(700), "grants", "10240"},
		"wildcard in a condition": {
			grant(map[string]any{"access": "pull", "organization_paths": []string{"o-*/*"}}), grantAt("organization_paths"), "o-",
		},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			_, err := acctest.Core(a, resourceType, map[string]any{"organization_id": "o-a1b2c3d4e5"}).Plan(t.Context(), c.config)
			expectOneError(t, err, c.at, c.want)
		})
	}
	t.Cleanup(func() {
		if calls := acctest.Writes(a); len(calls) > 0 {
			t.Errorf("plans made the calls %q", calls)
		}
	})
}

// expectOneError expects one error, on the attribute.
func expectOneError(t *testing.T, err error, at, want string) {
	t.Helper()
	var reported *lifecycle.DiagnosticsError
	if !errors.As(err, &reported) {
		t.Fatalf("the plan gives %v, want an error that contains %q", err, want)
	}
	var found []*tfprotov6.Diagnostic
	for _, d := range reported.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		t.Errorf("%d errors, want one: %s", len(found), err)
	}
	if got := attribute(found[0]); got != at {
		t.Errorf("the error is on %q, want %q: %s", got, at, err)
	}
	if !strings.Contains(found[0].Summary+": "+found[0].Detail, want) {
		t.Errorf("the error doesn't say %q: %s", want, err)
	}
}

// attribute writes the diagnostic's path as Terraform does.
func attribute(d *tfprotov6.Diagnostic) string {
	var b strings.Builder
	for _, step := range d.Attribute.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(string(step))
		case tftypes.ElementKeyString:
			fmt.Fprintf(&b, "[%q]", string(step))
		default:
			b.WriteString("[…]")
		}
	}
	return b.String()
}

// grant gives a configuration with one grant.
func grant(row map[string]any) map[string]any {
	return map[string]any{"name": name, "grants": map[string]any{"Web": row}}
}

// granted gives a configuration with one grant of pull.
func granted(who string, values ...string) map[string]any {
	return grant(map[string]any{"access": "pull", who: values})
}

// grantAt gives the path of an attribute of grant's grant.
func grantAt(attributes ...string) string {
	return strings.Join(append([]string{`grants["Web"]`}, attributes...), ".")
}

func rules(n int, priority func(int) int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`{"rulePriority":%d,"selection":{"tagStatus":"tagged","tagPrefixList":["v%d"],"countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}`, priority(i), i)
	}
	return `{"rules":[` + strings.Join(all, ",") + `]}`
}

func tags(n int) map[string]string {
	tags := map[string]string{}
	for i := range n {
		tags[fmt.Sprintf("key%d", i)] = "value"
	}
	return tags
}

func manyAccounts(n int) map[string]any {
	var accounts []string
	for i := range n {
		accounts = append(accounts, fmt.Sprintf("%012d", 200000000000+i))
	}
	return granted("accounts", accounts...)
}
