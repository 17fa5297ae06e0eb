// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
)

// HasImages says whether the repository holds at least one image.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html.
func (c *Clients) HasImages(ctx context.Context, key RepositoryKey) (bool, error) {
	var out *ecr.ListImagesOutput
	err := c.ecrCall(ctx, key.Region, func(client *ecr.Client) (err error) {
		out, err = client.ListImages(ctx, &ecr.ListImagesInput{
			RegistryId:     optional(key.RegistryID),
			RepositoryName: &key.Name,
			MaxResults:     aws.Int32(1),
		})
		return err
	})
	if err != nil {
		return false, err
	}
	return len(out.ImageIds) > 0 || aws.ToString(out.NextToken) != "", nil
}
