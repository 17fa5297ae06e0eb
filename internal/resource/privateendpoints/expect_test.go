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
)

// alone is compute = ["ec2"], the smallest set, with others laid over.
func alone(over map[string]any) map[string]any {
	small := map[string]any{"compute": []string{"ec2"}}
	for name, value := range over {
		small[name] = value
	}
	return small
}

// refuses expects a plan to fail with one error, which begins with its attribute and summary and contains all the texts, and to change
// nothing.
func (s *site) refuses(over map[string]any, begin string, contains ...string) {
	s.t.Helper()
	s.a.ResetCalls()
	_, err := s.tf.Plan(s.t.Context(), config(s.Network, over))
	expectOneError(s.t, err, begin, contains...)
	expectWrites(s.t, s.a, map[string]int{}, begin)
}

// expectOneError expects one error alone, which begins with its attribute and summary, and contains all the texts.
func expectOneError(t testing.TB, err error, begin string, contains ...string) {
	t.Helper()
	all := acctest.Errors(err)
	if len(all) != 1 || !strings.HasPrefix(all[0], begin) || slices.ContainsFunc(contains, func(text string) bool { return !strings.Contains(all[0], text) }) {
		t.Errorf("the errors are\n%s\n(%v); want one alone, %q with %q", strings.Join(all, "\n"), err, begin, contains)
	}
}

// other makes an endpoint as somebody else would, with private DNS or on the route tables, and gives its id.
func other(t testing.TB, a *awstest.AWS, n awstest.Network, service string, changes ...func(*ec2.CreateVpcEndpointInput)) string {
	t.Helper()
	in := &ec2.CreateVpcEndpointInput{VpcId: &n.VPC, ServiceName: aws.String("com.amazonaws." + a.Region + "." + service)}
	if service == "s3" {
		in.RouteTableIds = []string{n.RouteTable}
	} else {
		in.VpcEndpointType, in.SubnetIds, in.SecurityGroupIds, in.PrivateDnsEnabled = types.VpcEndpointTypeInterface, n.Subnets, []string{n.Group}, aws.Bool(true)
	}
	for _, change := range changes {
		change(in)
	}
	out, err := a.EC2().CreateVpcEndpoint(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.VpcEndpoint.VpcEndpointId)
}

// remove deletes endpoints by hand.
func remove(t testing.TB, a *awstest.AWS, ids ...string) {
	t.Helper()
	if _, err := a.EC2().DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: ids}); err != nil {
		t.Fatal(err)
	}
}
