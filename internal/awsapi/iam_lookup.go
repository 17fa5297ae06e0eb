// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// FoundRole is what a role's name is looked up for.
type FoundRole struct {
	ARN      string // with the path
	UniqueID string // "AROA…"
}

// FindRole looks a role of the caller's account up by its name. IAM is asked once per instance; a failure isn't remembered, nor
// that there is no such role, which is an error ([IsNotFound]).
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html.
func (c *Clients) FindRole(ctx context.Context, name string) (FoundRole, error) {
	return c.roles.get(ctx, name, func(ctx context.Context) (FoundRole, error) {
		role, err := c.getRole(ctx, name)
		return FoundRole{ARN: role.ARN, UniqueID: role.UniqueID}, err
	})
}

// AwaitRole is FindRole for a role that should be there: one that isn't is looked for again, since IAM may not know yet what was
// made a moment ago, in pauses that double up to eight times Timing.SecondLook.
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (Changes that I make are not always immediately
// visible).
func (c *Clients) AwaitRole(ctx context.Context, name string) (FoundRole, error) {
	for look := 0; ; look++ {
		role, err := c.FindRole(ctx, name)
		if !IsNotFound(err) || look > longestPause {
			return role, err
		}
		if cut := c.config.Timing.Wait(ctx, c.config.Timing.SecondLook<<look); cut != nil {
			return role, cut
		}
	}
}

// sessionRoleTimeout bounds a look that is of use but not needed: a runner in a private subnet may reach ECR and STS by endpoints, and
// IAM, which has none, not at all.
const sessionRoleTimeout = 5 * time.Second

// SessionRole gives the ARN of the role that a session is of, with its path, which the session's own ARN
// ("arn:aws:sts::111111111111:assumed-role/name/session") doesn't say. It is "" for who isn't a session, and where the role can't
// be looked up within five seconds.
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func (c *Clients) SessionRole(ctx context.Context, caller Identity) string {
	_, session, ok := strings.Cut(caller.ARN, ":assumed-role/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(session, "/")
	ctx, cancel := context.WithTimeout(ctx, sessionRoleTimeout)
	defer cancel()
	role, err := c.FindRole(ctx, name)
	// A role that was made again is another one than that of the session, and may have another path.
	if id, _, _ := strings.Cut(caller.UserID, ":"); err != nil || role.UniqueID != id {
		return ""
	}
	return role.ARN
}

// RoleIDs gives the ARNs of all roles of the caller's account by their unique ids. IAM is asked once per instance, for a thousand
// roles a call; a failure isn't remembered.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html.
func (c *Clients) RoleIDs(ctx context.Context) (map[string]string, error) {
	return c.roleIDs.get(ctx, struct{}{}, func(ctx context.Context) (map[string]string, error) {
		roles, err := allPages(func(marker *string) ([]types.Role, *string, error) {
			var out *iam.ListRolesOutput
			err := c.iamCall(ctx, func(client *iam.Client) (err error) {
				out, err = client.ListRoles(ctx, &iam.ListRolesInput{Marker: marker, MaxItems: aws.Int32(1000)})
				return err
			})
			if err != nil {
				return nil, nil, err
			}
			return out.Roles, out.Marker, nil
		})
		ids := make(map[string]string, len(roles))
		for _, role := range roles {
			ids[aws.ToString(role.RoleId)] = aws.ToString(role.Arn)
		}
		return ids, err
	})
}
