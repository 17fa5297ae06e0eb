// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// role is the name of a role that is found in the repository's name too.
const role = "app"

func faultCase() lifecycle.Case {
	return lifecycle.Case{
		Type:     resourceType,
		Object:   name,
		Looks:    5, // an update reads the policy for the refresh, for both plans, before the write and after it
		Provider: acctest.Server,
		ProviderConfig: func(a *awstest.AWS) map[string]any {
			return lifecycle.ProviderConfig(a, map[string]any{"max_retries": 3})
		},
		Configs: func(a *awstest.AWS) []map[string]any {
			return []map[string]any{
				{"repository": name, "exempt_principal_arns": []string{caller(a)}},
				{"repository": name, "exempt_principal_arns": []string{roleARN(a, "/", "deployer")}, "exempt_user_ids": []string{"AROAEXAMPLE1234567890:*"}, "exempt_caller": true},
				{"repository": name, "exempt_principal_arns": []string{caller(a)}, "sid": "Closed"},
			}
		},
		Arrange: arrange,
		Check:   acctest.ForeignStands,
		Gone:    gone,
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	lifecycle.Faults(t, faultCase())
}

// TestFaultsOfLookups goes through a life in which roles are looked up. One of them is named like the repository, which the errors
// of both are to name.
func TestFaultsOfLookups(t *testing.T) {
	t.Parallel()
	c := faultCase()
	c.Object, c.Looks = role, 2
	c.Configs = func(a *awstest.AWS) []map[string]any {
		return []map[string]any{
			{"repository": name, "exempt_principal_arns": []string{caller(a)}, "exempt_role_names": []string{role}},
			{"repository": name, "exempt_principal_arns": []string{caller(a)}, "exempt_role_names": []string{role}, "exempt_user_ids": []string{"AROAEXAMPLE1234567890:*"}},
		}
	}
	c.Arrange = func(t testing.TB, a *awstest.AWS) {
		arrange(t, a)
		createRole(t, a, "/ops/", role)
	}
	c.Sweep = func(t testing.TB, a *awstest.AWS) {
		acctest.DeleteRepository(t, a)
		deleteRole(t, a, role)
	}
	lifecycle.Faults(t, c)
}

// TestFaultsOfTheOnlyStatement goes through a life in which the policy is made and deleted with the lockdown, which exempts its
// maker.
func TestFaultsOfTheOnlyStatement(t *testing.T) {
	t.Parallel()
	c := faultCase()
	c.Looks = 1
	c.Configs = func(*awstest.AWS) []map[string]any {
		return []map[string]any{{"repository": name, "exempt_caller": true}}
	}
	c.Arrange = acctest.CreateRepository
	c.Check = nil
	c.Gone = func(t testing.TB, a *awstest.AWS) { acctest.ExpectSids(t, a) }
	lifecycle.Faults(t, c)
}
