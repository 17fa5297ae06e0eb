// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package cipushrole_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestProviderOfAnotherAccount warns. An error beside the warning lets it be seen.
func TestProviderOfAnotherAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), arguments(map[string]any{
		"issuer": nil, "oidc_provider_arn": "arn:aws:iam::999999999999:oidc-provider/gitlab.com", "audiences": []any{"ecr"},
		"repository_arns": []any{"arn:aws-cn:ecr:cn-north-1:111111111111:repository/app"},
	}))
	if !diagnosed(err, "WARNING", "oidc_provider_arn", "is in account 999999999999") {
		t.Errorf("no warning in %v", err)
	}
}

// TestProviderOfAnotherName has the plan's ARN only if it is the provider's: a slash at the end of its URL stays in it.
func TestProviderOfAnotherName(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arn := createProvider(t, a, "https://ci.example.com/", "ecr")
	_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), arguments(map[string]any{"issuer": "https://ci.example.com", "audiences": []any{"ecr"}}))
	if !diagnosed(err, "ERROR", "issuer", arn+". Set oidc_provider_arn") {
		t.Errorf("the provider is %s, the error is %v", arn, err)
	}
}

// TestValidateWithoutAccount finds what depends on the issuer before the provider block is known, and so without an account.
func TestValidateWithoutAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, map[string]any{"region": lifecycle.Unknown{}})
	if _, err := tf.Plan(t.Context(), arguments(map[string]any{"issuer": "gitlab"})); !diagnosed(err, "ERROR", "audiences", "No audience") {
		t.Errorf("the error is %v", err)
	}
}
