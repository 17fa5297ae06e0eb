// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const (
	resourceType = "ecrx_org_shared_repository"
	address      = resourceType + ".this"
	name         = acctest.Repository
)

// terraform goes through the steps. Afterwards, when everything is destroyed, nothing may be left.
func terraform(t *testing.T, a *awstest.AWS, steps ...resource.TestStep) {
	t.Helper()
	acctest.Test(t, steps...)
	gone(t, a)
}

// block gives a resource with the arguments.
func block(arguments string) string {
	return "resource \"" + resourceType + "\" \"this\" {\n" + arguments + "\n}\n"
}

func gone(t testing.TB, a *awstest.AWS) {
	t.Helper()
	out, err := a.ECR().DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range out.Repositories {
		t.Errorf("the repository %q is left", *r.RepositoryName)
	}
}

// expireAfter gives a lifecycle policy that keeps some images.
func expireAfter(images int) string {
	return fmt.Sprintf(`{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":%d},"action":{"type":"expire"}}]}`, images)
}
