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
			return []map[string]any{
				arguments(nil),
				arguments(map[string]any{
					"issuer": "https://gitlab.example.com", "audiences": []any{"ecr"}, "subjects": []any{"project_path:group/app:ref_type:branch:ref:main"},
				}),
			}
		},
		Arrange: arrange,
		Gone:    gone,
		Sweep:   sweep,
	})
}

func TestInterrupts(t *testing.T) {
	t.Parallel()
	c := lifecycle.Case{Arrange: arrange, Gone: gone, Sweep: sweep}
	lifecycle.Interrupts(t, lifecycle.BuildPlugin(t), c, func(a *awstest.AWS) []string {
		return []string{
			a.ProviderBlock("") + block(github),
			a.ProviderBlock("") + block(`
name            = "app-push"
issuer          = "https://gitlab.example.com"
audiences       = ["ecr"]
subjects        = ["project_path:group/app:ref_type:branch:ref:main"]
repository_arns = ["`+appARN+`"]
access          = "push"`),
		}
	})
}

// arrange makes the OIDC providers that the configurations name.
func arrange(t testing.TB, a *awstest.AWS) {
	t.Helper()
	createGitHub(t, a)
	createProvider(t, a, "https://gitlab.example.com", "ecr")
}

func sweep(t testing.TB, a *awstest.AWS) {
	t.Helper()
	for _, arn := range providers(t, a) {
		if _, err := a.IAM().DeleteOpenIDConnectProvider(t.Context(), &iam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: aws.String(arn)}); err != nil {
			t.Fatal(err)
		}
	}
}
