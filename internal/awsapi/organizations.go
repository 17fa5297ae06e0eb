// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// OrganizationalUnit is an OU with its path as the condition key aws:PrincipalOrgPaths has it: "o-…/r-…/ou-…/".
type OrganizationalUnit struct {
	ID, Name, Path string
}

// OrganizationalUnitPath gives the path of an OU. It is asked for once per instance; a failure is not remembered. Only the
// management account and delegated administrators may ask.
// See https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths.
func (c *Clients) OrganizationalUnitPath(ctx context.Context, ouID string) (string, error) {
	return c.paths.get(ctx, ouID, func(ctx context.Context) (string, error) {
		var out *organizations.DescribeOrganizationalUnitOutput
		err := c.organizationsCall(ctx, func(client *organizations.Client) (err error) {
			out, err = client.DescribeOrganizationalUnit(ctx, &organizations.DescribeOrganizationalUnitInput{OrganizationalUnitId: &ouID})
			return err
		})
		if err != nil {
			return "", err
		}
		if path := aws.ToString(orEmpty(out.OrganizationalUnit).Path); path != "" {
			return strings.TrimSuffix(path, "/") + "/", nil
		}
		return c.pathByParents(ctx, ouID)
	})
}

// pathByParents walks from the OU up to the root, for an Organizations endpoint that gives no path.
// See https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html.
func (c *Clients) pathByParents(ctx context.Context, ouID string) (string, error) {
	organization, err := c.organizationID(ctx)
	if err != nil {
		return "", err
	}
	ids := []string{ouID}
	for isRoot := false; !isRoot; {
		child := ids[len(ids)-1]
		parents, err := allPages(func(token *string) ([]types.Parent, *string, error) {
			var out *organizations.ListParentsOutput
			err := c.organizationsCall(ctx, func(client *organizations.Client) (err error) {
				out, err = client.ListParents(ctx, &organizations.ListParentsInput{ChildId: &child, NextToken: token})
				return err
			})
			if err != nil {
				return nil, nil, err
			}
			return out.Parents, out.NextToken, nil
		})
		if err != nil {
			return "", err
		}
		if len(parents) != 1 { // "In the current release, a child can have only a single parent."
			return "", fmt.Errorf("AWS Organizations gives %d parents for %s instead of one", len(parents), child)
		}
		ids = append(ids, aws.ToString(parents[0].Id))
		isRoot = parents[0].Type == types.ParentTypeRoot
	}
	slices.Reverse(ids)
	return organization + "/" + strings.Join(ids, "/") + "/", nil
}

// OrganizationalUnits gives every OU of the organization, each before its children.
// See https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html.
func (c *Clients) OrganizationalUnits(ctx context.Context) ([]OrganizationalUnit, error) {
	organization, err := c.organizationID(ctx)
	if err != nil {
		return nil, err
	}
	var units []OrganizationalUnit
	roots, err := allPages(func(token *string) ([]types.Root, *string, error) {
		var out *organizations.ListRootsOutput
		err := c.organizationsCall(ctx, func(client *organizations.Client) (err error) {
			out, err = client.ListRoots(ctx, &organizations.ListRootsInput{NextToken: token})
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		return out.Roots, out.NextToken, nil
	})
	if err != nil {
		return nil, err
	}
	for _, root := range roots {
		id := aws.ToString(root.Id)
		below, err := c.unitsBelow(ctx, id, organization+"/"+id+"/")
		if err != nil {
			return nil, err
		}
		units = append(units, below...)
	}
	return units, nil
}

func (c *Clients) unitsBelow(ctx context.Context, parentID, parentPath string) ([]OrganizationalUnit, error) {
	children, err := allPages(func(token *string) ([]types.OrganizationalUnit, *string, error) {
		var out *organizations.ListOrganizationalUnitsForParentOutput
		err := c.organizationsCall(ctx, func(client *organizations.Client) (err error) {
			out, err = client.ListOrganizationalUnitsForParent(ctx, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &parentID, NextToken: token})
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		return out.OrganizationalUnits, out.NextToken, nil
	})
	if err != nil {
		return nil, err
	}
	var units []OrganizationalUnit
	for _, child := range children {
		id := aws.ToString(child.Id)
		unit := OrganizationalUnit{ID: id, Name: aws.ToString(child.Name), Path: parentPath + id + "/"}
		below, err := c.unitsBelow(ctx, unit.ID, unit.Path)
		if err != nil {
			return nil, err
		}
		units = append(append(units, unit), below...)
	}
	return units, nil
}

func (c *Clients) organizationID(ctx context.Context) (string, error) {
	return c.organization.get(ctx, struct{}{}, func(ctx context.Context) (string, error) {
		var out *organizations.DescribeOrganizationOutput
		err := c.organizationsCall(ctx, func(client *organizations.Client) (err error) {
			out, err = client.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
			return err
		})
		if err != nil {
			return "", err
		}
		return aws.ToString(orEmpty(out.Organization).Id), nil
	})
}

// allPages reads a list to its end, past pages that are empty. The SDK's paginators take the client as an interface, which would keep all its methods in
// the binary.
func allPages[T any](page func(token *string) ([]T, *string, error)) ([]T, error) {
	var all []T
	var token *string
	for {
		items, next, err := page(token)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if aws.ToString(next) == "" {
			return all, nil
		}
		token = next
	}
}
