// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositoryaccess_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const (
	address = "data.ecrx_repository_access.test"
	assumed = "assumed to allow, as they can't be read from here: identity policies, SCPs, RCPs and the registry policy"
	nobody  = "the repository policy lets in nobody else: no anonymous caller, no other organization or OU, and no AWS service that acts for others; the registry policy isn't part of this proof"
	pull    = `"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`
)

func config(arguments string) string {
	return "data \"ecrx_repository_access\" \"test\" {\n" + arguments + "\n}\n"
}

// read reads the repository of the tests, without more.
var read = config(`repository = "team/app"`)

func value(attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check)
}

func text(value string) knownvalue.Check { return knownvalue.StringExact(value) }

func texts(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(values))
	for i, v := range values {
		checks[i] = text(v)
	}
	return knownvalue.ListExact(checks)
}

func objects(checks ...map[string]knownvalue.Check) knownvalue.Check {
	out := make([]knownvalue.Check, len(checks))
	for i, c := range checks {
		out[i] = knownvalue.ObjectExact(c)
	}
	return knownvalue.ListExact(out)
}

func none() knownvalue.Check { return knownvalue.ListSizeExact(0) }

// newAWS has the repository with a policy of the statements; none when there is no text.
func newAWS(t *testing.T, statements string, options ...awstest.Option) *awstest.AWS {
	t.Helper()
	a := awstest.New(t, options...)
	acctest.CreateRepository(t, a)
	if statements != "" {
		acctest.SetPolicy(t, a, `{"Version":"2012-10-17","Statement":[`+statements+`]}`)
	}
	a.ResetCalls()
	return a
}

// TestPolicy reads grants of several kinds, a lockdown that kills one of them, and a statement of somebody else.
func TestPolicy(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	statements := []string{
		`{"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"222222222222"},` + pull + `}`,
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::333333333333:root"},` + pull + `,"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-0a1b2c3d"}}}`,
		acctest.Foreign,
		`{"Sid":"DenyOthers","Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::` + a.AccountID + `:root","arn:aws:iam::` + a.AccountID + `:user/awstest"]},"NotAction":"ecr:PutImage","Condition":{"Null":{"aws:PrincipalOrgID":"true"}}}`,
		`{"Sid":"Closed","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage","Condition":{"StringNotEquals":{"aws:PrincipalAccount":["` + a.AccountID + `","333333333333"]}}}`,
	}
	acctest.CreateRepository(t, a)
	acctest.SetPolicy(t, a, fmt.Sprintf(`{"Version":"2012-10-17","Statement":[%s,%s,%s,%s,%s]}`, statements[0], statements[1], statements[2], statements[3], statements[4]))
	a.ResetCalls()
	root := "arn:aws:iam::" + a.AccountID + ":root"
	user := "arn:aws:iam::" + a.AccountID + ":user/awstest"
	partner := `{"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},` + pull + `}`
	others := `{"Sid":"DenyOthers","Effect":"Deny","NotPrincipal":{"AWS":["` + root + `","` + user + `"]},"NotAction":"ecr:PutImage","Condition":{"Null":{"aws:PrincipalOrgID":"true"}}}`
	lambda := `{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],` +
		`"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:lambda:eu-west-1:111111111111:function:*"}}}`
	const (
		layers = "ecr:BatchCheckLayerAvailability"
		image  = "ecr:BatchGetImage"
		url    = "ecr:GetDownloadUrlForLayer"
	)
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + read,
		ConfigStateChecks: []statecheck.StateCheck{
			value("registry_id", text(a.AccountID)),
			value("region", text("eu-west-1")),
			value("policy_json", knownvalue.StringRegexp(regexp.MustCompile(`^\{"Version":"2012-10-17","Statement":\[\{"Effect":"Allow",.*`+regexp.QuoteMeta(others+","+lambda+","+partner)+`\]\}$`))),
			value("statements", knownvalue.ListExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"sid": text("Partner"), "effect": text("Allow"), "principals": texts("222222222222"), "not_principals": none(),
					"actions": texts(layers, image, url), "not_actions": none(), "conditions": none(), "statement_json": text(partner),
				}),
				knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"sid": text(""), "principals": texts("arn:aws:iam::333333333333:root"), "conditions": objects(map[string]knownvalue.Check{
						"test": text("StringEquals"), "variable": text("aws:SourceVpce"), "values": texts("vpce-0a1b2c3d"),
					}),
				}),
				knownvalue.ObjectPartial(map[string]knownvalue.Check{"sid": text("LambdaECRImageRetrievalPolicy"), "principals": texts("lambda.amazonaws.com"), "statement_json": text(lambda)}),
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"sid": text("DenyOthers"), "effect": text("Deny"), "principals": none(), "not_principals": texts(root, user),
					"actions": none(), "not_actions": texts("ecr:PutImage"), "statement_json": text(others),
					"conditions": objects(map[string]knownvalue.Check{"test": text("Null"), "variable": text("aws:PrincipalOrgID"), "values": texts("true")}),
				}),
				knownvalue.ObjectPartial(map[string]knownvalue.Check{"sid": text("Closed"), "principals": texts("*")}),
			})),
			value("access", texts(
				"Partner would give pull access to principals of account 222222222222, but a Deny takes ecr:BatchGetImage from them",
				"Statement[1] gives pull access to principals of account 333333333333, where aws:SourceVpce is vpce-0a1b2c3d",
				"Closed leaves alone principals of account "+a.AccountID+"; principals of account 333333333333",
				"Closed denies ecr:BatchGetImage to everybody else, whatever their own policies say",
				"LambdaECRImageRetrievalPolicy is neither a grant nor a lockdown that ecrx knows, so nothing is proven of it: it allows ecr:GetDownloadUrlForLayer, ecr:BatchGetImage to lambda.amazonaws.com, "+
					"where aws:sourceArn matches arn:aws:lambda:eu-west-1:111111111111:function:*",
				"DenyOthers is neither a grant nor a lockdown that ecrx knows, so nothing is proven of it: it denies all but ecr:PutImage to everybody but "+root+", "+user+
					", where aws:PrincipalOrgID is absent",
				assumed,
			)),
			value("findings", knownvalue.ListPartial(map[int]knownvalue.Check{0: knownvalue.ObjectExact(map[string]knownvalue.Check{
				"severity": text("info"), "code": text("CONDITION_KEY_CASE"), "path": text("Statement[2].Condition.StringLike.aws:sourceArn"),
				"message": knownvalue.StringRegexp(regexp.MustCompile(`aws:SourceArn`)),
			})})),
			value("orphaned_principals", none()),
			value("public", knownvalue.Bool(false)),
			value("dead_grants", knownvalue.ListExact([]knownvalue.Check{
				deadGrant("Partner", "Grant that the lockdown cuts short", `to whom the lockdown denies ecr:BatchGetImage:[\s\S]*Write exempt_accounts = \["222222222222"\]`),
				deadGrant("LambdaECRImageRetrievalPolicy", "Grant that a Deny makes void", `lambda\.amazonaws\.com, to whom the policy denies ecr:BatchGetImage, ecr:GetDownloadUrlForLayer:`),
			})),
		},
	})
	called(t, a)
}

func deadGrant(name, summary, reason string) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"name": text(name), "summary": text(summary), "reason": knownvalue.StringRegexp(regexp.MustCompile(reason)),
	})
}

// called expects one GetRepositoryPolicy for each read, and nothing else but the question who calls.
func called(t *testing.T, a *awstest.AWS) {
	t.Helper()
	reads, asked := 0, 0
	for _, call := range a.Calls() {
		switch call.Action {
		case "GetRepositoryPolicy":
			reads++
		case "GetCallerIdentity":
			asked++
		default:
			t.Errorf("%s was called", call.Action)
		}
	}
	// The client has one provider, and so one question, for each of its commands; each reads once.
	if reads == 0 || reads != asked {
		t.Errorf("%d reads of the policy by %d providers", reads, asked)
	}
}

// TestSize counts the canonical text, however the policy is written.
func TestSize(t *testing.T) {
	t.Parallel()
	a := newAWS(t, `{ "Sid": "Partner", "Effect": "Allow", "Principal": { "AWS": "222222222222" }, `+pull+` }`)
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + read + `
			output "whole" {
			  value = data.ecrx_repository_access.test.size == length(data.ecrx_repository_access.test.policy_json)
			}`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("whole", knownvalue.Bool(true)),
			value("size", knownvalue.Int64Exact(220)), value("size_left", knownvalue.Int64Exact(10020)),
		},
	})
}

// TestDeletedRole reads what AWS makes of a statement for a role that is deleted.
func TestDeletedRole(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.DeletedRolesBecomeIDs())
	acctest.CreateRepository(t, a)
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	role, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("ci"), AssumeRolePolicyDocument: &trust})
	if err != nil {
		t.Fatal(err)
	}
	acctest.SetPolicy(t, a, `{"Version":"2012-10-17","Statement":[{"Sid":"Ci","Effect":"Allow","Principal":{"AWS":["222222222222","`+*role.Role.Arn+`"]},`+pull+`}]}`)
	alive := []statecheck.StateCheck{value("orphaned_principals", none()), value("access", knownvalue.ListPartial(map[int]knownvalue.Check{
		1: text("Ci gives pull access to " + *role.Role.Arn + ", even without an identity policy"),
	}))}
	deleted := []statecheck.StateCheck{
		value("orphaned_principals", objects(map[string]knownvalue.Check{"sid": text("Ci"), "id": text(*role.Role.RoleId), "kind": text("role")})),
		value("findings", knownvalue.ListPartial(map[int]knownvalue.Check{0: knownvalue.ObjectPartial(map[string]knownvalue.Check{"code": text("ORPHANED_PRINCIPAL")})})),
		value("access", texts("Ci gives pull access to principals of account 222222222222",
			"Ci gives nothing to "+*role.Role.RoleId+", a deleted role", nobody, assumed)),
	}
	acctest.Test(t,
		resource.TestStep{Config: a.ProviderBlock("") + read, ConfigStateChecks: alive},
		resource.TestStep{
			PreConfig: func() {
				if _, err := a.IAM().DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String("ci")}); err != nil {
					t.Fatal(err)
				}
			},
			Config: a.ProviderBlock("") + read, ConfigStateChecks: deleted,
		},
	)
}

// TestPublic: what makes a statement public is for pattern to test.
func TestPublic(t *testing.T) {
	t.Parallel()
	const open = `{"Sid":"All","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}`
	a := newAWS(t, open)
	acctest.Test(t,
		resource.TestStep{Config: a.ProviderBlock("") + read, ConfigStateChecks: []statecheck.StateCheck{
			value("public", knownvalue.Bool(true)),
			value("findings", knownvalue.ListPartial(map[int]knownvalue.Check{0: knownvalue.ObjectPartial(map[string]knownvalue.Check{"severity": text("error"), "code": text("PUBLIC_ACCESS")})})),
		}},
		resource.TestStep{
			PreConfig: func() {
				acctest.AddStatement(t, a, `{"Sid":"Org","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`)
			},
			Config: a.ProviderBlock("") + read, ConfigStateChecks: []statecheck.StateCheck{value("public", knownvalue.Bool(false))},
		},
	)
}

func TestNoPolicy(t *testing.T) {
	t.Parallel()
	a := newAWS(t, "")
	checks := []statecheck.StateCheck{
		value("registry_id", text(a.AccountID)), value("policy_json", knownvalue.Null()), value("public", knownvalue.Bool(false)),
		value("size", knownvalue.Int64Exact(0)), value("size_left", knownvalue.Int64Exact(10240)),
	}
	for _, attribute := range []string{"statements", "access", "findings", "orphaned_principals", "dead_grants"} {
		checks = append(checks, value(attribute, none()))
	}
	acctest.Test(t, resource.TestStep{Config: a.ProviderBlock("") + read, ConfigStateChecks: checks})
	called(t, a)
}

// TestClientExample reads a policy in which everything is wrong: that is for the checks to say, and no error.
func TestClientExample(t *testing.T) {
	t.Parallel()
	a := newAWS(t, `{"Sid":"All","Effect":"Allow","Principal":"*","Action":"ecr:*"},{"Sid":"Old","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLE1234567890"},"Action":"ecr:ListImages"}`)
	example, err := os.ReadFile("../../../examples/data-sources/ecrx_repository_access/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: a.ProviderBlock("") + string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("access", knownvalue.ListPartial(map[int]knownvalue.Check{
				0: text("Old gives nothing to AROAEXAMPLE1234567890, a deleted role"),
			})),
		},
	})
}
