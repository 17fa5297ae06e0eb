// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestImagesAreNotLost refuses, at plan, to destroy or replace a repository that holds images, unless force_delete was
// applied.
func TestImagesAreNotLost(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, nil)
	config := map[string]any{"name": name}
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	if _, err := a.ECR().PutImage(t.Context(), &ecr.PutImageInput{
		RepositoryName: aws.String(name), ImageTag: aws.String("v1"),
		ImageManifest: aws.String(`{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",` +
			`"config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},"layers":[]}`),
	}); err != nil {
		t.Fatal(err)
	}
	for what, other := range map[string]map[string]any{
		"destroy":            nil,
		"another name":       {"name": "team/web"},
		"another Region":     {"name": name, "region": "us-east-1"},
		"another encryption": {"name": name, "encryption": map[string]any{"type": "KMS"}},
	} {
		t.Log(what)
		_, err := tf.Plan(t.Context(), other)
		expectOneError(t, err, "force_delete", "it holds images")
	}
	config["force_delete"] = true
	if action, err := tf.Apply(t.Context(), config); err != nil || action != lifecycle.Update {
		t.Fatalf("the apply of force_delete is %s, %v", action, err)
	}
	if _, err := tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	gone(t, a)
}
