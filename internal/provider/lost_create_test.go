// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"regexp"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// The answer of a create is lost, and what it made can't be looked up: the error has the block that imports it, and that works. The
// other resources leave nothing: what a lost answer made of statements, inline policies and endpoints is known by its Sid, its name or
// its mark, and is removed again or kept in the state.
func TestLostCreateTellsItsImport(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	const repository = "arn:aws:ecr:eu-west-1:111111111111:repository/app"
	for name, test := range map[string]struct {
		resourceType, create, look, id string
		config                         func(*awstest.AWS) object
	}{
		"repository": {"ecrx_org_shared_repository", "CreateRepository", "DescribeRepositories", "^new@eu-west-1$", func(*awstest.AWS) object {
			return object{"name": "new"}
		}},
		"App Runner role": {"ecrx_apprunner_access_role", "CreateRole", "GetRole", "^r$", func(*awstest.AWS) object {
			return object{"name": "r", "settle_seconds": 0}
		}},
		"cross-account role": {"ecrx_cross_account_pull_role", "CreateRole", "GetRole", "^r$", func(*awstest.AWS) object {
			return object{"name": "r", "settle_seconds": 0, "trusted_accounts": []string{"222222222222"}, "repository_arns": []string{repository}}
		}},
		"CI role": {"ecrx_ci_push_role", "CreateRole", "GetRole", "^r$", func(a *awstest.AWS) object {
			return object{
				"name": "r", "settle_seconds": 0, "oidc_provider_arn": "arn:aws:iam::" + a.AccountID + ":oidc-provider/token.actions.githubusercontent.com",
				"repository_arns": []string{repository}, "subjects": []string{"repo:octo-org/app:ref:refs/heads/main"},
			}
		}},
		"execution role": {"ecrx_ecs_roles", "CreateRole", "GetRole", "^s-e-execution$", func(*awstest.AWS) object {
			return object{"service": "s", "environment": "e", "settle_seconds": 0, "execution": object{"repository_arns": []string{repository}}}
		}},
		"task role": {"ecrx_ecs_roles", "CreateRole", "GetRole", "^,s-e-task$", func(*awstest.AWS) object {
			return object{"service": "s", "environment": "e", "settle_seconds": 0, "task": object{}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			config := test.config(a)
			a.Inject(awstest.Fault{Kind: awstest.DropAfter, Action: test.create, Sticky: true})
			a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: test.look, Sticky: true})
			tf := acctest.Core(a, test.resourceType, map[string]any{"max_retries": 2})
			_, err := tf.Apply(t.Context(), config)
			acctest.ExpectError(t, err, "whether it was created isn't known")
			found := regexp.MustCompile(`\nimport \{\n  to = ` + test.resourceType + `\.NAME\n  id = "(.+)"\n\}`).FindStringSubmatch(err.Error())
			if found == nil || !regexp.MustCompile(test.id).MatchString(found[1]) {
				t.Fatalf("no import block with an id like %s in:\n%s", test.id, err)
			}
			a.ClearFaults()
			tf = acctest.Core(a, test.resourceType, nil)
			if err := tf.Import(t.Context(), found[1]); err != nil {
				t.Errorf("the import of %q: %s", found[1], err)
			}
			if _, err := tf.Apply(t.Context(), config); err != nil {
				t.Errorf("the apply after it: %s", err)
			}
		})
	}
}
