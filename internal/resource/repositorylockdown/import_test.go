// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	config := lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}, "exempt_accounts": []string{"222222222222"}, "sid": "Closed"})
	acctest.ImportByIdentity(t, a, resourceType, config, config,
		map[string]any{"repository": name, "sid": "Closed"}, map[string]any{"region": a.Region, "account_id": a.AccountID})
	config = lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}})
	acctest.ImportByIdentity(t, a, resourceType, config, config,
		map[string]any{"repository": name, "sid": "DenyOthers"}, map[string]any{"region": a.Region, "account_id": a.AccountID})
}

// TestImportOfNames has a role and a caller by ARN after the import: the first apply puts them back under their arguments, and
// writes nothing.
func TestImportOfNames(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	createRole(t, a, "/ops/", "deployer")
	config := lockdown(map[string]any{"exempt_role_names": []string{"deployer"}, "exempt_caller": true, "exempt_aws_services": true})
	maker, _ := core(a, nil)
	apply(t, maker, config)
	imported, _ := core(a, nil)
	if err := imported.Import(t.Context(), name+"/DenyOthers@"+a.Region); err != nil {
		t.Fatal(err)
	}
	a.ResetCalls()
	if action := apply(t, imported, config); action != lifecycle.Update {
		t.Errorf("the apply is %s", action)
	}
	unwritten(t, a)
	if got := attributes(t, imported).CallerARN; got != caller(a) {
		t.Errorf("caller_arn is %q", got)
	}
	plans(t, imported, config, lifecycle.NoOp)
	plans(t, maker, config, lifecycle.NoOp)
}

// TestImportErrors are of what is no lockdown, or isn't there.
func TestImportErrors(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	acctest.AddStatement(t, a, `{"Sid":"Guard","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`)
	for id, want := range map[string]string{
		name + "/LambdaECRImageRetrievalPolicy": `the statement "LambdaECRImageRetrievalPolicy" isn't one that a lockdown makes. Import it as an ecrx_repository_policy_statement`,
		name + "/Guard":                         `the statement "Guard" isn't one that a lockdown makes`,
		name + "/DenyOthers":                    "Cannot import non-existent remote object",
		"team/none/DenyOthers":                  "Cannot import non-existent remote object",
		"app":                                   `Write "repository/sid" or "repository/sid@region", such as "team/app/DenyOthers@eu-west-1"`,
		"app/":                                  `Write "repository/sid"`,
		"/DenyOthers":                           `Write "repository/sid"`,
	} {
		tf, _ := core(a, nil)
		err := tf.Import(t.Context(), id)
		acctest.ExpectError(t, err, want)
		if tf.State != nil {
			t.Errorf("%s: the state holds %s", id, tf.State.Attributes)
		}
	}
	unwritten(t, a)
}

// TestForeignDrift leaves alone what others do to their statements, whatever happens to the lockdown.
func TestForeignDrift(t *testing.T) {
	t.Parallel()
	const other = `{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage"}`
	a := awstest.New(t)
	arrange(t, a)
	config := lockdown(map[string]any{"exempt_principal_arns": []string{caller(a)}})
	tf, _ := core(a, nil)
	apply(t, tf, config)
	acctest.AddStatement(t, a, other)
	acctest.AddStatement(t, a, `{"Effect":"Deny","Principal":"*","Action":"ecr:DeleteRepository"}`)
	plans(t, tf, config, lifecycle.NoOp)
	acctest.AddStatement(t, a, `{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`)
	if action := apply(t, tf, config); action != lifecycle.Update {
		t.Errorf("the apply is %s", action)
	}
	acctest.ExpectStatement(t, a, denyOthers(a, caller(a)))
	apply(t, tf, nil)
	acctest.ExpectSids(t, a, "", "LambdaECRImageRetrievalPolicy")
	acctest.ExpectStatement(t, a, other)
}
