// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// TestBadInput gives one wrong value at a time: the plan fails with one error, on the argument, that says what to write.
func TestBadInput(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	acctest.CreateRepository(t, a)
	type arguments = map[string]any
	names := func(name string) arguments { return arguments{"exempt_role_names": []string{name}} }
	byIDs := arguments{"mode": "user_id", "exempt_principal_arns": []string{caller(a)}}
	byNotPrincipal := func(name string, value any) arguments {
		return arguments{"mode": "not_principal", "exempt_principal_arns": []string{"arn:aws:iam::" + a.AccountID + ":root", caller(a)}, name: value}
	}
	with := func(name string, value any) arguments {
		return arguments{"exempt_principal_arns": []string{caller(a)}, name: value}
	}
	for test, c := range map[string]struct {
		arguments   arguments
		begin, want string
	}{
		"ARN as the name of a role":          {names("arn:aws:iam::111111111111:role/ops/deployer"), "exempt_role_names: ARN in the place of a name: ", `its name here: "deployer"`},
		"path in a name":                     {names("ops/deployer"), "exempt_role_names: Path in a name: ", `Write "deployer"`},
		"wildcard in a name":                 {names("deploy*"), "exempt_role_names: Wildcard in a name: ", "exempt_principal_arns"},
		"name that no role has":              {names("deployer:ci"), "exempt_role_names: Invalid role name: ", "1 to 64 letters"},
		"NotPrincipal with names":            {byNotPrincipal("exempt_role_names", []string{"deployer"}), "exempt_role_names: Argument that has no effect: ", `mode = "principal_arn"`},
		"NotPrincipal with its caller":       {byNotPrincipal("exempt_caller", true), "exempt_caller: Argument that has no effect: ", `mode = "principal_arn"`},
		"NotPrincipal with an account":       {byNotPrincipal("exempt_accounts", []string{"222222222222"}), "exempt_accounts: Argument that has no effect: ", `mode = "principal_arn"`},
		"ids without one":                    {byIDs, "mode: Mode that has no effect: ", "exempt_role_names"},
		"mode":                               {with("mode", "arn"), "mode: Unknown mode of a lockdown: ", `"principal_arn"`},
		"Sid":                                {with("sid", "deny-others"), "sid: Invalid Sid: ", `Write "DenyOthers"`},
		"nobody":                             {arguments{}, "exempt_principal_arns: Lockdown that exempts nobody: ", "exempt_principal_arns"},
		"no action":                          {with("actions", []string{}), "actions: Lockdown of no action: ", "ecr:*"},
		"the login":                          {with("actions", []string{"ecr:GetAuthorizationToken"}), "actions: Not an action on a repository: ", "Remove it"},
		"session as a principal":             {arguments{"exempt_principal_arns": []string{"arn:aws:sts::111111111111:assumed-role/ci/x"}}, "exempt_principal_arns: Session in the place of a role: ", "role/ci"},
		"principal of another partition":     {with("exempt_principal_arns", []string{caller(a), "arn:aws-cn:iam::111111111111:role/ci"}), "exempt_principal_arns: Principal of another partition: ", `"aws-cn"`},
		"unique id without a session's name": {with("exempt_user_ids", []string{"AROAEXAMPLE1234567890"}), "exempt_user_ids: Role without a session: ", `"AROAEXAMPLE1234567890:*"`},
		"account id":                         {with("exempt_accounts", []string{"2222"}), "exempt_accounts: Invalid account id: ", "12 digits"},
		"repository":                         {with("repository", "Team/App"), "repository: ", "is not a name that ECR takes"},
		"registry":                           {with("registry_id", "1111"), "registry_id: ", "12 digits"},
		"Region":                             {with("region", "europe"), "region: ", `"eu-west-1"`},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			tf, _ := core(a, nil)
			_, err := tf.Plan(t.Context(), lockdown(c.arguments))
			expectOneError(t, err, c.begin, c.want)
		})
	}
	t.Cleanup(func() { unwritten(t, a) })
}

// TestErrorsAtApply are those that only ECR can tell, or the policy: it stays as it was.
func TestErrorsAtApply(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		arguments   map[string]any
		begin, want string
	}{
		"Sid that is taken": {map[string]any{"sid": "LambdaECRImageRetrievalPolicy"}, ": creating ECR repository lockdown (team/app/LambdaECRImageRetrievalPolicy): ", "import this resource"},
		"no repository":     {map[string]any{"repository": "team/none"}, ": creating ECR repository lockdown (team/none/DenyOthers): ", "RepositoryNotFoundException"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arrange(t, a)
			c.arguments["exempt_principal_arns"] = []string{caller(a)}
			tf, _ := core(a, nil)
			_, err := tf.Apply(t.Context(), lockdown(c.arguments))
			expectOneError(t, err, c.begin, c.want)
			if tf.State != nil {
				t.Errorf("the state holds %s", tf.State.Attributes)
			}
			unwritten(t, a)
			gone(t, a)
		})
	}
}
