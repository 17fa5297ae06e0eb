// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// delete removes endpoints by hand.
func (s *site) delete(services ...string) {
	s.t.Helper()
	var ids []string
	for _, service := range services {
		ids = append(ids, *s.live()[service].VpcEndpointId)
	}
	if _, err := s.a.EC2().DeleteVpcEndpoints(s.t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: ids}); err != nil {
		s.t.Fatal(err)
	}
}

// foreign makes an endpoint as another tool does.
func (s *site) foreign(service, policy string) string {
	s.t.Helper()
	in := &ec2.CreateVpcEndpointInput{
		VpcId: &s.VPC, ServiceName: aws.String("com.amazonaws." + s.a.Region + "." + service), VpcEndpointType: types.VpcEndpointTypeInterface,
		SubnetIds: s.Subnets, SecurityGroupIds: []string{s.Group}, PrivateDnsEnabled: aws.Bool(true),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeVpcEndpoint, Tags: []types.Tag{{Key: aws.String("Name"), Value: aws.String(service)}}}},
	}
	if service == "s3" {
		in.VpcEndpointType, in.SubnetIds, in.SecurityGroupIds, in.PrivateDnsEnabled, in.RouteTableIds = types.VpcEndpointTypeGateway, nil, nil, nil, []string{s.RouteTable}
	}
	if policy != "" {
		in.PolicyDocument = &policy
	}
	out, err := s.a.EC2().CreateVpcEndpoint(s.t.Context(), in)
	if err != nil {
		s.t.Fatal(err)
	}
	return *out.VpcEndpoint.VpcEndpointId
}

// fails expects an apply to fail with a text.
func (s *site) fails(over map[string]any, want string) {
	s.t.Helper()
	_, err := s.tf.Apply(s.t.Context(), config(s.Network, over))
	acctest.ExpectError(s.t, err, want)
	s.a.ClearFaults()
}

// TestGoneSinceThePlan stops an apply whose plan kept an endpoint that isn't there any more, before it writes.
func TestGoneSinceThePlan(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.apply(nil)
	acctest.Between(s.tf, func() { s.delete("ecr.dkr"); s.a.ResetCalls() })
	s.fails(map[string]any{"exclude": []string{"logs"}}, "of ecr.dkr is gone since the plan was made. Plan and apply again")
	expectWrites(t, s.a, nil)
	s.apply(map[string]any{"exclude": []string{"logs"}})
	s.destroy()
}

// TestNothingFailsAfterTheWrites has reused endpoints read before the first write: what is made is in the state.
func TestNothingFailsAfterTheWrites(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.foreign("ecr.api", "")
	over := map[string]any{"existing": "reuse"}
	s.a.Inject(awstest.Fault{Action: "ec2:DescribePrefixLists", Kind: awstest.AccessDenied, Sticky: true})
	if _, err := s.tf.Apply(t.Context(), config(s.Network, over)); err != nil {
		t.Fatal(err)
	}
	if got := s.state().S3PrefixListID; got != "" {
		t.Errorf("the prefix list is %q, though nobody may read it", got)
	}
	s.a.ClearFaults()
	s.apply(over) // the refresh fills it
	if got := s.state().S3PrefixListID; !strings.HasPrefix(got, "pl-") {
		t.Errorf("after a refresh the prefix list is %q", got)
	}
	if state := s.state(); state.Endpoints["ecr.api"].Managed || state.Endpoints["ecr.api"].ID != id || !state.Endpoints["ecr.dkr"].Managed {
		t.Errorf("the endpoints are %+v", state.Endpoints)
	}
	if _, err := s.tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := s.services(); got != "ecr.api" {
		t.Errorf("after the destruction there are %q", got)
	}
}

// TestRuleOfAFailedUpdate shows a source that was let in before an update failed, and shuts it out again.
func TestRuleOfAFailedUpdate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.apply(nil)
	s.a.Inject(awstest.Fault{Action: "ec2:ModifyVpcEndpoint", Kind: awstest.AccessDenied, Sticky: true})
	s.fails(map[string]any{"subnet_ids": s.Subnets[:1], "security_group": map[string]any{"ingress_cidr_blocks": []string{"0.0.0.0/0"}}}, "ModifyVpcEndpoint")
	s.plans(nil, lifecycle.Update)
	s.a.ResetCalls()
	s.apply(nil)
	expectWrites(t, s.a, map[string]int{"RevokeSecurityGroupIngress": 1})
	s.destroy()
}

// TestFIPSAfterFailures goes back after a change to FIPS failed, at different places.
func TestFIPSAfterFailures(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"CreateVpcEndpoint", "DeleteVpcEndpoints", "RevokeSecurityGroupIngress"} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, awstest.InRegion("us-east-1"))
			plain := map[string]any{"compute": []string{"ec2"}, "security_group": map[string]any{"ingress_cidr_blocks": []string{"10.0.0.0/24"}}}
			fips := map[string]any{"compute": []string{"ec2"}, "fips": true}
			s.apply(plain)
			s.a.Inject(awstest.Fault{Action: "ec2:" + action, Call: 1, Kind: awstest.AccessDenied, Sticky: true})
			s.fails(fips, action)
			s.apply(plain)
			if got := s.services(); got != "ecr.api ecr.dkr s3" {
				t.Errorf("back again, there are %q", got)
			}
			s.apply(fips)
			if got := s.services(); got != "ecr-fips.api ecr-fips.dkr s3" {
				t.Errorf("with FIPS there are %q", got)
			}
			s.destroy()
		})
	}
}

// TestProofOfReusedEndpoints doesn't say of them what holds for own ones, and proves pulls by the policies that they have.
func TestProofOfReusedEndpoints(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.foreign("ecr.dkr", "")
	s.foreign("ecr.api", "")
	heard := acctest.Listen(s.tf)
	pulls := map[string]any{"web": map[string]any{"principal_arn": "arn:aws:iam::" + s.a.AccountID + ":role/web", "repository_arns": []string{repositoryARN(s.a, "team/web")}}}
	over := map[string]any{"existing": "reuse", "repository_arns": []string{repositoryARN(s.a, "team/*")}, "pulls": pulls}
	s.apply(over)
	if !slices.ContainsFunc(heard.Warnings(), func(w string) bool {
		return strings.Contains(w, "Policy of an endpoint of others") && strings.Contains(w, "repository_arns")
	}) {
		t.Error("no warning that repository_arns doesn't hold")
	}
	proof := strings.Join(s.state().Proof, "\n")
	if strings.Contains(proof, "nothing else through") || strings.Contains(proof, "outside") || !strings.Contains(proof, "role/web can pull from") {
		t.Errorf("the proof is:\n%s", proof)
	}
}

// TestReusedEndpointThatDeniesThePull stops the apply before it writes.
func TestReusedEndpointThatDeniesThePull(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.foreign("ecr.dkr", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:GetAuthorizationToken","Resource":"*"}]}`)
	pulls := map[string]any{"web": map[string]any{"principal_arn": "arn:aws:iam::" + s.a.AccountID + ":role/web", "repository_arns": []string{repositoryARN(s.a, "team/web")}}}
	s.a.ResetCalls()
	s.fails(map[string]any{"existing": "reuse", "pulls": pulls}, "Pull that is denied")
	expectWrites(t, s.a, nil)
}

// TestDestroyAfterImport leaves what no apply took over, and says so.
func TestDestroyAfterImport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.foreign("ecr.dkr", "")
	if err := s.tf.Import(t.Context(), s.VPC); err != nil {
		t.Fatal(err)
	}
	heard := acctest.Listen(s.tf)
	if _, err := s.tf.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := s.services(); got != "ecr.dkr" || !slices.ContainsFunc(heard.Warnings(), func(w string) bool { return strings.Contains(w, id) }) {
		t.Errorf("there are %q, and the warnings %q", got, heard.Warnings())
	}
}
