// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// TestRoleLines holds the words of each role's proof, a fact a line, and that they name everything that narrows the role.
func TestRoleLines(t *testing.T) {
	t.Parallel()
	const (
		assumed    = "assumed to allow, as they can't be read from here: a permissions boundary, session policies, SCPs, RCPs, and policies of resources in other accounts"
		callersToo = "assumed to allow, as they can't be read from here: identity policies of those who assume the role, a permissions boundary, session policies, SCPs, RCPs, and policies of resources in other accounts"
		nobody     = "nobody else can assume the role"
		others     = "; other policies of the role aren't part of this proof"
		nothing    = "this policy lets it do nothing else in Amazon ECR, and nothing on other repositories" + others
	)
	tagged := pattern.RepositoryScope{ResourceTags: tags("environment", "release", "team", "pay")}
	for name, tc := range map[string]struct{ got, want []string }{
		"App Runner, managed": {pattern.AppRunnerRoleLines(pattern.AppRunnerRoleInput{}), []string{
			"build.apprunner.amazonaws.com can assume the role", nobody,
			"it can log in to Amazon ECR and do ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:DescribeImages and ecr:GetDownloadUrlForLayer on every repository", nothing, assumed,
		}},
		"cross-account, accounts and principals": {pattern.CrossAccountRoleLines(pattern.CrossAccountRoleInput{
			TrustedAccounts: []string{"333333333333", "222222222222"}, TrustedPrincipalARNs: []string{"arn:aws:iam::444444444444:role/ci"},
			ExternalID: "x-1", OrganizationIDs: []string{"o-a1b2c3d4e5"}, RepositoryScope: tagged,
		}, ireland()), []string{
			"principals of accounts 222222222222 and 333333333333 can assume the role where sts:ExternalId is x-1 and aws:PrincipalOrgID is o-a1b2c3d4e5",
			"arn:aws:iam::444444444444:role/ci can assume the role where sts:ExternalId is x-1 and aws:PrincipalOrgID is o-a1b2c3d4e5", nobody,
			"it can log in to Amazon ECR and has pull access to arn:aws:ecr:*:111111111111:repository/* where the tag environment is release and the tag team is pay", nothing, callersToo,
		}},
		"cross-account, an organization": {pattern.CrossAccountRoleLines(pattern.CrossAccountRoleInput{
			OrganizationIDs: []string{"o-a1b2c3d4e5"}, Access: "read_only", RepositoryScope: pattern.RepositoryScope{RepositoryARNs: []string{appARN}},
		}, ireland()), []string{
			"principals of the organization o-a1b2c3d4e5 can assume the role", nobody,
			"it can log in to Amazon ECR and has read_only access to " + appARN, nothing, callersToo,
		}},
		"pipelines": {pattern.CIRoleLines(pattern.CIRoleInput{
			ProviderARN: "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com", Subjects: []string{"repo:acme/web:ref:refs/heads/main"},
			RepositoryScope: pattern.RepositoryScope{RepositoryARNs: []string{appARN}},
		}, ireland()), []string{
			"tokens of token.actions.githubusercontent.com with the subject repo:acme/web:ref:refs/heads/main for the audience sts.amazonaws.com can assume the role", nobody,
			"it can log in to Amazon ECR and has push_pull access to " + appARN, nothing, callersToo,
		}},
		"execution": {pattern.ECSExecutionRoleLines(everyExecution()), []string{
			"ecs-tasks.amazonaws.com can assume the role", nobody,
			"it can log in to Amazon ECR and has pull access to " + taskRepository + " where the call comes from vpc-0a1b2c3d4e5f60718 and the call comes through vpce-01234567 or vpce-0a1b2c3d4e5f60718", nothing,
			"it can do all that log_group_arns, secret_arns, parameter_arns and kms_key_arns stand for, on each resource that they name", assumed,
		}},
		"execution without repositories": {pattern.ECSExecutionRoleLines(pattern.ECSExecution{LogGroupARNs: []string{taskLogs}}), []string{
			"ecs-tasks.amazonaws.com can assume the role", nobody, "this policy lets it do nothing in Amazon ECR" + others, "it can do all that log_group_arns stands for, on each resource that it names", assumed,
		}},
		"task": {pattern.ECSTaskRoleLines(pattern.ECSTask{Permissions: pattern.ECSPermissions{SQSSend: []string{taskQueue}, ECSExec: true, Statements: []policy.Statement{{}}}}, ireland()), []string{
			"ecs-tasks.amazonaws.com can assume the role for account 111111111111 on behalf of arn:aws:ecs:eu-west-1:111111111111:*", nobody,
			"it can do all that sqs_send and ecs_exec stand for, on each resource that they name", "it can do what statements allow; this policy lets it do nothing else in Amazon ECR" + others, assumed,
		}},
		"infrastructure": {pattern.ECSInfrastructureRoleLines(ireland()), []string{
			"ecs.amazonaws.com can assume the role", nobody,
			"what it can do is for AWS's policy to say: arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices", assumed,
		}},
		"permissions alone": {pattern.ECSPermissionsLines(pattern.ECSPermissions{CloudWatchMetrics: []string{"Orders"}, KMSKeyARNs: []string{taskKey}}), []string{
			"it can do all that cloudwatch_metrics and kms_key_arns stand for, on each resource that they name", "this policy lets it do nothing in Amazon ECR" + others, assumed,
		}},
	} {
		if got, want := strings.Join(tc.got, "\n"), strings.Join(tc.want, "\n"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}
