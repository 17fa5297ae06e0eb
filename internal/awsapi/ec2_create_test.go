// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// attempts answers a create by turns; the last answer stays.
func attempts(action string, answers ...answer) *ec2Stub {
	return &ec2Stub{answer: func(c ec2Call) answer {
		if c.action == action {
			if a := answers[min(c.n, len(answers))-1]; a.status != 0 || a.lost {
				return a
			}
		}
		return given(c, "<groupId>sg-1</groupId><vpcEndpoint>"+endpointItem("vpce-1", "pending", "")+"</vpcEndpoint>")
	}}
}

// A lost answer is asked for with the same token, also when the SDK would give up, and when the caller has.
func TestCreateEndpointWithLostAnswers(t *testing.T) {
	t.Parallel()
	lost, denied := answer{lost: true}, ec2Refusal("UnauthorizedOperation", "no")
	for name, test := range map[string]struct {
		answers []answer
		groups  []string
		made    bool
		calls   int
		want    string
	}{
		"once":               {[]answer{lost, {}}, nil, true, 2, ""},
		"as often as may be": {[]answer{lost, lost, {}}, nil, true, 3, ""},
		"then denied":        {[]answer{lost, denied}, nil, false, 3, "whether it was created isn't known"},
		"denied":             {[]answer{denied}, nil, false, 1, "UnauthorizedOperation"},
		"a new group":        {[]answer{ec2Refusal("InvalidGroup.NotFound", "x"), {}}, []string{"sg-1"}, true, 2, ""},
		"no group, then":     {[]answer{ec2Refusal("InvalidGroup.NotFound", "x"), {}}, nil, false, 1, "InvalidGroup.NotFound"},
		"always lost":        {[]answer{lost}, nil, false, 4, "whether it was created isn't known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ec2 := attempts("CreateVpcEndpoint", test.answers...)
				made, err := ec2.clients(retries(2)).CreateEndpoint(t.Context(), "", "token", awsapi.NewEndpoint{
					VPCID: "vpc-1", ServiceName: "s", Type: awsapi.GatewayEndpoint, SecurityGroupIDs: test.groups,
				})
				if (made.ID == "vpce-1") != test.made || (err == nil) != test.made || err != nil && !strings.Contains(err.Error(), test.want) {
					t.Errorf("made %q, %v", made.ID, err)
				}
				sent := ec2.sent("CreateVpcEndpoint")
				if len(sent) != test.calls || len(slices.Compact(sent)) != 1 || !strings.Contains(sent[0], "ClientToken=token") {
					t.Errorf("sent %q, want %d of one kind", sent, test.calls)
				}
			})
		})
	}
}

func TestInterruptedCreateEndpoint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		ec2 := attempts("CreateVpcEndpoint", answer{})
		inner := ec2.answer
		ec2.answer = func(c ec2Call) answer {
			if interrupt(); c.n == 1 {
				return answer{lost: true}
			}
			return inner(c)
		}
		c := ec2.clients()
		in := awsapi.NewEndpoint{VPCID: "vpc-1", ServiceName: "s", Type: awsapi.GatewayEndpoint}
		if made, err := c.CreateEndpoint(ctx, "", "token", in); made.ID != "vpce-1" || err != nil {
			t.Errorf("interrupted on the way: %q, %v", made.ID, err)
		}
		if _, err := c.CreateEndpoint(ctx, "", "other", in); !errors.Is(err, context.Canceled) || len(ec2.actions()) != 2 {
			t.Errorf("interrupted before: %v, %q", err, ec2.actions())
		}
	})
}

// What an attempt with a lost answer made is known by its description, its tags, and that it has no rules yet.
func TestCreateSecurityGroupWithLostAnswers(t *testing.T) {
	t.Parallel()
	const mine = "<item><groupId>sg-1</groupId><groupName>n</groupName><groupDescription>d</groupDescription><tagSet><item><key>a</key><value>b</value></item></tagSet>%s</item>"
	rule := "<ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><toPort>443</toPort><ipRanges><item><cidrIp>10.0.0.0/8</cidrIp></item></ipRanges></item></ipPermissions>"
	lost, duplicate := answer{lost: true}, ec2Refusal("InvalidGroup.Duplicate", "The security group 'n' already exists")
	for name, test := range map[string]struct {
		answers []answer
		there   []string // by look; the last stays
		want    string   // of the error; "": made
		looks   int
	}{
		"ours":                {[]answer{lost, duplicate}, []string{fmt.Sprintf(mine, "")}, "", 1},
		"ours, shown late":    {[]answer{lost, duplicate}, []string{"", fmt.Sprintf(mine, "")}, "", 2},
		"another's":           {[]answer{duplicate}, nil, "a security group n exists already in vpc-1", 0},
		"another description": {[]answer{lost, duplicate}, []string{strings.ReplaceAll(fmt.Sprintf(mine, ""), ">d<", ">e<")}, "exists already", 1},
		"other tags":          {[]answer{lost, duplicate}, []string{strings.ReplaceAll(fmt.Sprintf(mine, ""), ">b<", ">c<")}, "exists already", 1},
		"rules":               {[]answer{lost, duplicate}, []string{fmt.Sprintf(mine, rule)}, "exists already", 1},
		"lost and made":       {[]answer{lost}, []string{fmt.Sprintf(mine, "")}, "", 1},
		"lost and not made":   {[]answer{lost}, []string{""}, "connection reset", 3},
		"denied":              {[]answer{ec2Refusal("UnauthorizedOperation", "no")}, nil, "UnauthorizedOperation", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ec2 := attempts("CreateSecurityGroup", test.answers...)
				inner := ec2.answer
				ec2.answer = func(c ec2Call) answer {
					if c.action == "DescribeSecurityGroups" {
						return given(c, "<securityGroupInfo>"+test.there[min(c.n, len(test.there))-1]+"</securityGroupInfo>")
					}
					return inner(c)
				}
				id, err := ec2.clients(retries(2)).CreateSecurityGroup(t.Context(), "", awsapi.NewSecurityGroup{Name: "n", Description: "d", VPCID: "vpc-1", Tags: map[string]string{"a": "b"}})
				if (id == "sg-1") != (test.want == "") || (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
					t.Errorf("made %q, %v", id, err)
				}
				if looks := len(ec2.sent("DescribeSecurityGroups")); looks != test.looks {
					t.Errorf("%d looks, want %d", looks, test.looks)
				}
			})
		})
	}
}

// Rules that can't be made take the group with them.
func TestCreateSecurityGroupIsAllOrNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rules, deletion answer
		interrupted     bool
		id              string
		want            []string
		actions         []string
	}{
		"denied":            {rules: ec2Refusal("UnauthorizedOperation", "rules"), want: []string{"UnauthorizedOperation: rules"}, actions: []string{"CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "DeleteSecurityGroup"}},
		"interrupted":       {rules: answer{lost: true}, interrupted: true, want: []string{"context canceled"}, actions: []string{"CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "DeleteSecurityGroup"}},
		"and it stays":      {rules: ec2Refusal("RulesPerSecurityGroupLimitExceeded", "60"), deletion: ec2Refusal("UnauthorizedOperation", "deletion"), id: "sg-1", want: []string{"RulesPerSecurityGroupLimitExceeded: 60", "the security group sg-1 was created before that, and can't be deleted again: UnauthorizedOperation: deletion"}, actions: []string{"CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "DeleteSecurityGroup"}},
		"not known at once": {rules: ec2Refusal("InvalidGroup.NotFound", "x"), id: "sg-1", actions: []string{"CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupIngress"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, interrupt := context.WithCancel(t.Context())
				defer interrupt()
				ec2 := &ec2Stub{answer: func(c ec2Call) answer {
					switch {
					case c.action == "AuthorizeSecurityGroupIngress" && c.n == 1:
						if test.interrupted {
							interrupt()
						}
						return test.rules
					case c.action == "DeleteSecurityGroup" && test.deletion.status != 0:
						return test.deletion
					}
					return given(c, "<groupId>sg-1</groupId>")
				}}
				id, err := ec2.clients(retries(2)).CreateSecurityGroup(ctx, "", awsapi.NewSecurityGroup{
					Name: "n", Description: "d", VPCID: "vpc-1", Ingress: []awsapi.IngressRule{awsapi.HTTPS("10.0.0.0/8")},
				})
				if id != test.id || (err == nil) != (test.want == nil) {
					t.Errorf("%q, %v", id, err)
				}
				for _, part := range test.want {
					if err != nil && !strings.Contains(err.Error(), part) {
						t.Errorf("error %q lacks %q", err, part)
					}
				}
				if diff := cmp.Diff(test.actions, ec2.actions()); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// One rule that is there already doesn't keep the others from being made, nor one that is gone the others from going.
func TestIngressThatIsDoneAlready(t *testing.T) {
	t.Parallel()
	const present = "10.1.0.0/16"
	ec2 := &ec2Stub{answer: func(c ec2Call) answer {
		for _, values := range c.form {
			if values[0] == present {
				return ec2Refusal(map[string]string{"AuthorizeSecurityGroupIngress": "InvalidPermission.Duplicate", "RevokeSecurityGroupIngress": "InvalidPermission.NotFound"}[c.action], "x")
			}
		}
		return given(c, "")
	}}
	rules := []awsapi.IngressRule{awsapi.HTTPS("10.0.0.0/16"), awsapi.HTTPS(present), awsapi.HTTPS("10.2.0.0/16")}
	if err := ec2.clients().ChangeIngress(t.Context(), "", "sg-1", rules, rules); err != nil {
		t.Fatal(err)
	}
	one := func(action string) []string { return []string{action, action, action, action} }
	if diff := cmp.Diff(slices.Concat(one("AuthorizeSecurityGroupIngress"), one("RevokeSecurityGroupIngress")), ec2.actions()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if err := ec2.clients().ChangeIngress(t.Context(), "", "sg-1", rules[1:2], rules[1:2]); err != nil {
		t.Errorf("alone: %v", err)
	}
}
