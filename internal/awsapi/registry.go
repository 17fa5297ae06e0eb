// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
)

// RegistryPolicy gives the policy that ECR enforces on every request to the caller's registry in a Region, "" when there is
// none. known is false when the caller may not read it, or ECR doesn't answer. Each Region is asked once per provider
// instance, as long as it answers or refuses.
//
// A registry whose policy scope is V1 enforces its policy on ReplicateImage, BatchImportUpstreamImage and CreateRepository
// alone, so it counts as having none; when the caller may not read the scope, it is taken for V2, which new registries have.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html and
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAccountSetting.html
func (c *Clients) RegistryPolicy(ctx context.Context, region string) (policy string, known bool) {
	found, err := c.registries.get(ctx, region, func(ctx context.Context) (registryPolicy, error) {
		return c.readRegistryPolicy(ctx, region)
	})
	return found.text, err == nil && !found.refused
}

type registryPolicy struct {
	text    string
	refused bool
}

func (c *Clients) readRegistryPolicy(ctx context.Context, region string) (registryPolicy, error) {
	var found registryPolicy
	err := c.ecrCall(ctx, region, func(client *ecr.Client) error {
		out, err := client.GetRegistryPolicy(ctx, &ecr.GetRegistryPolicyInput{})
		if err == nil {
			found.text = aws.ToString(out.PolicyText)
		}
		return err
	})
	switch {
	case IsAccessDenied(err):
		return registryPolicy{refused: true}, nil
	case IsNotFound(err):
		return registryPolicy{}, nil
	case err != nil:
		return registryPolicy{}, err
	}
	err = c.ecrCall(ctx, region, func(client *ecr.Client) error {
		out, err := client.GetAccountSetting(ctx, &ecr.GetAccountSettingInput{Name: aws.String("REGISTRY_POLICY_SCOPE")})
		if err == nil && aws.ToString(out.Value) == "V1" {
			found.text = ""
		}
		return err
	})
	if IsAccessDenied(err) {
		err = nil
	}
	return found, err
}
