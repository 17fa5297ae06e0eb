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
	out, err := ecrCall(ctx, c, key.Region, (*ecr.Client).GetLifecyclePolicy, &ecr.GetLifecyclePolicyInput{
		RegistryId:     optional(key.RegistryID),
		RepositoryName: &key.Name,
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
	_, err := ecrCall(ctx, c, key.Region, (*ecr.Client).PutLifecyclePolicy, &ecr.PutLifecyclePolicyInput{
		RegistryId:          optional(key.RegistryID),
		RepositoryName:      &key.Name,
		LifecyclePolicyText: &text,
	})
	return err
}

// DeleteLifecyclePolicy deletes the repository's lifecycle policy. One that isn't there is no error.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteLifecyclePolicy.html.
func (c *Clients) DeleteLifecyclePolicy(ctx context.Context, key RepositoryKey) error {
	_, err := ecrCall(ctx, c, key.Region, (*ecr.Client).DeleteLifecyclePolicy, &ecr.DeleteLifecyclePolicyInput{
		RegistryId:     optional(key.RegistryID),
		RepositoryName: &key.Name,
	})
	if IsNotFound(err) {
		return nil
	}
	return err
}
