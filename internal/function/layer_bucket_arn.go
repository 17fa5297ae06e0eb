// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

var _ function.Function = layerBucketARN{}

// NewLayerBucketARN gives the function layer_bucket_arn.
func NewLayerBucketARN() function.Function { return layerBucketARN{} }

type layerBucketARN struct{}

func (layerBucketARN) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "layer_bucket_arn"
}

func (layerBucketARN) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Gives the ARN of the objects in the S3 bucket that ECR serves a Region's image layers from",
		MarkdownDescription: "Gives the ARN of all objects in the layer bucket of a Region: the S3 bucket, owned by AWS, that " +
			"ECR sends clients to for the layers of an image. Whoever pulls through an S3 gateway endpoint with an endpoint policy " +
			"needs `s3:GetObject` on it.\n\n" +
			"For `\"eu-west-1\"` it gives `arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*`. The partition follows the Region: " +
			"for `\"us-gov-west-1\"` the ARN begins with `arn:aws-us-gov:`.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "region",
				MarkdownDescription: "The Region that the images are pulled from, for example `\"eu-west-1\"`.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (layerBucketARN) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var region string
	if resp.Error = req.Arguments.Get(ctx, &region); resp.Error != nil {
		return
	}
	arn, err := pattern.LayerBucketARN(region)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, arn)
}
