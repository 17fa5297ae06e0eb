// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package accessrequest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/accessrequest"
)

// problem is what a validator says of a text, "" for nothing.
func problem(v validator.String, value types.String) string {
	var resp validator.StringResponse
	v.ValidateString(context.Background(), validator.StringRequest{Path: path.Root("x"), ConfigValue: value}, &resp)
	if resp.Diagnostics.HasError() {
		return resp.Diagnostics[0].Detail()
	}
	return ""
}

func TestShapes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		validator validator.String
		good      []string
		bad       map[string]string // what the error says
	}{
		"principal": {
			accessrequest.PrincipalARN(),
			[]string{
				"arn:aws:iam::111111111111:role/ci", "arn:aws-cn:iam::111111111111:role/service-role/ci", "arn:aws:iam::111111111111:user/ann",
				"arn:aws:iam::111111111111:root", "arn:aws:sts::111111111111:assumed-role/ci/session", "arn:aws:sts::111111111111:federated-user/ann",
			},
			map[string]string{
				"":                                  "is not the ARN of a role, user or session",
				"ci":                                "is not the ARN of a role, user or session",
				"111111111111":                      `Write a role or user, such as "arn:aws:iam::111111111111:role/ci"`,
				"lambda.amazonaws.com":              "is a service: write it in service_principal",
				"*":                                 "has a wildcard",
				"arn:aws:iam::111111111111:role/c?": "has a wildcard",
				"arn:aws:s3:::bucket":               "is not the ARN of a role, user or session",
				"arn:aws:iam:eu-west-1:111111111111:role/ci":  "is not the ARN of a role, user or session",
				"arn:aws:iam::1:role/ci":                      "has no account id of 12 digits",
				"arn:aws:iam::222222222222:group/dev":         `Write one such as "arn:aws:iam::222222222222:role/ci"`,
				"arn:aws:iam::222222222222:role/":             "is not the ARN of a role, a user",
				"arn:aws:sts::222222222222:role/ci":           "is not the ARN of a role, a user",
				"arn:aws:sts::222222222222:assumed-role/ci":   `Write "arn:aws:iam::222222222222:role/ci" for any session`,
				"arn:aws:sts::222222222222:federated-user":    "is not the ARN of a role, a user",
				"arn:aws:iam::222222222222:assumed-role/ci/s": "is not the ARN of a role, a user",
			},
		},
		"service": {
			accessrequest.ServicePrincipal(),
			[]string{"lambda.amazonaws.com", "ecs-tasks.amazonaws.com.cn", "ops.apigateway.amazonaws.com", "alexa-appkit.amazon.com"},
			map[string]string{"lambda": `Write its name, such as "lambda.amazonaws.com"`, "Lambda.amazonaws.com": "is not a service", "*.amazonaws.com": "is not a service", "amazonaws.com": "is not a service"},
		},
		"organization path": {
			accessrequest.OrganizationPath(),
			[]string{"", "o-a1b2c3d4e5/r-ab12/", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/"},
			map[string]string{
				"o-a1b2c3d4e5/r-ab12/*":              "is a pattern, and an account is in one place",
				"o-a1b2c3d4e5/r-ab12":                `Write "o-a1b2c3d4e5/r-ab12/"`,
				"o-a1b2c3d4e5/":                      "names only the organization",
				"r-ab12/ou-ab12-11111111/":           `"r-ab12" is not an organization id`,
				"o-a1b2c3d4e5/ou-ab12-11111111/":     "is not the id of an organization's root",
				"o-a1b2c3d4e5/r-ab12/111111111111/":  "is not the id of an organizational unit",
				"o-a1b2c3d4e5/r-ab12//ou-ab12-1111/": "is not the id of an organizational unit",
			},
		},
		"repository": {
			accessrequest.RepositoryARN(),
			[]string{"arn:aws:ecr:eu-west-1:111111111111:repository/team/app", "arn:aws-cn:ecr:cn-north-1:111111111111:repository/app"},
			map[string]string{
				"team/app": "is not the ARN of an ECR repository",
				"arn:aws:ecr:eu-west-1:111111111111:repository/team/*":  "without wildcards",
				"arn:aws:ecr:eu-west-1:111111111111:team/app":           "is not the ARN of an ECR repository",
				"arn:aws:ecr:eu-west-1:1:repository/app":                "is not the ARN of an ECR repository",
				"arn:aws:iam::111111111111:role/app":                    "is not the ARN of an ECR repository",
				"arn:aws:ecr:*:111111111111:repository/app":             "has no Region",
				"arn:aws:ecr:us-gov-west-1:111111111111:repository/app": `Write "arn:aws-us-gov:ecr:us-gov-west-1:111111111111:repository/app"`,
			},
		},
		"VPC endpoint": {accessrequest.VPCEndpointID(), []string{"vpce-0a1b2c3d", "vpce-0a1b2c3d4e5f60718"}, map[string]string{"vpc-0a1b2c3d": "is not the id of a VPC endpoint", "": "leave it out"}},
		"VPC":          {accessrequest.VPCID(), []string{"vpc-0a1b2c3d"}, map[string]string{"vpce-0a1b2c3d": "is not the id of a VPC"}},
		"access":       {accessrequest.Access(), []string{"pull", "push_pull"}, map[string]string{"Pull": `Write one of "pull", "pull_describe"`, "ecr:BatchGetImage": "is not an access"}},
		"action": {
			accessrequest.Action(),
			[]string{"ecr:BatchGetImage", "ECR:batchgetimage", "ecr:GetAuthorizationToken", "s3:GetObject"},
			map[string]string{"ecr:*": "has a wildcard", "ecr:Pull": "is not an action of ECR", "BatchGetImage": "Write its service before it", "pull": "Write its service before it"},
		},
		"access or action": {
			accessrequest.AccessOrAction(),
			[]string{"pull", "ecr:BatchGetImage"},
			map[string]string{"admin": "is not an access", "ecr:Pull": "is not an action of ECR", "s3:GetObject": "no repository can be asked for it", "ecr:GetAuthorizationToken": "is an action on the whole registry"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range tc.good {
				if got := problem(tc.validator, types.StringValue(text)); got != "" {
					t.Errorf("%q: %s", text, got)
				}
			}
			for text, want := range tc.bad {
				if got := problem(tc.validator, types.StringValue(text)); !strings.Contains(got, want) || !strings.Contains(got, `"`+text) {
					t.Errorf("%q: the problem is %q, want one with %q", text, got, want)
				}
			}
			for _, open := range []types.String{types.StringNull(), types.StringUnknown()} {
				if got := problem(tc.validator, open); got != "" {
					t.Errorf("%s: %s", open, got)
				}
			}
			if tc.validator.Description(context.Background()) == "" || tc.validator.MarkdownDescription(context.Background()) == "" {
				t.Error("the validator says nothing about itself")
			}
		})
	}
}

func TestActions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"pull":              {"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
		"ECR:batchgetimage": {"ecr:BatchGetImage"},
		"s3:GetObject":      {"s3:GetObject"},
	} {
		if diff := cmp.Diff(want, accessrequest.Actions(text)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestOnRegistry(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]bool{"ecr:GetAuthorizationToken": true, "ecr:BatchGetImage": false, "GetAuthorizationToken": false, "": false} {
		if got := accessrequest.OnRegistry(action); got != want {
			t.Errorf("%q: %t", action, got)
		}
	}
}

func TestWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	if got := accessrequest.OrganizationPathOf(types.StringNull()); got != authz.UnknownValue {
		t.Errorf("no path: %q", got)
	}
	if got := accessrequest.OrganizationPathOf(types.StringValue("")); got != "" {
		t.Errorf("in no organization: %q", got)
	}
	if got := accessrequest.Tags(types.MapNull(types.StringType)); got != nil {
		t.Errorf("no tags given: %v", got)
	}
	tags := types.MapValueMust(types.StringType, map[string]attr.Value{"team": types.StringValue("web"), "no": types.StringNull()})
	if diff := cmp.Diff(map[string]string{"team": "web"}, accessrequest.Tags(tags)); diff != "" {
		t.Error(diff)
	}
	if got := accessrequest.Tags(types.MapValueMust(types.StringType, nil)); got == nil || len(got) != 0 {
		t.Errorf("without tags: %v", got)
	}
}
