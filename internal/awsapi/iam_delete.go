// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// looksForOthers is how often IAM is asked what else a role has before that is believed. The pauses between double.
const looksForOthers = 5

// roleHolds is what keeps a role from being deleted.
type roleHolds struct {
	profiles, managed, inline []string
}

// DeleteRole deletes a role after its policies: with force all that it has, and out of its instance profiles; without, only
// those named by own. If it has others then, also when IAM is asked again, nothing is removed and the error ([IsNotEmpty])
// names them. A role that isn't
// there is no error.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html.
func (c *Clients) DeleteRole(ctx context.Context, name string, force bool, own RoleContents) error {
	patience := c.patience(aws.NopRetryer{}) // the client's own retryer sees to the rest
	var conflict error
	looks := 0
	for {
		// Without force an instance profile is looked for only when IAM says that something is in the way: its permission is
		// asked of nobody who doesn't need it.
		holds, err := c.roleHolds(ctx, name, force || conflict != nil)
		switch {
		case IsNotFound(err):
			return nil
		case err != nil && conflict != nil:
			return fmt.Errorf("%w; what is in the way can't be listed: %w", conflict, err)
		case err != nil:
			return err
		}
		if others := holds.beside(own); !force && len(others) > 0 {
			refusal := &Error{Service: "iam", Operation: "DeleteRole", Code: codeDeleteConflict, Err: conflict, Message: fmt.Sprintf(
				"the role %s also has %s; remove that, or apply force_detach_policies = true before destroying the role", name, strings.Join(others, ", "))}
			looks++
			if err := c.doubt(ctx, refusal, looks); err != nil {
				return err
			}
			continue
		}
		if err := c.emptyRole(ctx, name, holds); err != nil {
			return err
		}
		conflict = c.iamCall(ctx, func(client *iam.Client) error {
			_, err := client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name})
			return err
		})
		conflict = deleted(conflict, func() (bool, error) {
			_, err := c.getRole(ctx, name)
			return true, err
		})
		if conflict == nil {
			return nil
		}
		// What was removed may be in IAM's way for a while, and so may what the lists don't show yet.
		if err := patience.wait(ctx, conflict, IsNotEmpty(conflict)); err != nil {
			return err
		}
	}
}

// InTheWay names what a role holds beside what own names, as far as DeleteRole without force would refuse for it: "the managed policy …".
func (c *Clients) InTheWay(ctx context.Context, name string, own RoleContents) ([]string, error) {
	holds, err := c.roleHolds(ctx, name, false)
	return holds.beside(own), err
}

// doubt gives nil after a wait for another look, or the refusal when there were enough of them: IAM's lists may show what
// another resource of the same run removed a moment ago.
func (c *Clients) doubt(ctx context.Context, refusal error, looks int) error {
	if looks >= looksForOthers {
		return refusal
	}
	if cut := c.config.Timing.Wait(ctx, c.config.Timing.SecondLook<<(looks-1)); cut != nil {
		return errors.Join(cut, refusal)
	}
	return nil
}

func (c *Clients) roleHolds(ctx context.Context, name string, profiles bool) (roleHolds, error) {
	var holds roleHolds
	lists := []func() error{
		func() (err error) { holds.managed, err = c.listManaged(ctx, name); return err },
		func() (err error) { holds.inline, err = c.listInline(ctx, name); return err },
	}
	if profiles {
		lists = append(lists, func() (err error) { holds.profiles, err = c.listProfiles(ctx, name); return err })
	}
	err := allOf(lists...)
	return holds, err
}

// listProfiles gives the names of the instance profiles that the role is in.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html.
func (c *Clients) listProfiles(ctx context.Context, role string) ([]string, error) {
	profiles, err := allPages(func(marker *string) ([]types.InstanceProfile, *string, error) {
		var out *iam.ListInstanceProfilesForRoleOutput
		err := c.iamCall(ctx, func(client *iam.Client) (err error) {
			out, err = client.ListInstanceProfilesForRole(ctx, &iam.ListInstanceProfilesForRoleInput{RoleName: &role, Marker: marker})
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		return out.InstanceProfiles, out.Marker, nil
	})
	var names []string
	for _, profile := range profiles {
		names = append(names, aws.ToString(profile.InstanceProfileName))
	}
	return names, err
}

// beside gives what the role holds beyond own, in words.
func (h roleHolds) beside(own RoleContents) []string {
	var others []string
	for _, name := range h.profiles {
		others = append(others, "a place in the instance profile "+name)
	}
	for _, arn := range h.managed {
		if !slices.Contains(own.Managed, arn) {
			others = append(others, "the managed policy "+arn)
		}
	}
	for _, name := range h.inline {
		if !slices.Contains(own.Inline, name) {
			others = append(others, "the inline policy "+name)
		}
	}
	return others
}

// emptyRole removes what the role holds, one after the other: IAM refuses concurrent changes of one role.
func (c *Clients) emptyRole(ctx context.Context, name string, holds roleHolds) error {
	for _, profile := range holds.profiles {
		err := c.iamCall(ctx, func(client *iam.Client) error {
			_, err := client.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{RoleName: &name, InstanceProfileName: &profile})
			return err
		})
		if unlessGone(err) != nil {
			return err
		}
	}
	for _, policy := range holds.managed {
		if err := c.DetachManaged(ctx, name, policy); err != nil {
			return err
		}
	}
	for _, policy := range holds.inline {
		if err := c.DeleteInline(ctx, name, policy); err != nil {
			return err
		}
	}
	return nil
}
