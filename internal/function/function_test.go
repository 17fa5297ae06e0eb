// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	framework "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/function"
)

// run calls a function as the provider server does.
func run(t *testing.T, f framework.Function, arguments ...attr.Value) (attr.Value, *framework.FuncError) {
	t.Helper()
	ctx := context.Background()
	var definition framework.DefinitionResponse
	f.Definition(ctx, framework.DefinitionRequest{}, &definition)
	result, err := definition.Definition.Return.NewResultData(ctx)
	if err != nil {
		t.Fatal(err)
	}
	resp := framework.RunResponse{Result: result}
	f.Run(ctx, framework.RunRequest{Arguments: framework.NewArgumentsData(arguments)}, &resp)
	return resp.Result.Value(), resp.Error
}

// wantError fails unless err is about the argument at position and has the text.
func wantError(t *testing.T, err *framework.FuncError, position int64, text string) {
	t.Helper()
	switch {
	case err == nil:
		t.Fatalf("got no error, want one with %q", text)
	case !strings.Contains(err.Text, text):
		t.Errorf("got error %q, want one with %q", err.Text, text)
	case err.FunctionArgument == nil || *err.FunctionArgument != position:
		t.Errorf("got the error on argument %v, want %d", err.FunctionArgument, position)
	}
}

func str(s string) attr.Value { return types.StringValue(s) }

func TestAll(t *testing.T) {
	t.Parallel()
	var names []string
	for _, construct := range function.All() {
		var metadata framework.MetadataResponse
		construct().Metadata(context.Background(), framework.MetadataRequest{}, &metadata)
		names = append(names, metadata.Name)
	}
	if !slices.IsSorted(names) {
		t.Errorf("not sorted: %v", names)
	}
	want := []string{"evaluate_access", "layer_bucket_arn", "organization_path", "parse_image_uri", "policy_equivalent", "policy_findings"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestDefinitions(t *testing.T) {
	t.Parallel()
	for _, construct := range function.All() {
		f := construct()
		var metadata framework.MetadataResponse
		f.Metadata(context.Background(), framework.MetadataRequest{}, &metadata)
		t.Run(metadata.Name, func(t *testing.T) {
			t.Parallel()
			var definition framework.DefinitionResponse
			f.Definition(context.Background(), framework.DefinitionRequest{}, &definition)
			var validation framework.DefinitionValidateResponse
			definition.Definition.ValidateImplementation(context.Background(),
				framework.DefinitionValidateRequest{FuncName: metadata.Name}, &validation)
			if validation.Diagnostics.HasError() {
				t.Error(validation.Diagnostics)
			}
		})
	}
}
