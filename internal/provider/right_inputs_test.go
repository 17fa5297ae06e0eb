// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// rightInputs gives configurations that are right, by type: together they have every argument. They are about what it makes in
// the account.
func rightInputs(t *testing.T, aws *awstest.AWS) map[string][]map[string]any {
	t.Helper()
	text, err := os.ReadFile("testdata/right_inputs.json")
	if err != nil {
		t.Fatal(err)
	}
	const document = `{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"ecr:GetDownloadUrlForLayer\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"}}}]}`
	network := aws.NewNetwork()
	parts := []string{
		"GRANTS", grants,
		"LOCKDOWN_OF_DATA", lockdown(""), "LOCKDOWN", lockdown(`, "exempt_role_names": ["deployer"]`),
		"EXECUTION", execution, "PERMISSIONS", permissions, "PULLS", pulls, "POLICIES", policies,
	}
	// What stands in the place of parts has names in the place of texts.
	names := []string{
		"DOCUMENT", document, "IDENTITY", strings.Replace(document, `\"Principal\":\"*\",`, "", 1),
		"TRUST", `{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::222222222222:root\"},\"Action\":\"sts:AssumeRole\"}]}`,
		"ACCOUNT", aws.AccountID, "VPC", network.VPC, "SUBNET", network.Subnets[0], "ROUTES", network.RouteTable, "GROUP", network.Group,
		"UNIT", organizationalUnit(t, aws),
	}
	repository, role, trust := "team/app", "deployer", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	if _, err := aws.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: &repository}); err != nil {
		t.Fatal(err)
	}
	issuer := "https://token.actions.githubusercontent.com"
	if _, err := aws.IAM().CreateOpenIDConnectProvider(t.Context(), &iam.CreateOpenIDConnectProviderInput{
		Url: &issuer, ClientIDList: []string{"sts.amazonaws.com"}, ThumbprintList: []string{strings.Repeat("a", 40)},
	}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{role, "orders-task"} {
		if _, err := aws.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust}); err != nil {
			t.Fatal(err)
		}
	}
	var inputs map[string][]map[string]any
	if err := json.Unmarshal([]byte(strings.NewReplacer(names...).Replace(strings.NewReplacer(parts...).Replace(string(text)))), &inputs); err != nil {
		t.Fatal(err)
	}
	return inputs
}

func organizationalUnit(t *testing.T, aws *awstest.AWS) string {
	t.Helper()
	if _, err := aws.Organizations().CreateOrganization(t.Context(), &organizations.CreateOrganizationInput{}); err != nil {
		t.Fatal(err)
	}
	roots, err := aws.Organizations().ListRoots(t.Context(), &organizations.ListRootsInput{})
	if err != nil {
		t.Fatal(err)
	}
	name := "Staging"
	unit, err := aws.Organizations().CreateOrganizationalUnit(t.Context(), &organizations.CreateOrganizationalUnitInput{ParentId: roots.Roots[0].Id, Name: &name})
	if err != nil {
		t.Fatal(err)
	}
	return *unit.OrganizationalUnit.Id
}

const (
	grants = `{
		"Dev": {
			"access": "pull", "accounts": ["222222222222"], "organization_ids": ["o-a1b2c3d4e5"], "organization_paths": ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"],
			"principal_arns": ["arn:aws:iam::222222222222:role/ci"], "principal_style": "account", "organization_unit_ids": ["ou-ab12-11111111"],
			"lambda": {"accounts": ["222222222222"], "function_arns": ["arn:aws:lambda:eu-west-1:222222222222:function:web"], "organization_ids": ["o-a1b2c3d4e5"]},
			"codebuild": {"project_arns": ["arn:aws:codebuild:eu-west-1:ACCOUNT:project/web"]},
			"conditions": [{"test": "StringEquals", "variable": "aws:SourceVpce", "values": ["vpce-0a1b2c3d4e5f60718"]}]
		},
		"Single": {"actions": ["ecr:BatchGetImage"], "accounts": ["222222222222"], "principal_arns": ["arn:aws:iam::222222222222:role/ci"]}
	}`

	execution = `{
		"name": "orders-execution", "kms_key_arns": ["arn:aws:kms:eu-west-1:ACCOUNT:key/1234abcd-12ab-34cd-56ef-1234567890ab"], "log_group_arns": ["arn:aws:logs:eu-west-1:ACCOUNT:log-group:/ecs/orders"],
		"parameter_arns": ["arn:aws:ssm:eu-west-1:ACCOUNT:parameter/orders/*"], "repository_arns": ["arn:aws:ecr:eu-west-1:ACCOUNT:repository/team/orders"],
		"secret_arns": ["arn:aws:secretsmanager:eu-west-1:ACCOUNT:secret:orders/db-AbCdEf"], "source_vpc_ids": ["vpc-0a1b2c3d4e5f60718"], "source_vpce_ids": ["vpce-0a1b2c3d4e5f60718"]
	}`
	permissions = `{
		"cloudformation_read": ["arn:aws:cloudformation:eu-west-1:ACCOUNT:stack/orders"], "cloudwatch_metrics": ["Orders"], "dax": ["arn:aws:dax:eu-west-1:ACCOUNT:cache/orders"],
		"dynamodb_read": ["arn:aws:dynamodb:eu-west-1:ACCOUNT:table/orders"], "dynamodb_write": ["arn:aws:dynamodb:eu-west-1:ACCOUNT:table/orders"],
		"elasticache_connect": ["arn:aws:elasticache:eu-west-1:ACCOUNT:replicationgroup:sessions", "arn:aws:elasticache:eu-west-1:ACCOUNT:user:web"],
		"elasticache_describe": ["arn:aws:elasticache:eu-west-1:ACCOUNT:replicationgroup:sessions"], "kms_key_arns": ["arn:aws:kms:eu-west-1:ACCOUNT:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
		"logs_write": ["arn:aws:logs:eu-west-1:ACCOUNT:log-group:/ecs/orders"], "rds_connect": ["arn:aws:rds-db:eu-west-1:ACCOUNT:dbuser:db-ABCDEFGHIJKL01234/app"],
		"rds_describe": ["arn:aws:rds:eu-west-1:ACCOUNT:db:orders"], "s3_read": ["arn:aws:s3:::orders-data/reports/*"], "s3_write": ["arn:aws:s3:::orders-data/uploads/*"],
		"sqs_receive": ["arn:aws:sqs:eu-west-1:ACCOUNT:orders"], "sqs_send": ["arn:aws:sqs:eu-west-1:ACCOUNT:invoices"], "ssm_parameters": ["arn:aws:ssm:eu-west-1:ACCOUNT:parameter/orders/*"],
		"statements": [{
			"sid": "Publish", "effect": "Allow", "actions": ["sns:Publish"], "resources": ["arn:aws:sns:eu-west-1:ACCOUNT:orders-shipped"],
			"conditions": [{"test": "StringEquals", "variable": "aws:SourceVpce", "values": ["vpce-0a1b2c3d4e5f60718"]}]
		}]
	}`
	pulls = `{
		"web": {
			"principal_arn": "arn:aws:iam::ACCOUNT:role/web", "organization_path": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/", "repository_arns": ["arn:aws:ecr:eu-west-1:ACCOUNT:repository/team/app"],
			"identity_policies": ["{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ecr:*\",\"Resource\":\"*\"}]}"],
			"repository_policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"ACCOUNT\"},\"Action\":\"ecr:*\"}]}"
		}
	}`
	policies = `{
		"boundary": ["IDENTITY"], "endpoint": ["DOCUMENT"], "gateway_endpoint": ["DOCUMENT"], "identity": ["IDENTITY"], "rcps": [["DOCUMENT"]], "registry": ["DOCUMENT"], "repository": ["DOCUMENT"],
		"scps": [["IDENTITY"]], "session": ["IDENTITY"]
	}`
)

func lockdown(more string) string {
	return `{
		"mode": "principal_arn", "exempt_accounts": ["222222222222"], "exempt_organization_ids": ["o-a1b2c3d4e5"], "exempt_organization_paths": ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"],
		"exempt_principal_arns": ["arn:aws:iam::ACCOUNT:role/deployer", "arn:aws:iam::ACCOUNT:user/*"], "exempt_replication_from": ["222222222222"], "exempt_user_ids": ["AIDAEXAMPLE1234567890"],
		"actions": ["ecr:*"], "sid": "DenyOthers"` + more + `
	}`
}

// rightAfterAll are values that TestWrongInputs tries and that are right.
func rightAfterAll() []right {
	const (
		none  = "an empty collection says none, as null does, so that a module can pass a variable on"
		free  = "the text is free"
		large = "AWS documents no greatest number"
	)
	var all []right
	for reason, entries := range map[string]map[string][]string{
		none: {
			"[]": {
				"grants.accounts", "grants.organization_*", "grants.principal_arns", "grants.lambda.*", "exempt_*", "lockdown.exempt_*", "permissions.*", "task.permissions.*",
				"execution.[klps]*", "ecrx_ecs_execution_policy_document [klps]*_*s", "policies.*", "*_policy_documents", "principals.identity_policies",
				"ecrx_trust_policy_document accounts", "ecrx_trust_policy_document organization_ids", "ecrx_trust_policy_document principal_arns", "source_arns",
				"ecrx_tag_scoped_policy_document repository_arns", "names", "organization_unit_ids",
				"ecrx_private_endpoints_diagnosis include", "ecrx_private_endpoints_diagnosis exclude",
			},
			"{}": {"grants", "ecrx_access_matrix repositories"},
		},
		free:                                     {`""`: {"description"}, `" "`: {"description"}, `"nonsense!"`: {"description", "*.user_id"}, `["nonsense!"]`: {"audiences", "oidc.audiences", "subjects", "oidc.subjects"}},
		large:                                    {"1099511627776": {"retention.*"}},
		"the account is in no organization":      {`""`: {"requests.*organization_path", "principals.organization_path", "repositories.organization_path"}},
		"the repository has no policy":           {`""`: {"repositories.policy_json"}},
		"a topic can be what a service acts for": {`["arn:aws:sns:eu-west-1:ACCOUNT:*"]`: {"source_arns"}},
	} {
		for value, arguments := range entries {
			for _, argument := range arguments {
				all = append(all, right{argument, value, reason})
			}
		}
	}
	return all
}

// elsewhere are the values that are wrong only beside another argument, on which the error may stand.
func elsewhere() map[string]string {
	return map[string]string{
		"services = []":                  "accounts", // one of both is needed
		"repository_arns = []":           "source_vpc_ids",
		"execution.repository_arns = []": "source_vpc_ids",
	}
}
