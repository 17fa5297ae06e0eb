// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
)

// LifecyclePolicy gives the repository's lifecycle policy, "" when it has none.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicy.html.
func (c *Clients) LifecyclePolicy(ctx context.Context, key RepositoryKey) (string, error) {
	var out *ecr.GetLifecyclePolicyOutput
	err := c.ecrCall(ctx, key.Region, func(client *ecr.Client) (err error) {
		out, err = client.GetLifecyclePolicy(ctx, &ecr.GetLifecyclePolicyInput{
			RegistryId:     optional(key.RegistryID),
			RepositoryName: &key.Name,
		})
		return err
	})
	if hasCode(err, codeLifecyclePolicyNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return aws.ToString(out.LifecyclePolicyText), nil
}

// PutLifecyclePolicy sets the repository's lifecycle policy.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html.
func (c *Clients) PutLifecyclePolicy(ctx context.Context, key RepositoryKey, text string) error {
	return c.ecrCall(ctx, key.Region, func(client *ecr.Client) error {
		_, err := client.PutLifecyclePolicy(ctx, &ecr.PutLifecyclePolicyInput{
			RegistryId:          optional(key.RegistryID),
			RepositoryName:      &key.Name,
			LifecyclePolicyText: &text,
		})
		return err
	})
}

// DeleteLifecyclePolicy deletes the repository's lifecycle policy. One that isn't there is no error.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteLifecyclePolicy.html.
func (c *Clients) DeleteLifecyclePolicy(ctx context.Context, key RepositoryKey) error {
	err := c.ecrCall(ctx, key.Region, func(client *ecr.Client) error {
		_, err := client.DeleteLifecyclePolicy(ctx, &ecr.DeleteLifecyclePolicyInput{
			RegistryId:     optional(key.RegistryID),
			RepositoryName: &key.Name,
		})
		return err
	})
	return deleted(err, func() (bool, error) {
		policy, err := c.LifecyclePolicy(ctx, key)
		return policy != "", err
	})
}
