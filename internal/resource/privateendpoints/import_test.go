// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
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

// importOthers makes endpoints with a further one, whose rule and whose endpoint somebody else may rely on, and imports them into
// another state.
func importOthers(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	s.apply(map[string]any{"include": []string{"kms"}})
	group := s.state().SecurityGroupID
	if _, err := s.a.EC2().AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: &group, IpProtocol: aws.String("tcp"), FromPort: aws.Int32(443), ToPort: aws.Int32(443), CidrIp: aws.String("10.9.0.0/16"),
	}); err != nil {
		t.Fatal(err)
	}
	s.tf = acctest.Core(s.a, resourceType, nil)
	if err := s.tf.Import(t.Context(), s.VPC); err != nil {
		t.Fatal(err)
	}
	s.a.ResetCalls()
	return s
}

// lets expects the number of sources that the security group lets in.
func (s *site) lets(group string, want int) {
	s.t.Helper()
	out, err := s.a.EC2().DescribeSecurityGroups(s.t.Context(), &ec2.DescribeSecurityGroupsInput{GroupIds: []string{group}})
	if err != nil {
		s.t.Fatal(err)
	}
	n := 0
	for _, rule := range out.SecurityGroups[0].IpPermissions {
		n += len(rule.IpRanges)
	}
	if n != want {
		s.t.Errorf("the group lets %d in, want %d", n, want)
	}
}

// TestImportLeavesWhatIsNotNamed finds endpoints with the mark that may be another state's. The first apply writes nothing and owns
// those that the configuration names alone; a later apply doesn't touch the others.
func TestImportLeavesWhatIsNotNamed(t *testing.T) {
	t.Parallel()
	s := importOthers(t)
	group := s.state().SecurityGroupID
	heard := acctest.Listen(s.tf)
	if action := s.apply(nil); action != lifecycle.Update {
		t.Errorf("the first apply is %s", action)
	}
	expectWrites(t, s.a, nil)
	if warnings := strings.Join(heard.Warnings(), "\n"); !strings.Contains(warnings, *s.live()["kms"].VpcEndpointId+" were found at the import") {
		t.Errorf("the plan warns %q", warnings)
	}
	s.lets(group, 2)
	s.apply(map[string]any{"exclude": []string{"logs"}})
	if got := s.services(); got != "ecr.api ecr.dkr kms s3" {
		t.Errorf("there are %q: logs was taken over, kms wasn't", got)
	}
	s.lets(group, 2)
}

// TestImportDestroyed leaves, after an apply, what the configuration never named.
func TestImportDestroyed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	over := map[string]any{"include": []string{"kms"}, "security_group": nil, "security_group_ids": []string{s.Group}}
	s.apply(over)
	s.tf = acctest.Core(s.a, resourceType, nil)
	if err := s.tf.Import(t.Context(), s.VPC); err != nil {
		t.Fatal(err)
	}
	delete(over, "include")
	s.apply(over)
	if _, err := s.tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := s.services(); got != "kms" {
		t.Errorf("after the destroy there are %q", got)
	}
}

// TestImportNeverApplied owns nothing.
func TestImportNeverApplied(t *testing.T) {
	t.Parallel()
	s := importOthers(t)
	heard := acctest.Listen(s.tf)
	if _, err := s.tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	expectWrites(t, s.a, nil)
	if warnings := strings.Join(heard.Warnings(), "\n"); !strings.Contains(warnings, "Imported endpoints are left") {
		t.Errorf("the destroy warns %q", warnings)
	}
}

// TestImportAppliedAsItIs owns what the configuration names, though the apply writes nothing.
func TestImportAppliedAsItIs(t *testing.T) {
	t.Parallel()
	s := importOthers(t)
	all := map[string]any{"include": []string{"kms"}, "security_group": map[string]any{"ingress_cidr_blocks": []string{"10.0.0.0/16", "10.9.0.0/16"}}}
	if action := s.apply(all); action != lifecycle.Update {
		t.Errorf("the first apply is %s", action)
	}
	expectWrites(t, s.a, nil)
	s.destroy()
}

// TestImportWithAFailedApply owns what the failed apply made, and nothing that the import found.
func TestImportWithAFailedApply(t *testing.T) {
	t.Parallel()
	s := importOthers(t)
	more := map[string]any{"include": []string{"sts"}, "tags": map[string]any{"team": "web"}}
	s.a.Inject(awstest.Fault{Action: "CreateTags", Kind: awstest.AccessDenied, Sticky: true})
	if _, err := s.tf.Apply(t.Context(), config(s.Network, more)); err == nil {
		t.Fatal("the apply doesn't fail")
	}
	s.a.ClearFaults()
	if got := s.services(); got != "ecr.api ecr.dkr kms logs s3 sts" {
		t.Errorf("after the failure there are %q", got)
	}
	if _, err := s.tf.Apply(t.Context(), config(s.Network, nil)); err != nil {
		t.Fatal(err)
	}
	if got := s.services(); got != "ecr.api ecr.dkr kms logs s3" {
		t.Errorf("there are %q: sts was made by the failed apply, kms wasn't", got)
	}
}

func TestImportOfNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := s.tf.Import(t.Context(), s.VPC); err == nil {
		t.Error("a VPC without endpoints can be imported")
	}
}
