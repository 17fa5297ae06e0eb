// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// repositoryName is AWS's expression, anchored.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
var repositoryName = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)

// RepositoryNameValidator refuses names that ECR refuses.
func RepositoryNameValidator() validator.String { return repositoryNameValidator{} }

type repositoryNameValidator struct{}

func (repositoryNameValidator) Description(context.Context) string {
	return "the name of an ECR repository"
}

func (v repositoryNameValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (repositoryNameValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	name := req.ConfigValue.ValueString()
	if len(name) >= 2 && len(name) <= 256 && repositoryName.MatchString(name) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid repository name", fmt.Sprintf(
		"%q is not a name that ECR takes. Write 2 to 256 lower-case letters, digits, and single dots, underscores, dashes or slashes between them, such as \"team/app\".", name))
}
