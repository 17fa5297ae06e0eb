// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestTwoProcesses lets two terraform processes write a share and a lockdown to a policy with two foreign statements at the same
// time, with calls that take a random time. Then each is removed in turn, also by both at once, and leaves the rest.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	const rounds = 20
	plugin := lifecycle.BuildPlugin(t)
	a := awstest.New(t)
	arrange(t, a)
	const scanner = `{"Sid":"Scanner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444444444444:root"},"Action":"ecr:DescribeImages"}`
	acctest.AddStatement(t, a, scanner)
	a.SetLatency(0, 100*time.Millisecond)

	account := func(round int) string { return fmt.Sprintf("2222222222%02d", round) }
	share := func(round int) string {
		return a.ProviderBlock("") + fmt.Sprintf("resource \"ecrx_repository_grants\" \"this\" {\n  repository = %q\n  grants = { Web = { access = \"pull\", accounts = [%q] } }\n}\n", name, account(round))
	}
	closed := func(round int) string {
		return a.ProviderBlock("") + block(fmt.Sprintf("repository = %q\nexempt_principal_arns = [%q]\nexempt_accounts = [%q]\n", name, caller(a), account(round)))
	}
	sharing, closing := lifecycle.NewCLI(t, plugin, share(0)), lifecycle.NewCLI(t, plugin, closed(0))
	both := func(steps ...func() error) {
		t.Helper()
		var all sync.WaitGroup
		for _, step := range steps {
			all.Go(func() {
				if err := step(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	applied := func(cli *lifecycle.CLI) func() error { return func() error { return cli.Apply(t.Context()) } }
	destroyed := func(cli *lifecycle.CLI) func() error { return func() error { return cli.Destroy(t.Context()) } }
	// expect has the statements of those that stand, by their Sids.
	expect := func(round int, sids ...string) {
		t.Helper()
		acctest.ExpectSids(t, a, sids...)
		acctest.ForeignStands(t, a)
		acctest.ExpectStatement(t, a, scanner)
		if slices.Contains(sids, "Web") {
			acctest.ExpectStatement(t, a, `{"Sid":"Web","Effect":"Allow","Principal":{"AWS":"`+account(round)+
				`"},"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`)
		}
		if slices.Contains(sids, "DenyOthers") {
			acctest.ExpectStatement(t, a, closedTo(a, account(round), caller(a)))
		}
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	for round := range rounds {
		sharing.Configure(t, share(round))
		closing.Configure(t, closed(round))
		both(applied(sharing), applied(closing))
		expect(round, "DenyOthers", "LambdaECRImageRetrievalPolicy", "Scanner", "Web")
	}
	const last = rounds - 1
	both(destroyed(closing))
	expect(last, "LambdaECRImageRetrievalPolicy", "Scanner", "Web")
	both(applied(closing), destroyed(sharing))
	expect(last, "DenyOthers", "LambdaECRImageRetrievalPolicy", "Scanner")
	both(destroyed(closing), applied(sharing))
	expect(last, "LambdaECRImageRetrievalPolicy", "Scanner", "Web")
	both(applied(closing))
	both(destroyed(closing), destroyed(sharing))
	expect(last, "LambdaECRImageRetrievalPolicy", "Scanner")
}
