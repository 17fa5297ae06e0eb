// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestStory is that of the article: the lockdown forgot the role with which App Runner pulls, and lets it through once its unique
// id is exempt. Before and after, the repository has the article's document.
func TestStory(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	acctest.CreateRepository(t, a)
	config := func(exempt string) string {
		return a.ProviderBlock("") + `
resource "ecrx_apprunner_access_role" "web" {
  name = "web"
}
` + block(`
repository            = "team/app"
mode                  = "not_principal"
exempt_principal_arns = ["arn:aws:iam::`+a.AccountID+`:root", "`+caller(a)+`"]
`+exempt)
	}
	lives := func(seed string, want authz.Decision) statecheck.StateCheck {
		return acctest.Live(func() {
			name := "web"
			out, err := a.IAM().GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name})
			if err != nil {
				t.Fatal(err)
			}
			live := policy.New(acctest.Statements(t, a)...)
			if wanted := article(t, a, seed, *out.Role.RoleId); !policy.Equal(live, wanted) {
				t.Errorf("the policy is %s, want %s", live.Canonical(), wanted.Canonical())
			}
			if got := pull(live, *out.Role.Arn, *out.Role.RoleId+":service", a.AccountID); got != want {
				t.Errorf("App Runner's pull is %v, want %v", got, want)
			}
		})
	}
	acctest.Test(t,
		resource.TestStep{Config: config(""), ConfigStateChecks: []statecheck.StateCheck{lives("0-deny-others-before.json", authz.ExplicitlyDenied)}},
		resource.TestStep{
			Config:            config("exempt_user_ids = [ecrx_apprunner_access_role.web.user_id_pattern]"),
			ConfigStateChecks: []statecheck.StateCheck{lives("0-deny-others-after.json", authz.Allowed)},
		},
	)
	acctest.ExpectSids(t, a)
}

// article reads a document of the article, with this account's principals in the place of the article's.
func article(t *testing.T, a *awstest.AWS, name, roleID string) policy.Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "policy", "testdata", "seeds", name))
	if err != nil {
		t.Fatal(err)
	}
	d, err := policy.Parse(strings.NewReplacer("111111111111", a.AccountID, "user/admin", "user/awstest", "AROAEXAMPLE1234567890", roleID).Replace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// pull decides a pull by somebody of the account to whom all else allows it.
func pull(live policy.Document, arn, userID, account string) authz.Decision {
	layers := authz.Layers{
		Identity:   []*authz.Policy{authz.AssumedToAllow("identity policies")},
		Repository: []*authz.Policy{authz.Compile("repository policy", live)},
	}
	actions := []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	return authz.Caller{Principal: arn, UserID: userID}.DecideAccess(actions, authz.Repository{ARN: "arn:aws:ecr:eu-west-1:" + account + ":repository/" + name}, &layers)
}
