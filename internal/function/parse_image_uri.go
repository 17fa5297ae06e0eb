// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

var _ function.Function = parseImageURI{}

// NewParseImageURI gives the function parse_image_uri.
func NewParseImageURI() function.Function { return parseImageURI{} }

type parseImageURI struct{}

type imageURI struct {
	Host          string       `tfsdk:"host"`
	RegistryID    string       `tfsdk:"registry_id"`
	Region        string       `tfsdk:"region"`
	Partition     string       `tfsdk:"partition"`
	DNSSuffix     string       `tfsdk:"dns_suffix"`
	FIPS          bool         `tfsdk:"fips"`
	DualStack     bool         `tfsdk:"dual_stack"`
	Repository    string       `tfsdk:"repository"`
	RepositoryARN string       `tfsdk:"repository_arn"`
	Tag           types.String `tfsdk:"tag"`
	Digest        types.String `tfsdk:"digest"`
}

func (parseImageURI) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_image_uri"
}

func (parseImageURI) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Takes the URI of an image in a private ECR registry apart",
		MarkdownDescription: "Takes the URI of an image, or of a repository, in a private ECR registry apart. It knows the IPv4, " +
			"dual-stack and FIPS hosts of every partition, and fails on anything else: an image of Docker Hub or of ECR Public, " +
			"a URI with `https://`, a host that doesn't fit its Region.\n\n" +
			"For `\"111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2.3\"` it gives an object with\n\n" +
			"- `host`: `\"111111111111.dkr.ecr.eu-west-1.amazonaws.com\"`\n" +
			"- `registry_id`: `\"111111111111\"`, the id of the account that owns the registry\n" +
			"- `region`: `\"eu-west-1\"`\n" +
			"- `partition`: `\"aws\"`\n" +
			"- `dns_suffix`: `\"amazonaws.com\"`; `\"on.aws\"` for a dual-stack host\n" +
			"- `fips`: `false`; `true` for the hosts `dkr.ecr-fips` and `dkr-ecr-fips`\n" +
			"- `dual_stack`: `false`; `true` for the hosts `dkr-ecr` and `dkr-ecr-fips`\n" +
			"- `repository`: `\"team/app\"`\n" +
			"- `repository_arn`: `\"arn:aws:ecr:eu-west-1:111111111111:repository/team/app\"`\n" +
			"- `tag`: `\"1.2.3\"`, null when the URI has none\n" +
			"- `digest`: null; `\"sha256:…\"` when the URI has `@sha256:…`",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "uri",
				MarkdownDescription: "`HOST/REPOSITORY`, then optionally `:TAG`, `@DIGEST` or both, for example " +
					"`\"111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2.3\"`.",
			},
		},
		Return: function.ObjectReturn{
			AttributeTypes: map[string]attr.Type{
				"host":           types.StringType,
				"registry_id":    types.StringType,
				"region":         types.StringType,
				"partition":      types.StringType,
				"dns_suffix":     types.StringType,
				"fips":           types.BoolType,
				"dual_stack":     types.BoolType,
				"repository":     types.StringType,
				"repository_arn": types.StringType,
				"tag":            types.StringType,
				"digest":         types.StringType,
			},
		},
	}
}

func (parseImageURI) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var uri string
	if resp.Error = req.Arguments.Get(ctx, &uri); resp.Error != nil {
		return
	}
	image, err := pattern.ParseImageURI(uri)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, imageURI{
		Host:          image.Host,
		RegistryID:    image.RegistryID,
		Region:        image.Region,
		Partition:     image.Partition,
		DNSSuffix:     image.DNSSuffix,
		FIPS:          image.FIPS,
		DualStack:     image.DualStack,
		Repository:    image.Repository,
		RepositoryARN: image.RepositoryARN(),
		Tag:           fw.OptionalString(image.Tag),
		Digest:        fw.OptionalString(image.Digest),
	})
}
