// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorypolicystatement_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const (
	resourceType = "ecrx_repository_policy_statement"
	address      = resourceType + ".this"
	name         = acctest.Repository
)

// terraform goes through the steps, on an arranged repository. Afterwards, when everything is destroyed, only the foreign
// statement may be left.
func terraform(t *testing.T, a *awstest.AWS, steps ...resource.TestStep) {
	t.Helper()
	arrange(t, a)
	acctest.Test(t, steps...)
	gone(t, a)
}

// block gives a resource with the arguments.
func block(arguments string) string {
	return "resource \"" + resourceType + "\" \"this\" {\n" + arguments + "\n}\n"
}

// arrange makes the repository, with a foreign statement in its policy.
func arrange(t testing.TB, a *awstest.AWS) {
	t.Helper()
	acctest.CreateRepository(t, a)
	acctest.AddStatement(t, a, acctest.Foreign)
}

// gone checks that nothing but the foreign statement is left.
func gone(t testing.TB, a *awstest.AWS) {
	t.Helper()
	acctest.ExpectSids(t, a, "LambdaECRImageRetrievalPolicy")
	acctest.ForeignStands(t, a)
}

// statement gives a statement that lets an account do something.
func statement(sid, account, action string) string {
	return `{"Sid":"` + sid + `","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + account + `:root"},"Action":"` + action + `"}`
}
