// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
)

// RepositoryTags gives the tags of the repository with that ARN.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListTagsForResource.html.
func (c *Clients) RepositoryTags(ctx context.Context, key RepositoryKey, arn string) (map[string]string, error) {
	var out *ecr.ListTagsForResourceOutput
	err := c.ecrCall(ctx, key.Region, func(client *ecr.Client) (err error) {
		out, err = client.ListTagsForResource(ctx, &ecr.ListTagsForResourceInput{ResourceArn: &arn})
		return err
	})
	if err != nil {
		return nil, err
	}
	tags := make(map[string]string, len(out.Tags))
	for _, tag := range out.Tags {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return tags, nil
}

// TagRepository adds tags, or changes their values. Without tags it makes no call.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html.
func (c *Clients) TagRepository(ctx context.Context, key RepositoryKey, arn string, tags map[string]string) error {
	if len(tags) == 0 {
		return nil
	}
	return c.ecrCall(ctx, key.Region, func(client *ecr.Client) error {
		_, err := client.TagResource(ctx, &ecr.TagResourceInput{ResourceArn: &arn, Tags: sdkTags(tags)})
		return err
	})
}

// UntagRepository removes tags by their keys. Without keys it makes no call.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UntagResource.html.
func (c *Clients) UntagRepository(ctx context.Context, key RepositoryKey, arn string, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	return c.ecrCall(ctx, key.Region, func(client *ecr.Client) error {
		_, err := client.UntagResource(ctx, &ecr.UntagResourceInput{ResourceArn: &arn, TagKeys: keys})
		return err
	})
}

func sdkTags(tags map[string]string) []types.Tag {
	var list []types.Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return list
}
