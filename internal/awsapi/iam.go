// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// Role is an IAM role with its policies, as IAM reads it back.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html.
type Role struct {
	Name, ARN, Path     string
	UniqueID            string // "AROA…": another one when the role is deleted and made again
	Description         string
	TrustPolicy         string // JSON, decoded
	PermissionsBoundary string // a policy's ARN; "": none
	MaxSessionDuration  int32  // in seconds
	Tags                map[string]string
	Inline              map[string]string // by name, JSON, decoded; those that were asked for
	Managed             []string          // ARNs, sorted
	CreateDate          time.Time
}

// RoleContents names what a role holds, or should not: the policies of whoever speaks of them, or what was taken away.
type RoleContents struct {
	Inline  []string // names
	Managed []string // ARNs
	Tags    []string // keys
}

// Role reads a role with its managed policies and with those of its inline policies that are named. All calls are made at once:
// a role with one such policy takes three. Which other inline policies it has is left out, since that would take a fourth. A
// policy that isn't there is no error; a role that isn't there is ([IsNotFound]).
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html,
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html.
func (c *Clients) Role(ctx context.Context, name string, inline []string) (Role, error) {
	var role Role
	var managed []string
	var policies map[string]string
	err := allOf(
		func() (err error) { role, err = c.getRole(ctx, name); return err },
		func() (err error) { managed, err = c.listManaged(ctx, name); return err },
		func() (err error) { policies, err = c.getInlines(ctx, name, inline); return err },
	)
	if err != nil {
		return Role{}, err
	}
	role.Inline, role.Managed = policies, managed
	return role, nil
}

// listedRole is Role, with the names of all its inline policies, for those who just made the role or wrote to it.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html.
func (c *Clients) listedRole(ctx context.Context, name string, inline []string) (role Role, listed []string, err error) {
	err = allOf(
		func() (err error) { role, err = c.Role(ctx, name, inline); return err },
		func() (err error) { listed, err = c.listInline(ctx, name); return err },
	)
	if err != nil {
		return Role{}, nil, err
	}
	return role, listed, nil
}

func (c *Clients) getRole(ctx context.Context, name string) (Role, error) {
	var out *iam.GetRoleOutput
	err := c.iamCall(ctx, func(client *iam.Client) (err error) {
		out, err = client.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
		return err
	})
	if err != nil {
		return Role{}, err
	}
	got := orEmpty(out.Role)
	trust, err := decodedPolicy(got.AssumeRolePolicyDocument)
	if err != nil {
		return Role{}, fmt.Errorf("the trust policy of role %s: %w", name, err)
	}
	role := Role{
		Name:               aws.ToString(got.RoleName),
		ARN:                aws.ToString(got.Arn),
		Path:               aws.ToString(got.Path),
		UniqueID:           aws.ToString(got.RoleId),
		Description:        aws.ToString(got.Description),
		TrustPolicy:        trust,
		MaxSessionDuration: aws.ToInt32(got.MaxSessionDuration),
		Tags:               make(map[string]string, len(got.Tags)),
		CreateDate:         aws.ToTime(got.CreateDate),
	}
	if boundary := got.PermissionsBoundary; boundary != nil {
		role.PermissionsBoundary = aws.ToString(boundary.PermissionsBoundaryArn)
	}
	for _, tag := range got.Tags {
		role.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return role, nil
}

// listInline gives the names of the role's inline policies.
func (c *Clients) listInline(ctx context.Context, role string) ([]string, error) {
	return allPages(func(marker *string) ([]string, *string, error) {
		var out *iam.ListRolePoliciesOutput
		err := c.iamCall(ctx, func(client *iam.Client) (err error) {
			out, err = client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &role, Marker: marker})
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		return out.PolicyNames, out.Marker, nil
	})
}

// listManaged gives the ARNs of the managed policies that are attached to the role, sorted.
func (c *Clients) listManaged(ctx context.Context, role string) ([]string, error) {
	attached, err := allPages(func(marker *string) ([]types.AttachedPolicy, *string, error) {
		var out *iam.ListAttachedRolePoliciesOutput
		err := c.iamCall(ctx, func(client *iam.Client) (err error) {
			out, err = client.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: &role, Marker: marker})
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		return out.AttachedPolicies, out.Marker, nil
	})
	var arns []string
	for _, policy := range attached {
		arns = append(arns, aws.ToString(policy.PolicyArn))
	}
	slices.Sort(arns)
	return arns, err
}

// getInlines reads inline policies at the same time, leaving out those that aren't there.
func (c *Clients) getInlines(ctx context.Context, role string, names []string) (map[string]string, error) {
	texts := make([]*string, len(names))
	reads := make([]func() error, len(names))
	for i, name := range names {
		reads[i] = func() error {
			text, err := c.InlinePolicy(ctx, role, name)
			switch {
			case IsNotFound(err):
				return nil
			case err != nil:
				return err
			}
			texts[i] = &text
			return nil
		}
	}
	if err := allOf(reads...); err != nil {
		return nil, err
	}
	found := map[string]string{}
	for i, name := range names {
		if texts[i] != nil {
			found[name] = *texts[i]
		}
	}
	return found, nil
}

// decodedPolicy reads a policy as IAM gives it: "URL-encoded compliant with RFC 3986", where a plus is a plus.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
func decodedPolicy(encoded *string) (string, error) {
	return url.PathUnescape(aws.ToString(encoded))
}

// allOf runs reads at the same time. When several fail, the error is the first one's in the order in which they are given.
func allOf(reads ...func() error) error {
	errs := make([]error, len(reads))
	var all sync.WaitGroup
	for i, read := range reads {
		all.Go(func() { errs[i] = read() })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
