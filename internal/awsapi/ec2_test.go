// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// What is sent: nothing that wasn't asked for, private DNS always where it has a meaning, and the tags with the object.
func TestEndpointsAreAskedFor(t *testing.T) {
	t.Parallel()
	no, document := false, "{}"
	none := ""
	for name, test := range map[string]struct {
		call   func(*awsapi.Clients) error
		action string
		want   []string
	}{
		"an interface endpoint": {
			func(c *awsapi.Clients) error {
				_, err := c.CreateEndpoint(t.Context(), "us-east-1", "t1", awsapi.NewEndpoint{
					VPCID: "vpc-1", ServiceName: "s", Type: awsapi.InterfaceEndpoint, SubnetIDs: []string{"subnet-1"}, Tags: map[string]string{"b": "2", "a": "1"},
				})
				return err
			}, "CreateVpcEndpoint",
			[]string{"ClientToken=t1 PrivateDnsEnabled=false ServiceName=s SubnetId.1=subnet-1 TagSpecification.1.ResourceType=vpc-endpoint " +
				"TagSpecification.1.Tag.1.Key=a TagSpecification.1.Tag.1.Value=1 TagSpecification.1.Tag.2.Key=b TagSpecification.1.Tag.2.Value=2 " +
				"VpcEndpointType=Interface VpcId=vpc-1"},
		},
		"a gateway endpoint": {
			func(c *awsapi.Clients) error {
				_, err := c.CreateEndpoint(t.Context(), "us-east-1", "t2", awsapi.NewEndpoint{
					VPCID: "vpc-1", ServiceName: "s", Type: awsapi.GatewayEndpoint, RouteTableIDs: []string{"rtb-1"}, Policy: document,
				})
				return err
			}, "CreateVpcEndpoint",
			[]string{"ClientToken=t2 PolicyDocument={} RouteTableId.1=rtb-1 ServiceName=s VpcEndpointType=Gateway VpcId=vpc-1"},
		},
		"a policy": {
			func(c *awsapi.Clients) error {
				return c.ModifyEndpoint(t.Context(), "us-east-1", "vpce-1", awsapi.EndpointChange{Policy: &document, AddRouteTableIDs: []string{"rtb-1"}})
			}, "ModifyVpcEndpoint", []string{"AddRouteTableId.1=rtb-1 PolicyDocument={} VpcEndpointId=vpce-1"},
		},
		"the default policy": {
			func(c *awsapi.Clients) error {
				return c.ModifyEndpoint(t.Context(), "us-east-1", "vpce-1", awsapi.EndpointChange{Policy: &none, PrivateDNS: &no})
			}, "ModifyVpcEndpoint", []string{"PrivateDnsEnabled=false ResetPolicy=true VpcEndpointId=vpce-1"},
		},
		"rules": {
			func(c *awsapi.Clients) error {
				return c.ChangeIngress(t.Context(), "us-east-1", "sg-1", []awsapi.IngressRule{
					awsapi.HTTPS("10.0.0.0/8"), awsapi.HTTPS("2001:db8::/32"), awsapi.HTTPS("sg-2"), awsapi.HTTPS("222222222222/sg-3"), awsapi.HTTPS("pl-1"),
					{Protocol: "-1", Source: "10.0.0.0/8"},
				}, nil)
			}, "AuthorizeSecurityGroupIngress",
			[]string{"GroupId=sg-1 " +
				"IpPermissions.1.FromPort=443 IpPermissions.1.IpProtocol=tcp IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8 IpPermissions.1.ToPort=443 " +
				"IpPermissions.2.FromPort=443 IpPermissions.2.IpProtocol=tcp IpPermissions.2.Ipv6Ranges.1.CidrIpv6=2001:db8::/32 IpPermissions.2.ToPort=443 " +
				"IpPermissions.3.FromPort=443 IpPermissions.3.Groups.1.GroupId=sg-2 IpPermissions.3.IpProtocol=tcp IpPermissions.3.ToPort=443 " +
				"IpPermissions.4.FromPort=443 IpPermissions.4.Groups.1.GroupId=sg-3 IpPermissions.4.Groups.1.UserId=222222222222 IpPermissions.4.IpProtocol=tcp IpPermissions.4.ToPort=443 " +
				"IpPermissions.5.FromPort=443 IpPermissions.5.IpProtocol=tcp IpPermissions.5.PrefixListIds.1.PrefixListId=pl-1 IpPermissions.5.ToPort=443 " +
				"IpPermissions.6.IpProtocol=-1 IpPermissions.6.IpRanges.1.CidrIp=10.0.0.0/8"},
		},
		"tags": {
			func(c *awsapi.Clients) error {
				return c.DeleteTags(t.Context(), "us-east-1", []string{"vpce-1", "sg-1"}, []string{"a", "b"})
			}, "DeleteTags", []string{"ResourceId.1=vpce-1 ResourceId.2=sg-1 Tag.1.Key=a Tag.2.Key=b"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ec2 := &ec2Stub{answer: func(c ec2Call) answer {
				return given(c, "<vpcEndpoint>"+endpointItem("vpce-1", "Pending", "")+"</vpcEndpoint>")
			}}
			if err := test.call(ec2.clients()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, ec2.sent(test.action)); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
			for _, c := range ec2.calls {
				if c.host != "ec2.us-east-1.amazonaws.com" || c.scope != "us-east-1" {
					t.Errorf("%s went to %s, signed for %s", c.action, c.host, c.scope)
				}
			}
		})
	}
}

func TestEndpointsComeInPages(t *testing.T) {
	t.Parallel()
	ec2 := &ec2Stub{answer: func(c ec2Call) answer {
		switch c.n {
		case 1:
			return given(c, "<nextToken>two</nextToken>"+endpointSet(endpointItem("vpce-1", "available", ""), endpointItem("vpce-2", "deleted", "")))
		case 2:
			return given(c, "<nextToken>three</nextToken><vpcEndpointSet/>")
		default:
			return given(c, endpointSet(endpointItem("vpce-3", "Failed", "<privateDnsEnabled>true</privateDnsEnabled>"+
				"<lastError><code>UnsupportedService</code><message>not here</message></lastError>")))
		}
	}}
	got, err := ec2.clients().Endpoints(t.Context(), "", "vpc-1")
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, e := range got {
		seen = append(seen, fmt.Sprintf("%s %s %q %t", e.ID, e.State, e.LastError, e.PrivateDNS))
	}
	if diff := cmp.Diff([]string{`vpce-1 available "" false`, `vpce-3 failed "UnsupportedService: not here" false`}, seen); diff != "" {
		t.Errorf("endpoints (-want +got):\n%s", diff)
	}
	const filter = "Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1"
	if diff := cmp.Diff([]string{filter, filter + " NextToken=two", filter + " NextToken=three"}, ec2.sent("DescribeVpcEndpoints")); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

// A filter takes 200 values.
func TestManySubnetsTakeSeveralCalls(t *testing.T) {
	t.Parallel()
	ec2 := &ec2Stub{answer: func(c ec2Call) answer { return given(c, "<subnetSet/>") }}
	var ids []string
	for i := range 201 {
		ids = append(ids, fmt.Sprintf("subnet-%03d", i), "subnet-000")
	}
	if _, err := ec2.clients().Subnets(t.Context(), "", ids); err != nil {
		t.Fatal(err)
	}
	sent := ec2.sent("DescribeSubnets")
	if len(sent) != 2 || !strings.Contains(sent[0], "Value.200=subnet-199") || sent[1] != "Filter.1.Name=subnet-id Filter.1.Value.1=subnet-200" {
		t.Errorf("sent %q", sent)
	}
}

func TestEndpointServicesAreAskedForOnce(t *testing.T) {
	t.Parallel()
	service := func(name, kind string) string {
		return "<item><serviceName>" + name + "</serviceName><serviceType><item><serviceType>" + kind + "</serviceType></item></serviceType>" +
			"<availabilityZoneSet><item>b</item><item>a</item></availabilityZoneSet><supportedIpAddressTypeSet><item>ipv6</item><item>ipv4</item></supportedIpAddressTypeSet>" +
			"<privateDnsName>x</privateDnsName><vpcEndpointPolicySupported>true</vpcEndpointPolicySupported></item>"
	}
	ec2 := &ec2Stub{answer: func(c ec2Call) answer {
		if c.n == 1 {
			return ec2Refusal("UnauthorizedOperation", "You are not authorized to perform this operation.")
		}
		region := c.scope
		return given(c, "<serviceDetailSet>"+service("com.amazonaws."+region+".s3", "Gateway")+service("cn.com.amazonaws."+region+".ecr.api", "Interface")+"</serviceDetailSet>")
	}}
	c := ec2.clients()
	if _, err := c.EndpointServices(t.Context(), ""); !awsapi.IsAccessDenied(err) || !strings.Contains(err.Error(), "the caller needs ec2:DescribeVpcEndpointServices, and no policy of the organization may deny it") {
		t.Errorf("refused: %v", err)
	}
	for _, test := range [][2]string{{"", "eu-west-1"}, {"eu-west-1", "eu-west-1"}, {"us-east-1", "us-east-1"}} {
		services, err := c.EndpointServices(t.Context(), test[0])
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range services {
			got = append(got, s.Name+" "+s.Type)
			if !slices.Equal(s.Zones, []string{"a", "b"}) || !slices.Equal(s.IPAddressTypes, []string{"ipv4", "ipv6"}) || s.PrivateDNSName != "x" || !s.TakesPolicy {
				t.Errorf("%+v", s)
			}
		}
		if diff := cmp.Diff([]string{"com.amazonaws." + test[1] + ".s3 Gateway", "cn.com.amazonaws." + test[1] + ".ecr.api Interface"}, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test[0], diff)
		}
	}
	if n := len(ec2.actions()); n != 3 {
		t.Errorf("%d calls, want one for the refusal and one for each Region", n)
	}
}

func TestPrefixListIsAskedForOnce(t *testing.T) {
	t.Parallel()
	ec2 := &ec2Stub{answer: func(c ec2Call) answer {
		if c.n == 1 {
			return given(c, "<prefixListSet/>")
		}
		return given(c, "<prefixListSet><item><prefixListId>pl-1</prefixListId></item></prefixListSet>")
	}}
	c := ec2.clients()
	if _, err := c.PrefixListID(t.Context(), "", "com.x"); err == nil || err.Error() != "EC2 gives 0 prefix lists named com.x in eu-west-1 instead of one: " {
		t.Errorf("none: %v", err)
	}
	for range 2 {
		if id, err := c.PrefixListID(t.Context(), "eu-west-1", "com.x"); id != "pl-1" || err != nil {
			t.Errorf("%q, %v", id, err)
		}
	}
	if n := len(ec2.actions()); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
}

// Which errors of EC2 mean that there is no such thing, and which pass.
func TestErrorsOfEC2(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer   answer
		notFound bool
		attempts int
	}{
		"no endpoint":       {ec2Refusal("InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id 'vpce-1' does not exist"), true, 1},
		"no endpoint, else": {ec2Refusal("InvalidVpcEndpoint.NotFound", "x"), true, 1},
		"no subnet":         {ec2Refusal("InvalidSubnetID.NotFound", "x"), true, 1},
		"no VPC":            {ec2Refusal("InvalidVpcID.NotFound", "x"), true, 1},
		"no route table":    {ec2Refusal("InvalidRouteTableID.NotFound", "x"), true, 1},
		"no group":          {ec2Refusal("InvalidGroup.NotFound", "x"), true, 1},
		"a conflict":        {ec2Refusal("InvalidParameter", "private-dns-enabled cannot be set"), false, 1},
		"too many":          {ec2Refusal("VpcEndpointLimitExceeded", "x"), false, 1},
		"too quick":         {answer{status: 503, body: ec2Refusal("RequestLimitExceeded", "Request limit exceeded.").body}, false, 3},
		"EC2's fault":       {answer{status: 500, body: ec2Refusal("InternalError", "An internal error has occurred.").body}, false, 3},
		"another change":    {ec2Refusal("OperationInProgress", "VpcEndpoint modify operation in progress"), false, 3},
		"still creating":    {ec2Refusal("InvalidParameter", "Cannot modify VPC Endpoint vpce-1 at this time because there is an idempotent operation going on"), false, 3},
		"other tags":        {ec2Refusal("ConcurrentTagAccess", "x"), false, 3},
		"no answer":         {answer{lost: true}, false, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ec2 := &ec2Stub{answer: func(ec2Call) answer { return test.answer }}
				on := true
				err := ec2.clients(retries(3)).ModifyEndpoint(t.Context(), "", "vpce-1", awsapi.EndpointChange{PrivateDNS: &on})
				if err == nil || awsapi.IsNotFound(err) != test.notFound || len(ec2.actions()) != test.attempts {
					t.Errorf("%v after %d attempts", err, len(ec2.actions()))
				}
			})
		})
	}
}

func TestDeletedEndpointsThatFail(t *testing.T) {
	t.Parallel()
	item := func(id, code string) string {
		return "<item><resourceId>" + id + "</resourceId><error><code>" + code + "</code><message>about " + id + "</message></error></item>"
	}
	for name, test := range map[string]struct {
		ids    []string
		answer func(ec2Call) answer
		want   string
	}{
		"gone already": {[]string{"vpce-1", "vpce-2"}, func(c ec2Call) answer {
			return given(c, "<unsuccessful>"+item("vpce-1", "InvalidVpcEndpointId.NotFound")+item("vpce-2", "InvalidVpcEndpoint.NotFound")+"</unsuccessful>")
		}, ""},
		"two refusals": {[]string{"vpce-1", "vpce-2", "vpce-3"}, func(c ec2Call) answer {
			return given(c, "<unsuccessful>"+item("vpce-1", "X")+item("vpce-2", "InvalidVpcEndpointId.NotFound")+item("vpce-3", "Y")+"</unsuccessful>")
		}, "vpce-1: X: about vpce-1 (DeleteVpcEndpoints)\nvpce-3: Y: about vpce-3 (DeleteVpcEndpoints)"},
		"no reason": {[]string{"vpce-1"}, func(c ec2Call) answer {
			return given(c, "<unsuccessful><item><resourceId>vpce-1</resourceId></item></unsuccessful>")
		}, "vpce-1: no reason given (DeleteVpcEndpoints)"},
		"the call, for one": {[]string{"vpce-1"}, func(ec2Call) answer { return ec2Refusal("InvalidVpcEndpointId.NotFound", "x") }, ""},
		"the call, for two": {
			[]string{"vpce-1", "vpce-2"},
			func(ec2Call) answer { return ec2Refusal("InvalidVpcEndpointId.NotFound", "x") },
			"InvalidVpcEndpointId.NotFound: x (DeleteVpcEndpoints, HTTP 400, request id request-1)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ec2 := &ec2Stub{answer: test.answer}
			err := ec2.clients().DeleteEndpoints(t.Context(), "", test.ids)
			if got := fmt.Sprint(err); got != test.want && (test.want != "" || err != nil) {
				t.Errorf("error:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}
