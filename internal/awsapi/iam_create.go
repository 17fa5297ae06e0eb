// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

const (
	// defaultSession is IAM's default of MaxSessionDuration, in seconds:
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html.
	defaultSession = 3600

	// looksForLostRole is how often IAM is asked for a role that may have been made, or not.
	looksForLostRole = 3
)

// NewRole is a role to create, with its policies. An empty Path is "/"; a MaxSessionDuration of 0 leaves the choice to IAM,
// which is an hour.
type NewRole struct {
	Name, Path          string
	Description         string
	TrustPolicy         string // JSON
	PermissionsBoundary string // a policy's ARN; "": none
	MaxSessionDuration  int32  // in seconds
	Tags                map[string]string
	Inline              map[string]string // by name, JSON
	Managed             []string          // ARNs
}

// CreateRole creates a role, then its inline policies in the order of their names, then attaches managed policies, and gives
// the role as far as IAM's answers tell it. It is all or nothing: what was made is removed again, in reverse order, when a
// later call fails or ctx ends, within a minute that ctx doesn't cut off. Only a role that can't be removed is given along with
// the error, with an ARN and with what it may hold.
//
// IAM has no token that makes a create idempotent. When an answer was lost, the role that exists is taken for this call's if it
// was made since the call began and is exactly what was asked for. Otherwise the error is [IsAlreadyExists], or [MayExist] when the
// role can't be read. A principal of the trust policy that IAM doesn't know yet is waited for.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html.
func (c *Clients) CreateRole(ctx context.Context, in NewRole) (Role, error) {
	role, err := c.createBareRole(ctx, in)
	if err != nil {
		return Role{}, err
	}
	if err = c.fillRole(ctx, &role, in); err == nil {
		return role, nil
	}
	if undone := c.unmakeRole(ctx, &role); undone != nil {
		return role, fmt.Errorf("%w; the role %s was created before that, and can't be removed again: %w", err, in.Name, undone)
	}
	return Role{}, err
}

// createBareRole creates the role without its policies, as CreateRepository creates a repository.
func (c *Clients) createBareRole(ctx context.Context, in NewRole) (Role, error) {
	options, err := c.iamOptions(ctx)
	if err != nil {
		return Role{}, err
	}
	began := time.Now()
	patience := c.patience(options.Retryer)
	lost := false
	for {
		role, err := c.createRoleOnce(ctx, in)
		if err == nil {
			return role, nil
		}
		if IsAlreadyExists(err) && !lost {
			return Role{}, roleExists(in.Name, err)
		}
		if !IsAlreadyExists(err) {
			lost = lost || mayHaveReachedAWS(err)
			final := patience.wait(ctx, err, namesNews(in.TrustPolicy))
			if final == nil {
				continue
			}
			if !lost {
				return Role{}, trustError(final, patience.propagated)
			}
			err = final
		}
		return c.roleMadeBefore(ctx, in, began, err)
	}
}

func (c *Clients) createRoleOnce(ctx context.Context, in NewRole) (Role, error) {
	if ctx.Err() != nil {
		return Role{}, context.Cause(ctx)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	input := &iam.CreateRoleInput{
		RoleName:                 &in.Name,
		Path:                     optional(in.Path),
		Description:              optional(in.Description),
		AssumeRolePolicyDocument: &in.TrustPolicy,
		PermissionsBoundary:      optional(in.PermissionsBoundary),
		Tags:                     roleTags(in.Tags),
	}
	if in.MaxSessionDuration != 0 {
		input.MaxSessionDuration = &in.MaxSessionDuration
	}
	var out *iam.CreateRoleOutput
	err := c.iamCall(ctx, func(client *iam.Client) (err error) {
		out, err = client.CreateRole(ctx, input, iamOnlyOnce)
		return err
	})
	if err != nil {
		return Role{}, err
	}
	role, made := in.bare(), orEmpty(out.Role)
	role.ARN, role.UniqueID = aws.ToString(made.Arn), aws.ToString(made.RoleId)
	role.CreateDate = aws.ToTime(made.CreateDate)
	return role, nil
}

// bare is the role that is asked for, without its policies and what IAM adds.
func (in NewRole) bare() Role {
	role := Role{
		Name: in.Name, Path: firstOf(in.Path, "/"), Description: in.Description, TrustPolicy: in.TrustPolicy,
		PermissionsBoundary: in.PermissionsBoundary, MaxSessionDuration: in.MaxSessionDuration,
		Tags: map[string]string{}, Inline: map[string]string{},
	}
	maps.Copy(role.Tags, in.Tags)
	if role.MaxSessionDuration == 0 {
		role.MaxSessionDuration = defaultSession
	}
	return role
}

// roleMadeBefore looks for what an attempt with a lost answer may have made.
func (c *Clients) roleMadeBefore(ctx context.Context, in NewRole, began time.Time, cause error) (Role, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	patience := c.patience(aws.NopRetryer{})
	for look := 1; ; look++ {
		role, listed, err := c.listedRole(ctx, in.Name, nil)
		switch {
		case err == nil && (role.CreateDate.Before(began.Add(-clockSkew)) || in.bare().differsFrom(role) != "" || len(listed)+len(role.Managed) > 0 || len(role.Tags) > len(in.Tags)):
			return Role{}, roleExists(in.Name, cause)
		case err == nil:
			return role, nil
		case !IsNotFound(err):
			return Role{}, &unsettled{cause, err}
		}
		// IAM may give a new role only after a while.
		if patience.wait(ctx, err, IsAlreadyExists(cause) || look < looksForLostRole) != nil {
			return Role{}, cause
		}
	}
}

// fillRole gives the role its policies, and notes each one in it before the call: it may be there although the call failed.
func (c *Clients) fillRole(ctx context.Context, role *Role, in NewRole) error {
	for _, name := range slices.Sorted(maps.Keys(in.Inline)) {
		role.Inline[name] = in.Inline[name]
		err := c.iamWrite(ctx, true, func(client *iam.Client) error {
			_, err := client.PutRolePolicy(ctx, putRolePolicy(in.Name, name, in.Inline[name]))
			return err
		})
		if err != nil {
			return fmt.Errorf("the inline policy %s: %w", name, err)
		}
	}
	for _, policy := range slices.Compact(slices.Sorted(slices.Values(in.Managed))) {
		role.Managed = append(role.Managed, policy)
		err := c.iamWrite(ctx, true, func(client *iam.Client) error {
			_, err := client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: &in.Name, PolicyArn: &policy})
			return err
		})
		if err != nil {
			return fmt.Errorf("the managed policy %s: %w", policy, err)
		}
	}
	return nil
}

// unmakeRole removes what CreateRole has made, and leaves in role what it may hold still. Whatever happens on the way, the role
// itself is tried: a policy that was never put, and that the caller may not delete, doesn't keep it.
func (c *Clients) unmakeRole(ctx context.Context, role *Role) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	var errs []error
	var attached []string
	for _, policy := range slices.Backward(role.Managed) {
		if err := c.DetachManaged(ctx, role.Name, policy); err != nil {
			errs, attached = append(errs, err), append(attached, policy)
		}
	}
	slices.Sort(attached)
	role.Managed = attached
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(role.Inline))) {
		if err := c.DeleteInline(ctx, role.Name, name); err != nil {
			errs = append(errs, err)
			continue
		}
		delete(role.Inline, name)
	}
	err := c.iamWrite(ctx, len(errs) == 0, func(client *iam.Client) error {
		_, err := client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &role.Name})
		if err != nil && IsNotFound(newError(err)) { // here it is no news on its way: the role is gone
			return nil
		}
		return err
	})
	err = deleted(err, func() (bool, error) {
		_, err := c.getRole(ctx, role.Name)
		return true, err
	})
	if err == nil {
		return nil
	}
	return errors.Join(append(errs, err)...)
}

// namesNews says whether the trust policy names what IAM may have got so lately that it doesn't know it: roles, users and OIDC
// providers.
func namesNews(trustPolicy string) bool {
	return len(namedPrincipals(trustPolicy)) > 0 || strings.Contains(trustPolicy, ":oidc-provider/")
}

// trustError adds to an error that waiting for IAM didn't cure how long that was.
func trustError(err error, waited time.Duration) error {
	if judge(err) != propagation || waited == 0 {
		return err
	}
	return fmt.Errorf("%w; IAM was asked for %s: check that the principals of the trust policy exist", err, waited)
}

func roleExists(name string, err error) error {
	return fmt.Errorf("a role %s exists already; choose another name, or import it: %w", name, err)
}
