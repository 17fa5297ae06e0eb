// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// seedDocument reads a document that the project starts from, with an account in the place of its placeholder. policy keeps
// the one copy of them.
func seedDocument(t *testing.T, name string) policy.Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "policy", "testdata", "seeds", name))
	if err != nil {
		t.Fatal(err)
	}
	d, err := policy.Parse(strings.ReplaceAll(string(text), "{アカウント2_aws_account_id}", "222222222222"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTrustOfSeeds(t *testing.T) {
	t.Parallel()
	for seed, got := range map[string]policy.Document{
		"0-apprunner-access-trust.json": pattern.AppRunnerRole(pattern.AppRunnerRoleInput{}, ireland()).Trust,
		"1-trust-policy.derived.json":   pattern.Trust{Accounts: []string{"222222222222"}, ExternalID: "test"}.Document("aws"),
	} {
		if want := seedDocument(t, seed); !policy.Equal(want, got) {
			t.Errorf("%s is\n%s, and the pattern gives\n%s", seed, want.Canonical(), got.Canonical())
		}
	}
}

// TestScopedPolicyAgainstSeed holds what the author of the tag-scoped policy tested and claimed against what he wrote and what
// the pattern writes: what he tested is decided the same, what he claimed in vain is left out or given for real.
func TestScopedPolicyAgainstSeed(t *testing.T) {
	t.Parallel()
	who := authz.Caller{Principal: "arn:aws:sts::111111111111:assumed-role/allow_ecr_release/allow_ecr_release"}
	release := tags("environment", "release")
	decide := func(d policy.Document, action string, tags map[string]string) authz.Decision {
		repository := authz.Repository{ARN: "arn:aws:ecr:eu-west-1:111111111111:repository/release", Tags: tags}
		if meta, _ := policy.ECRAction(action); !meta.RepositoryLevel {
			repository = authz.Repository{ARN: "*"}
		}
		return who.DecideAccess([]string{action}, repository, &authz.Layers{Identity: []*authz.Policy{authz.Compile("seed", d)}})
	}
	const yes, no = authz.Allowed, authz.ImplicitlyDenied
	seed := seedDocument(t, "1-allow-ecr-release.json")
	pull := pattern.ScopedPolicy("pull", tagged("environment", "release"), ireland())
	read := pattern.ScopedPolicy("read_only", tagged("environment", "release"), ireland())
	for name, tc := range map[string]struct {
		action           string
		tags             map[string]string
		seed, pull, read authz.Decision
	}{
		// What he measured: of two repositories, the one tagged release can be described.
		"describes release":            {"ecr:DescribeImages", release, yes, no, yes},
		"describes develop":            {"ecr:DescribeImages", tags("environment", "develop"), no, no, no},
		"describes one without tags":   {"ecr:DescribeImages", tags(), no, no, no},
		"pulls release":                {"ecr:BatchGetImage", release, yes, yes, yes},
		"pulls a layer of release":     {"ecr:GetDownloadUrlForLayer", release, yes, yes, yes},
		"asks for layers of release":   {"ecr:BatchCheckLayerAvailability", release, yes, yes, yes},
		"pulls develop":                {"ecr:BatchGetImage", tags("environment", "develop"), no, no, no},
		"logs in":                      {"ecr:GetAuthorizationToken", nil, yes, yes, yes},
		"reads the policy of release":  {"ecr:GetRepositoryPolicy", release, yes, no, yes},
		"reads the scan of release":    {"ecr:DescribeImageScanFindings", release, yes, no, yes},
		"reads the rules of release":   {"ecr:GetLifecyclePolicy", release, yes, no, yes},
		"previews rules of release":    {"ecr:GetLifecyclePolicyPreview", release, yes, no, yes},
		"pushes to release":            {"ecr:PutImage", release, no, no, no},
		"tags release":                 {"ecr:TagResource", release, no, no, no},
		"deletes release":              {"ecr:DeleteRepository", release, no, no, no},
		"pulls in any letter case":     {"ecr:BatchGetImage", tags("Environment", "release"), yes, yes, yes},
		"pulls one tagged Release":     {"ecr:BatchGetImage", tags("environment", "Release"), no, no, no},
		"lists, which he meant":        {"ecr:ListImages", release, no, no, yes},
		"describes the repository":     {"ecr:DescribeRepositories", release, no, no, yes},
		"lists the repository's tags":  {"ecr:ListTagsForResource", release, no, no, yes},
		"reads the registry's policy":  {"ecr:GetRegistryPolicy", nil, no, no, no},
		"describes the whole registry": {"ecr:DescribeRegistry", nil, no, no, no},
	} {
		for document, want := range map[string]authz.Decision{"seed": tc.seed, "pull": tc.pull, "read": tc.read} {
			d := map[string]policy.Document{"seed": seed, "pull": pull, "read": read}[document]
			if got := decide(d, tc.action, tc.tags); got != want {
				t.Errorf("%s: %s by the document %q is %s, want %s", name, tc.action, document, got, want)
			}
		}
	}
	describe := pattern.ScopedPolicy("pull_describe", tagged("environment", "release"), ireland())
	for value, want := range map[string]authz.Decision{"release": yes, "develop": no} {
		for document, d := range map[string]policy.Document{"seed": seed, "pull_describe": describe} {
			if got := decide(d, "ecr:DescribeImages", tags("environment", value)); got != want {
				t.Errorf("describes %s by the document %q: %s, want %s", value, document, got, want)
			}
		}
	}
	// The seed's mistakes: the login under a tag, actions on the registry under a tag, and "*" for repositories.
	if got := policy.Findings(seed, policy.KindIdentity); len(got) == 0 {
		t.Error("nothing is found in the seed")
	}
	for _, d := range []policy.Document{pull, read} {
		if got := policy.Findings(d, policy.KindIdentity); len(got) > 0 {
			t.Errorf("%s: %s", got[0].Code, got[0].Message)
		}
	}
}
