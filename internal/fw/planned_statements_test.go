// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// sidsOf gives the Sids of statements, parted by spaces.
func sidsOf(statements []policy.Statement) string {
	sids := make([]string, len(statements))
	for i, s := range statements {
		sids[i] = s.Sid
	}
	return strings.Join(sids, " ")
}

func withSids(sids ...string) []policy.Statement {
	out := make([]policy.Statement, len(sids))
	for i, sid := range sids {
		out[i] = policy.Statement{Sid: sid, Effect: policy.Deny}
	}
	return out
}

// TestPlannedStatements lets the later of two resources hear of the earlier, of the same repository alone.
func TestPlannedStatements(t *testing.T) {
	t.Parallel()
	here := awsapi.RepositoryKey{Region: "eu-west-1", RegistryID: "111111111111", Name: "team/app"}
	elsewhere := here
	elsewhere.Region = "us-east-1"
	var planned fw.PlannedStatements
	for _, step := range []struct {
		key  awsapi.RepositoryKey
		by   string
		own  []policy.Statement
		want string
	}{
		{here, "grants", withSids("Web", "Dev"), ""},
		{elsewhere, "lockdown", withSids("DenyOthers"), ""},
		{here, "lockdown", withSids("DenyOthers"), "Web Dev"},
		{here, "grants", withSids("Web", "Dev"), "DenyOthers"},
		{here, "lockdown", withSids("DenyOthers"), "Web Dev"},
		{here, "statement", withSids("Scanner"), "Web Dev DenyOthers"},
		{elsewhere, "statement", withSids("Scanner"), "DenyOthers"},
	} {
		if got := sidsOf(planned.Announce(step.key, step.own)); got != step.want {
			t.Errorf("to %s of %s are told %q, want %q", step.by, step.key.Region, got, step.want)
		}
	}
	var none *fw.PlannedStatements
	if got := none.Announce(here, withSids("DenyOthers")); got != nil {
		t.Errorf("nothing remembers %v", got)
	}
}

// TestPlannedStatementsAtOnce keeps what many announce at the same time.
func TestPlannedStatementsAtOnce(t *testing.T) {
	t.Parallel()
	var planned fw.PlannedStatements
	key := awsapi.RepositoryKey{Name: "team/app"}
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() { planned.Announce(key, withSids("Web"+strings.Repeat("x", i))) })
	}
	all.Wait()
	if got := planned.Announce(key, withSids("DenyOthers")); len(got) != 50 {
		t.Errorf("%d statements are remembered, want 50", len(got))
	}
}

// TestWithdraw remembers what is to be replaced, for its repository alone.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	here, elsewhere := awsapi.RepositoryKey{Name: "team/app"}, awsapi.RepositoryKey{Name: "team/web"}
	var planned fw.PlannedStatements
	planned.Withdraw(here, "DenyOthers")
	planned.Withdraw(here, "Closed")
	if got := strings.Join(planned.Withdrawn(here), " "); got != "DenyOthers Closed" {
		t.Errorf("%q are to go", got)
	}
	if got := planned.Withdrawn(elsewhere); len(got) > 0 {
		t.Errorf("%q are to go elsewhere", got)
	}
	var none *fw.PlannedStatements
	none.Withdraw(here, "DenyOthers")
	if got := none.Withdrawn(here); got != nil {
		t.Errorf("nothing remembers %q", got)
	}
}
