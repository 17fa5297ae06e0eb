// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/role"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

// TestForeignManagedPolicies warns of those that others attached to a role, and of none besides.
func TestForeignManagedPolicies(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRole(t, a)
	attach(t, a, managedPolicy)
	provider := &fw.ProviderData{Clients: awsapi.New(awsapi.Config{
		Region: a.Region, AccessKey: a.AccessKey, SecretKey: a.SecretKey, Endpoints: awsapi.Endpoints{IAM: a.Endpoint(), STS: a.Endpoint()},
	})}
	kind := role.Kind{Object: "App Runner access role", InlineName: accessPolicy}
	read := func() (warnings diag.Diagnostics) {
		state := role.Model{Name: types.StringValue(name), ManagedPolicyARNs: fw.StringSet([]string{managedPolicy})}
		if kind.Read(t.Context(), provider, &state, &warnings) || warnings.HasError() {
			t.Fatalf("the read gives %v", warnings)
		}
		return warnings
	}
	if warnings := read(); len(warnings) > 0 {
		t.Errorf("with its own policies alone, the role gives %v", warnings)
	}
	foreign := customerPolicy(t, a, "foreign")
	attach(t, a, foreign)
	warnings := read()
	if len(warnings) != 1 || !strings.Contains(warnings[0].Summary(), "web-pull) has policies of others") || !strings.Contains(warnings[0].Detail(), foreign) ||
		strings.Contains(warnings[0].Detail(), managedPolicy) {
		t.Errorf("with another's policy, the role gives %v", warnings)
	}
}
