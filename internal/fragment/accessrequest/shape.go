// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package accessrequest is what the data sources that prove access have in common about requests: the shapes of who asks,
// from where, for what and on which repository. A wrong one is an error that says what to write.
package accessrequest

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// shape validates a text.
type shape struct {
	what, summary string
	// problem says what is wrong with the text and what to write, "" when nothing is.
	problem func(text string) string
}

func (s shape) Description(context.Context) string { return s.what }

func (s shape) MarkdownDescription(context.Context) string { return s.what }

func (s shape) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := s.problem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, s.summary, problem)
	}
}

// PrincipalARN wants who calls: a user, a role, a role's session, a federated user or an account's root user (IAM User
// Guide, reference_policies_elements_principal).
func PrincipalARN() validator.String {
	return shape{"the ARN of a principal", "Invalid principal ARN", principalProblem}
}

// ServicePrincipal wants the name of an AWS service, such as "lambda.amazonaws.com".
func ServicePrincipal() validator.String {
	return shape{"a service principal", "Invalid service principal", func(text string) string {
		if servicePrincipal.MatchString(text) {
			return ""
		}
		return fmt.Sprintf("%q is not a service principal. Write its name, such as \"lambda.amazonaws.com\".", text)
	}}
}

// OrganizationPath wants where one account is in its organization, or "" for an account in none.
func OrganizationPath() validator.String {
	return shape{"the place of an account in its organization", "Invalid organization path", organizationPathProblem}
}

// VPCEndpointID wants the id of a VPC endpoint.
func VPCEndpointID() validator.String {
	return shape{"the id of a VPC endpoint", "Invalid VPC endpoint id", func(text string) string {
		if vpcEndpointID.MatchString(text) {
			return ""
		}
		return fmt.Sprintf("%q is not the id of a VPC endpoint. Write one such as \"vpce-0a1b2c3d4e5f60718\", or leave it out for a call that goes through none.", text)
	}}
}

// VPCID wants the id of a VPC.
func VPCID() validator.String {
	return shape{"the id of a VPC", "Invalid VPC id", func(text string) string {
		if vpcID.MatchString(text) {
			return ""
		}
		return fmt.Sprintf("%q is not the id of a VPC. Write one such as \"vpc-0a1b2c3d4e5f60718\".", text)
	}}
}

// RepositoryARN wants the ARN of one ECR repository.
func RepositoryARN() validator.String {
	return shape{"the ARN of an ECR repository", "Invalid repository ARN", RepositoryARNProblem}
}

const (
	examplePrincipal  = "arn:aws:iam::111111111111:role/ci"
	exampleRepository = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
	examplePath       = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
)

var (
	servicePrincipal = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazon(aws)?(\.[a-z]+)+$`)
	vpcEndpointID    = regexp.MustCompile(`^vpce-[0-9a-f]{8,17}$`)
	vpcID            = regexp.MustCompile(`^vpc-[0-9a-f]{8,17}$`)
)

func principalProblem(text string) string {
	parts := strings.SplitN(text, ":", 6)
	switch {
	case pattern.ValidateAccountID(text) == nil:
		return fmt.Sprintf("%q is an account, and a request has one caller in it. Write a role or user, such as \"arn:aws:iam::%s:role/ci\", or \"arn:aws:iam::%s:root\" for the root user.", text, text, text)
	case servicePrincipal.MatchString(text):
		return fmt.Sprintf("%q is a service: write it in service_principal.", text)
	case strings.ContainsAny(text, "*?"):
		return fmt.Sprintf("%q has a wildcard, and a request has one caller. Write the ARN of a role or user, such as %q.", text, examplePrincipal)
	case len(parts) != 6 || strings.ContainsFunc(text, unicode.IsSpace) || parts[0] != "arn" || (parts[2] != "iam" && parts[2] != "sts") || parts[3] != "":
		return fmt.Sprintf("%q is not the ARN of a role, user or session. Write one such as %q.", text, examplePrincipal)
	case pattern.ValidateAccountID(parts[4]) != nil:
		return fmt.Sprintf("%q has no account id of 12 digits. Write it as in %q.", text, examplePrincipal)
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	_, session, _ := strings.Cut(name, "/")
	switch {
	case parts[2] == "iam" && (parts[5] == "root" || (kind == "role" || kind == "user") && name != ""),
		parts[2] == "sts" && (kind == "assumed-role" && session != "" || kind == "federated-user" && name != ""):
		return ""
	case parts[2] == "sts" && kind == "assumed-role":
		return fmt.Sprintf("%q has no session name. Write \"arn:%s:iam::%s:role/%s\" for any session of the role, with the role's path if it has one.", text, parts[1], parts[4], name)
	default:
		return fmt.Sprintf("%q is not the ARN of a role, a user, a session or an account's root. Write one such as \"arn:aws:iam::%s:role/ci\".", text, parts[4])
	}
}

func organizationPathProblem(text string) string {
	switch {
	case text == "":
		return ""
	case strings.ContainsAny(text, "*?"):
		return fmt.Sprintf("%q is a pattern, and an account is in one place. Write the path of its unit, such as %q.", text, examplePath)
	case !strings.HasSuffix(text, "/"):
		return fmt.Sprintf("%q has no slash after its last id. Write %q.", text, text+"/")
	}
	ids := strings.Split(strings.TrimSuffix(text, "/"), "/")
	if len(ids) < 2 {
		return fmt.Sprintf("%q names only the organization. Write the root and the units down to the account's too, such as %q.", text, examplePath)
	}
	if _, err := pattern.OrganizationPath(ids[0], ids[1], ids[2:]...); err != nil {
		return fmt.Sprintf("In %q, %s.", text, err)
	}
	return ""
}

// RepositoryARNProblem says what is wrong with the ARN of a repository and what to write, "" when nothing is.
func RepositoryARNProblem(text string) string {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) == 6 && parts[0] == "arn" && parts[2] == "ecr" && pattern.ValidateAccountID(parts[4]) == nil {
		partition, known := pattern.PartitionOfRegion(parts[3])
		name, found := strings.CutPrefix(parts[5], "repository/")
		switch {
		case !known:
			return fmt.Sprintf("%q has no Region. Write it as in %q.", text, exampleRepository)
		case partition.Name != parts[1]:
			return fmt.Sprintf("%q: the Region %s is in the partition %s. Write \"arn:%s:%s\".", text, parts[3], partition.Name, partition.Name, strings.Join(parts[2:], ":"))
		case found && isRepositoryName(name):
			return ""
		}
	}
	return fmt.Sprintf("%q is not the ARN of an ECR repository. Write one such as %q, without wildcards.", text, exampleRepository)
}

// ARNProblem says what keeps a text from being an ARN of any service, "" when nothing does.
func ARNProblem(text string) string {
	if len(strings.SplitN(text, ":", 6)) == 6 && strings.HasPrefix(text, "arn:") {
		return ""
	}
	return fmt.Sprintf("%q is not an ARN. Write what the action acts on, such as \"arn:aws:s3:::bucket/key\".", text)
}

func isRepositoryName(name string) bool {
	var resp validator.StringResponse
	fw.RepositoryNameValidator().ValidateString(context.Background(), validator.StringRequest{ConfigValue: types.StringValue(name)}, &resp)
	return !resp.Diagnostics.HasError()
}
