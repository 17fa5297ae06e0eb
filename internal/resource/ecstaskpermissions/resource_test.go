// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package ecstaskpermissions_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// block gives a resource with the permissions, which waits for nothing.
func block(permissions string) string {
	return "resource \"" + resourceType + "\" \"this\" {\nrole = \"" + roleName + "\"\nname = \"" + policyName + "\"\nsettle_seconds = 0\npermissions = { " + permissions + " }\n}\n"
}

// TestClientLife plans the document, creates it beside another's policy, imports, updates and repairs it.
func TestClientLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRole(t, a)
	config := func(permissions string) string { return a.ProviderBlock("") + block(permissions) }
	planned := func(want string) plancheck.PlanCheck {
		return plancheck.ExpectKnownValue(address, tfjsonpath.New("policy_json"), knownvalue.StringExact(want))
	}
	imported := resource.TestStep{
		ResourceName: address, ImportState: true, ImportStateId: roleName + "/" + policyName, ImportStateVerify: true,
		ImportStateVerifyIdentifierAttribute: "name", ImportStateVerifyIgnore: []string{"settle_seconds", "timeouts"},
	}
	send, metrics := `sqs_send = ["`+queue+`"]`, `cloudwatch_metrics = ["Orders"]`
	const metricsJSON = `{"Version":"2012-10-17","Statement":[{"Sid":"CloudWatchMetrics","Effect":"Allow","Action":"cloudwatch:PutMetricData","Resource":"*",` +
		`"Condition":{"StringEquals":{"cloudwatch:namespace":"Orders"}}}]}`
	acctest.Test(t,
		resource.TestStep{
			PreConfig: a.ResetCalls, Config: config(send), ConfigPlanChecks: acctest.Planned(planned(sendJSON)),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "PutRolePolicy"), acctest.Live(func() { expectPolicies(t, a, policyName, foreign) })},
		},
		imported,
		resource.TestStep{
			PreConfig: a.ResetCalls, Config: config(metrics), ConfigPlanChecks: acctest.Planned(acctest.Updates(address, "permissions", "policy_json", "proof"), planned(metricsJSON)),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "PutRolePolicy")},
		},
		imported,
		resource.TestStep{
			PreConfig: func() {
				putInline(t, a, policyName, wideJSON)
				a.ResetCalls()
			},
			Config: config(metrics), ConfigPlanChecks: acctest.Planned(acctest.Updates(address, "policy_json")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Wrote(t, a, "PutRolePolicy")},
		},
	)
	gone(t, a)
}

// TestChanges sends what changes alone, and makes the object anew in another role or with another name.
func TestChanges(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRole(t, a)
	tf := acctest.Core(a, resourceType, nil)
	apply(t, a, tf, arguments(nil), lifecycle.Create, "PutRolePolicy")
	apply(t, a, tf, arguments(object{"settle_seconds": 1}), lifecycle.Update)
	if action, err := tf.Plan(t.Context(), arguments(object{"role": "other"})); err != nil || action != lifecycle.Replace {
		t.Errorf("another role is %s, %v", action, err)
	}
	apply(t, a, tf, arguments(object{"name": "queues"}), lifecycle.Replace, "DeleteRolePolicy", "PutRolePolicy")
	expectPolicies(t, a, "queues", foreign)
	deleteInline(t, a, "queues")
	apply(t, a, tf, arguments(nil), lifecycle.Create, "PutRolePolicy")
	deleteInline(t, a, policyName)
	sweep(t, a)
	if action, err := tf.Plan(t.Context(), arguments(nil)); err != nil || action != lifecycle.Create {
		t.Errorf("the plan without the role is %s, %v", action, err)
	}
	apply(t, a, tf, nil, lifecycle.NoOp)
}

// TestNotAdopted neither replaces a policy that is there, nor makes a role.
func TestNotAdopted(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	_, err := tf.Apply(t.Context(), arguments(nil))
	if !acctest.Diagnosed(err, "ERROR", "role", "there is none of the name \"orders-staging-task\"") {
		t.Errorf("without the role, the apply gives %v", err)
	}
	createRole(t, a)
	_, err = tf.Apply(t.Context(), arguments(object{"name": foreign}))
	acctest.ExpectError(t, err, `the role orders-staging-task has a policy theirs already; choose another name, or import it with the id "orders-staging-task/theirs"`)
	if tf.State != nil {
		t.Errorf("the state holds %s", tf.State.Attributes)
	}
	gone(t, a)
}

// TestImport shows a policy of others for what it is, and doesn't take its statements for what they aren't.
func TestImport(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRole(t, a)
	tf := acctest.Core(a, resourceType, nil)
	must(t, tf.Import(t.Context(), roleName+"/"+foreign))
	apply(t, a, tf, arguments(object{"name": foreign}), lifecycle.Update, "PutRolePolicy")
	for id, want := range map[string]string{roleName: "Invalid import id", "/x": "Invalid import id", roleName + "/": "Invalid import id", roleName + "/none": "Cannot import non-existent remote object"} {
		acctest.ExpectError(t, acctest.Core(a, resourceType, nil).Import(t.Context(), id), want)
	}
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRole(t, a)
	planned := arguments(nil)
	delete(planned, "settle_seconds")
	acctest.ImportByIdentity(t, a, resourceType, arguments(nil), planned, object{"role": roleName, "name": policyName}, nil)
}

// TestBadInput expects each on its attribute, at plan. What is wrong in permissions, the tests of ecrx_ecs_roles show too.
func TestBadInput(t *testing.T) {
	t.Parallel()
	for test, c := range map[string]struct {
		over            object
		attribute, want string
	}{
		"ARN of the role":    {object{"role": "arn:aws:iam::111111111111:role/x"}, "role", "letters, digits"},
		"name":               {object{"name": "a b"}, "name", "letters, digits"},
		"nothing":            {object{"permissions": object{}}, "permissions", "Permissions that give nothing"},
		"another service":    {object{"permissions": object{"s3_read": []any{queue}}}, "permissions.s3_read", queue},
		"another partition":  {object{"permissions": object{"sqs_send": []any{"arn:aws-cn:sqs:cn-north-1:111111111111:orders"}}}, "permissions.sqs_send", "another partition"},
		"what is denied too": {object{"permissions": object{"sqs_send": []any{queue}, "statements": []any{object{"effect": "Deny", "actions": []any{"sqs:*"}, "resources": []any{"*"}}}}}, "permissions.sqs_send", "sqs:SendMessage"},
		"too long":           {object{"permissions": object{"sqs_send": long(150)}}, "permissions", "10240"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), arguments(c.over))
			if !acctest.Diagnosed(err, "ERROR", c.attribute, c.want) {
				t.Errorf("the error is %v, want one on %q with %q", err, c.attribute, c.want)
			}
		})
	}
}

func long(n int) (arns []any) {
	for i := range n {
		arns = append(arns, queue+"-which-has-a-long-name-"+string(rune('a'+i%26))+string(rune('a'+i/26)))
	}
	return arns
}

// TestUnknown finds at apply what is wrong in what wasn't known, before the write.
func TestUnknown(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRole(t, a)
	tf := acctest.Core(a, resourceType, nil)
	later := arguments(object{"permissions": object{"sqs_send": []any{lifecycle.Unknown{}}}})
	a.ResetCalls()
	_, err := tf.ApplyLater(t.Context(), later, arguments(object{"permissions": object{"sqs_send": []any{"orders"}}}))
	if !acctest.Diagnosed(err, "ERROR", "permissions.sqs_send", "orders") {
		t.Errorf("the apply gives %v", err)
	}
	if calls := acctest.Writes(a); len(calls) > 0 {
		t.Errorf("before the error there were the calls %q", calls)
	}
	_, err = tf.ApplyLater(t.Context(), arguments(object{"permissions": lifecycle.Unknown{}}), arguments(nil))
	must(t, err)
	apply(t, a, tf, arguments(nil), lifecycle.NoOp)
}

// TestProofKnowsWhere tells of a Deny what only the provider's Region and account decide.
func TestProofKnowsWhere(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.InRegion("us-east-1"))
	tf := acctest.Core(a, resourceType, nil)
	denied := func(action, test, variable, value string) object {
		return object{"effect": "Deny", "actions": []any{action}, "resources": []any{"*"}, "conditions": []any{object{"test": test, "variable": variable, "values": []any{value}}}}
	}
	_, err := tf.Plan(t.Context(), arguments(object{"permissions": object{
		"s3_read": []any{"arn:aws:s3:::data"}, "kms_key_arns": []any{"arn:aws:kms:*:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab"},
		"statements": []any{denied("kms:Decrypt", "StringNotEquals", "kms:ViaService", "s3.us-east-1.amazonaws.com")},
	}}))
	if err != nil {
		t.Errorf("a key that is used in the provider's Region alone: %s", err)
	}
	_, err = tf.Plan(t.Context(), arguments(object{"permissions": object{
		"sqs_send": []any{queue}, "statements": []any{denied("sqs:SendMessage", "StringEquals", "aws:PrincipalAccount", a.AccountID)},
	}}))
	if !acctest.Diagnosed(err, "ERROR", "permissions.sqs_send", "sqs:SendMessage") {
		t.Errorf("a Deny for the role's own account gives %v", err)
	}
}
