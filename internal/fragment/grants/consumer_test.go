// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package grants_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// TestConsumerPolicies gives each grant a document of its own as soon as it follows from the arguments, whoever is to attach it.
func TestConsumerPolicies(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
	document := func(actions string) types.String {
		return text(`{"Version":"2012-10-17","Statement":[{"Sid":"Login","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},` +
			`{"Sid":"Repository","Effect":"Allow","Action":` + actions + `,"Resource":"` + arn + `"}]}`)
	}
	pull := document(`["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`)
	list, unknown := document(`"ecr:ListImages"`), types.StringUnknown()
	lambda := flat(t, full("A")).Attributes()["lambda"]
	codeBuild := flat(t, full("A")).Attributes()["codebuild"]
	lambdaOnly := flat(t, pattern.Grant{Name: "x", Lambda: &pattern.LambdaGrant{Accounts: []string{"222222222222"}}}).Attributes()["lambda"]
	function, ok := lambda.(types.Object)
	if !ok {
		t.Fatal("lambda is no object")
	}
	unknownLambda := types.ObjectUnknown(function.AttributeTypes(context.Background()))
	account := set(text("222222222222"))
	for name, tc := range map[string]struct {
		rows map[string]map[string]attr.Value
		want map[string]attr.Value // nil: unknown
	}{
		"none": {nil, map[string]attr.Value{}},
		"a puller beside a pusher": {
			map[string]map[string]attr.Value{"Web": {"access": text("pull"), "accounts": account}, "List": {"actions": set(text("ecr:ListImages")), "organization_ids": account}},
			map[string]attr.Value{"Web": pull, "List": list},
		},
		"whoever they are": {
			map[string]map[string]attr.Value{"Web": {"access": text("pull"), "principal_arns": set(types.StringUnknown())}},
			map[string]attr.Value{"Web": pull},
		},
		"an account's functions": {
			map[string]map[string]attr.Value{"Web": {"lambda": lambdaOnly}},
			map[string]attr.Value{"Web": document(`["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`)},
		},
		"CodeBuild alone":   {map[string]map[string]attr.Value{"Web": {"codebuild": codeBuild}}, map[string]attr.Value{}},
		"an unknown access": {map[string]map[string]attr.Value{"Web": {"access": unknown, "accounts": account}}, map[string]attr.Value{"Web": unknown}},
		"an unknown action": {map[string]map[string]attr.Value{"Web": {"actions": set(unknown), "accounts": account}}, map[string]attr.Value{"Web": unknown}},
		"an unknown kind beside a known one": {
			map[string]map[string]attr.Value{"Web": {"lambda": lambda, "accounts": types.SetUnknown(types.StringType), "access": text("pull")}},
			map[string]attr.Value{"Web": unknown},
		},
		"perhaps nobody": {map[string]map[string]attr.Value{"Web": {"access": text("pull"), "accounts": types.SetUnknown(types.StringType)}}, nil},
		"unknown functions": {
			map[string]map[string]attr.Value{"Web": {"access": text("pull"), "accounts": account, "lambda": unknownLambda}},
			map[string]attr.Value{"Web": unknown},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			got := grants.ConsumerPolicies(context.Background(), rows(t, tc.rows), text(arn), &diags)
			if got.IsUnknown() != (tc.want == nil) || diags.HasError() {
				t.Fatalf("got %s %s", got, said(diags))
			}
			if diff := cmp.Diff(tc.want, got.Elements()); tc.want != nil && diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	var diags diag.Diagnostics
	if got := grants.ConsumerPolicies(context.Background(), rows(t, nil), types.StringUnknown(), &diags); !got.IsUnknown() {
		t.Errorf("of an unknown repository: %s", got)
	}
	if got := grants.ConsumerPolicies(context.Background(), types.MapUnknown(grants.ObjectType()), text(arn), &diags); !got.IsUnknown() {
		t.Errorf("of unknown grants: %s", got)
	}
}
