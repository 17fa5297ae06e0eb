// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package cipushrole_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestFaults takes the create and the destroy, with the lookup of the provider. An update's calls are those of every role, and
// the cross-account role's test breaks them.
func TestFaults(t *testing.T) {
	t.Parallel()
	lifecycle.Faults(t, lifecycle.Case{
		Type:     resourceType,
		Object:   name,
		Provider: acctest.Server,
		ProviderConfig: func(a *awstest.AWS) map[string]any {
			return lifecycle.ProviderConfig(a, map[string]any{"max_retries": 3})
		},
		Configs: func(*awstest.AWS) []map[string]any {
			return []map[string]any{arguments(nil)}
		},
		Arrange: func(t testing.TB, a *awstest.AWS) {
			t.Helper()
			createGitHub(t, a)
		},
		Gone: gone,
		Sweep: func(t testing.TB, a *awstest.AWS) {
			t.Helper()
			for _, arn := range providers(t, a) {
				if _, err := a.IAM().DeleteOpenIDConnectProvider(t.Context(), &iam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: aws.String(arn)}); err != nil {
					t.Fatal(err)
				}
			}
		},
	})
}
