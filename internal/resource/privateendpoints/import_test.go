// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	over := config(s.Network, map[string]any{
		"compute": []string{"eks"}, "include": []string{"kms"}, "exclude": []string{"logs"}, "tags": map[string]any{"team": "web"},
		"repository_arns": []string{repositoryARN(s.a, "team/*")}, "organization_ids": []string{"o-a1b2c3d4e5"}, "protect_from_delete": []string{repositoryARN(s.a, "*")},
		"layer_bucket_policy": "minimal", "additional_bucket_arns": []string{"arn:aws:s3:::cache/*"},
		"security_group": map[string]any{"ingress_cidr_blocks": []string{"10.0.0.0/16"}, "ingress_security_group_ids": []string{s.Group}},
	})
	acctest.ImportByIdentity(t, s.a, resourceType, over, over, map[string]any{"vpc_id": s.VPC}, map[string]any{"region": s.a.Region})
}

// TestImport takes over endpoints that other tools made: the first apply marks them, and changes what the configuration says.
func TestImport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, service := range []string{"ecr.api", "ecr.dkr", "logs", "sqs", "s3"} {
		s.foreign(service, "")
	}
	if err := s.tf.Import(t.Context(), s.VPC+"@"+s.a.Region); err != nil {
		t.Fatal(err)
	}
	over := map[string]any{"security_group": nil, "security_group_ids": []string{s.Group}}
	s.a.ResetCalls()
	if action := s.apply(over); action != lifecycle.Update {
		t.Errorf("the first apply is %s", action)
	}
	expectWrites(t, s.a, map[string]int{"CreateTags": 4, "DeleteTags": 4}) // the mark comes, and the name that the plan shows goes
	state := s.state()
	for _, service := range []string{"ecr.api", "ecr.dkr", "logs", "s3"} {
		if !state.Endpoints[service].Managed {
			t.Errorf("%s isn't taken over", service)
		}
	}
	s.apply(map[string]any{"security_group": nil, "security_group_ids": []string{s.Group}, "exclude": []string{"logs"}})
	if got := s.services(); got != "ecr.api ecr.dkr s3 sqs" {
		t.Errorf("there are %q: the endpoint of sqs is nobody's, that of logs isn't wanted any more", got)
	}
}

func TestImportOfNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := s.tf.Import(t.Context(), s.VPC); err == nil {
		t.Error("a VPC without endpoints can be imported")
	}
}
