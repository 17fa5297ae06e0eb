// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// looksForLostGroup is how often EC2 is asked for a security group that may have been made, or not.
const looksForLostGroup = 3

// NewSecurityGroup is a security group to create. EC2 lets everything out of it.
type NewSecurityGroup struct {
	Name, Description string // both must be there; the name is the only one of its VPC
	VPCID             string
	Ingress           []IngressRule
	Tags              map[string]string
}

// CreateSecurityGroup creates a security group with its rules, and gives its id. It is all or nothing: a group whose rules can't be
// made is deleted again, within a minute that ctx doesn't cut off. Only when that fails the id is given along with the error.
//
// EC2 has no token for this call. When an answer was lost, the group of that name is taken for this call's if it has the
// description and the tags, no others, and no rules yet. Otherwise the error is [IsAlreadyExists].
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html.
func (c *Clients) CreateSecurityGroup(ctx context.Context, region string, in NewSecurityGroup) (id string, err error) {
	id, err = c.createBareGroup(ctx, region, in)
	if err != nil {
		return "", err
	}
	if err = c.ChangeIngress(ctx, region, id, in.Ingress, nil); err == nil {
		return id, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	if undone := c.DeleteSecurityGroup(ctx, region, id); undone != nil {
		return id, fmt.Errorf("%w; the security group %s was created before that, and can't be deleted again: %w", err, id, undone)
	}
	return "", err
}

func (c *Clients) createBareGroup(ctx context.Context, region string, in NewSecurityGroup) (string, error) {
	options, err := c.ec2Options(ctx, region)
	if err != nil {
		return "", err
	}
	patience := c.patience(options.Retryer)
	lost := false
	for {
		if ctx.Err() != nil && !lost {
			return "", context.Cause(ctx)
		}
		id, err := c.createGroupOnce(ctx, region, in)
		if err == nil {
			return id, nil
		}
		if IsAlreadyExists(err) && !lost {
			return "", groupExists(in, err)
		}
		if !IsAlreadyExists(err) {
			lost = lost || mayHaveReachedAWS(err)
			final := patience.wait(ctx, err, false)
			if final == nil {
				continue
			}
			if !lost {
				return "", final
			}
			err = final
		}
		return c.groupMadeBefore(ctx, region, in, err)
	}
}

func (c *Clients) createGroupOnce(ctx context.Context, region string, in NewSecurityGroup) (id string, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	err = c.ec2Call(ctx, region, func(client *ec2.Client) error {
		out, err := client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
			GroupName: &in.Name, Description: &in.Description, VpcId: &in.VPCID, TagSpecifications: taggedAs(types.ResourceTypeSecurityGroup, in.Tags),
		}, ec2OnlyOnce)
		if err == nil {
			id = aws.ToString(out.GroupId)
		}
		return err
	})
	return id, err
}

// groupMadeBefore looks for what an attempt with a lost answer may have made. EC2 may show a new group only after a while.
func (c *Clients) groupMadeBefore(ctx context.Context, region string, in NewSecurityGroup, cause error) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	for look := 0; ; look++ {
		found, _, err := c.describeSecurityGroups(ctx, region, []types.Filter{
			{Name: aws.String("vpc-id"), Values: []string{in.VPCID}},
			{Name: aws.String("group-name"), Values: []string{in.Name}},
		}, nil)
		if err != nil {
			return "", &unsettled{fmt.Errorf("the security group %s: %w", in.Name, cause), err}
		}
		if len(found) > 0 {
			group := newSecurityGroup(found[0])
			if group.Description != in.Description || !maps.Equal(group.Tags, in.Tags) || len(group.Ingress) > 0 {
				return "", groupExists(in, cause)
			}
			return group.ID, nil
		}
		if look+1 == looksForLostGroup {
			return "", cause
		}
		if err := c.config.Timing.Wait(ctx, c.config.Timing.SecondLook<<look); err != nil {
			return "", cause
		}
	}
}

func groupExists(in NewSecurityGroup, err error) error {
	return fmt.Errorf("a security group %s exists already in %s; delete it, or give its id in security_group_ids: %w", in.Name, in.VPCID, err)
}

// ChangeIngress adds rules to a security group, and then removes others, so that who is let in by both isn't cut off. A rule that is
// there already, or gone already, is no error. Without rules it makes no call.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html and
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html.
func (c *Clients) ChangeIngress(ctx context.Context, region, id string, add, remove []IngressRule) error {
	err := eachOrAll(add, codePermissionDuplicate, func(rules []IngressRule) error {
		return c.ec2Write(ctx, region, true, func(client *ec2.Client) error {
			_, err := client.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &id, IpPermissions: permissions(rules)})
			return err
		})
	})
	if err != nil {
		return err
	}
	return eachOrAll(remove, codePermissionNotFound, func(rules []IngressRule) error {
		return c.ec2Call(ctx, region, func(client *ec2.Client) error {
			_, err := client.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: &id, IpPermissions: permissions(rules)})
			return err
		})
	})
}

// eachOrAll changes rules in one call. One of them that is done already fails the whole of it, with that code; then they are done one
// by one.
func eachOrAll(rules []IngressRule, done string, change func([]IngressRule) error) error {
	if len(rules) == 0 {
		return nil
	}
	err := change(rules)
	if !hasCode(err, done) || len(rules) == 1 {
		if hasCode(err, done) {
			return nil
		}
		return err
	}
	for _, rule := range rules {
		if err := change([]IngressRule{rule}); err != nil && !hasCode(err, done) {
			return err
		}
	}
	return nil
}

// DeleteSecurityGroup deletes a security group. The network interfaces of endpoints that were deleted may be in its way for a while,
// which is waited for, at most Timing.PropagationTimeout. One that isn't there is no error.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html.
func (c *Clients) DeleteSecurityGroup(ctx context.Context, region, id string) error {
	patience := c.patience(aws.NopRetryer{}) // the client's own retryer sees to the rest
	for {
		err := c.ec2Call(ctx, region, func(client *ec2.Client) error {
			_, err := client.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: &id})
			return err
		})
		err = deleted(err, func() (bool, error) {
			left, err := c.SecurityGroups(ctx, region, []string{id})
			return len(left) > 0, err
		})
		if err == nil {
			return nil
		}
		if err := patience.wait(ctx, err, true); err != nil {
			if patience.propagated > 0 {
				err = fmt.Errorf("%w; EC2 was asked for %s: see which network interfaces, or rules of other groups, name %s", err, patience.propagated, id)
			}
			return err
		}
	}
}
