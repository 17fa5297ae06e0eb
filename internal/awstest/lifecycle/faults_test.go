// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const bugVariable = "ECRX_TINY_BUG"

// TestFaults goes through the life of a provider without a bug. TestFaultsFindsBugs runs it again, with bugs.
func TestFaults(t *testing.T) {
	t.Parallel()
	lifecycle.Faults(t, tinyCase(os.Getenv(bugVariable)))
}

func TestFaultsFindsBugs(t *testing.T) {
	t.Parallel()
	for bug, find := range map[string]struct{ where, want string }{
		forgetsObject:    {"create/call3", "the repository is left"},
		losesForeign:     {"without", "the foreign statement is lost"},
		hidesError:       {"update1/call4", "the plan after update1 is update"},
		namesNothing:     {"read/call1", "the error doesn't name team/app"},
		panics:           {"create/call1", "provider bug in ApplyResourceChange:"},
		breaksPromise:    {"without", "tiny_share.account: planned"},
		savesUnknown:     {"without", "unknown"},
		dropsOnUpdate:    {"update1/call4", "update1 doesn't converge"},
		deletesNothing:   {"destroy/call3", "the repository is left"},
		reliesOnIdentity: {"without-identity", "Missing Resource Identity After Update"},
	} {
		t.Run(bug, func(t *testing.T) {
			t.Parallel()
			phase, call, _ := strings.Cut(find.where, "/")
			cmd := exec.Command(os.Args[0], fmt.Sprintf("-test.run=^TestFaults$/^(without|%s)$/%s/^AccessDenied(-stays)?$", phase, call))
			cmd.Env = append(os.Environ(), bugVariable+"="+bug)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || !strings.Contains(string(out), find.want) {
				t.Errorf("with the bug the harness ends with %v and doesn't say %q:\n%s", err, find.want, out)
			}
		})
	}
}

func tinyCase(bug string) lifecycle.Case {
	return lifecycle.Case{
		Type:           "tiny_share",
		Object:         "team/app",
		Provider:       newTiny(bug),
		ProviderConfig: tinyConfig,
		Configs: func(*awstest.AWS) []map[string]any {
			return []map[string]any{
				{"name": "team/app", "account": "222222222222"},
				{"name": "team/app", "account": "333333333333"},
			}
		},
		AfterCreate: func(t testing.TB, a *awstest.AWS) {
			t.Helper()
			own, err := statementsOf(a)
			if err != nil {
				t.Fatal(err)
			}
			own["Foreign"] = "444444444444"
			if err := setStatements(t.Context(), a.ECR(), "team/app", own); err != nil {
				t.Fatal(err)
			}
		},
		Check: func(t testing.TB, a *awstest.AWS) {
			t.Helper()
			if statements, err := statementsOf(a); err != nil || statements["Foreign"] == "" {
				t.Errorf("the foreign statement is lost: %v, %v", statements, err)
			}
		},
		Gone: func(t testing.TB, a *awstest.AWS) {
			t.Helper()
			_, err := a.ECR().DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RepositoryNames: []string{"team/app"}})
			var none *types.RepositoryNotFoundException
			if !errors.As(err, &none) {
				t.Errorf("the repository is left: %v", err)
			}
		},
	}
}

func tinyConfig(a *awstest.AWS) map[string]any {
	return map[string]any{"endpoint": a.Endpoint(), "access_key": a.AccessKey, "secret_key": a.SecretKey}
}

func statementsOf(a *awstest.AWS) (map[string]string, error) {
	return (&tinyResource{ecr: a.ECR()}).statements(context.Background(), "team/app")
}

func createRepository(t *testing.T, a *awstest.AWS) {
	t.Helper()
	name := "team/app"
	if _, err := a.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: &name}); err != nil {
		t.Fatal(err)
	}
}
