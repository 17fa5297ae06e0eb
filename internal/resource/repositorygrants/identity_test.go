// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorygrants_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	arrange(t, a)
	config := map[string]any{"repository": name, "grants": map[string]any{"Web": map[string]any{"access": "pull", "accounts": []any{"222222222222"}}}}
	acctest.ImportByIdentity(t, a, resourceType, config, config,
		map[string]any{"repository": name}, map[string]any{"region": a.Region, "account_id": a.AccountID})

	const elsewhere = "us-east-1"
	if _, err := a.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String(name)}, func(o *ecr.Options) { o.Region = elsewhere }); err != nil {
		t.Fatal(err)
	}
	config["region"] = elsewhere
	acctest.ImportByIdentity(t, a, resourceType, config, config,
		map[string]any{"repository": name, "region": elsewhere}, map[string]any{"account_id": a.AccountID})
}
