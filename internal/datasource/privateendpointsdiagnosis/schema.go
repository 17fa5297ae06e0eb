// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpointsdiagnosis

import (
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/accessrequest"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/policydocument"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const description = "Looks at a VPC in which containers pull from Amazon ECR without the internet, and says what is there, what is missing and what is wrong: endpoints and their state, private DNS, " +
	"port 443, the routes to S3, and the policies of the endpoints and of who pulls, as the access engine evaluates them. It gives a list of findings and a report in Markdown; with `fail_on` it is a gate.\n\n" +
	"One mistake gives one finding, and a network in order gives none. Where something leads to the internet from all of the subnets, a missing endpoint is a warning.\n\n" +
	"**What isn't looked at.** Network ACLs, outbound rules of security groups, firewalls, DNS servers of your own, and private hosted zones. What the caller may not read gives a warning, a line in the report, and no finding; with `fail_on` it is an error. The endpoints of a shared VPC are shown to its owner's account alone. " +
	"`pulls` assumes that permissions boundaries, SCPs, RCPs and the registry policy allow.\n\n" +
	"**When it is read.** During the plan, once all its arguments are known; where one is known after apply only, the apply fails instead of the plan. What the same configuration makes is seen only with `depends_on`: then the apply reads it, once that is made.\n\n" +
	"## Findings\n\n" +
	"| Code | What is wrong |\n| --- | --- |\n" +
	"| `VPC_NOT_FOUND`, `SUBNET_NOT_FOUND`, `SECURITY_GROUP_NOT_FOUND` | what the arguments name isn't there |\n" +
	"| `SUBNET_OF_ANOTHER_VPC`, `SECURITY_GROUP_OF_ANOTHER_VPC` | it is of another VPC |\n" +
	"| `VPC_DNS_OFF` | enableDnsSupport or enableDnsHostnames of the VPC is off |\n" +
	"| `MISSING_ENDPOINT` | a service that is needed has no endpoint |\n" +
	"| `ENDPOINT_NOT_AVAILABLE`, `ENDPOINT_WITHOUT_SUBNETS` | an endpoint is there and can't be used |\n" +
	"| `ENDPOINT_WITHOUT_IPV6` | an endpoint has IPv4 addresses alone, and a subnet has none |\n" +
	"| `PRIVATE_DNS_OFF` | the service's hosts don't resolve to the endpoint |\n" +
	"| `PORT_443_CLOSED`, `PORT_443_NOT_KNOWN` | the endpoint's security groups don't let the subnets in on tcp/443, or that can't be told |\n" +
	"| `ENDPOINT_NOT_IN_ZONE` | containers reach the endpoint through another zone |\n" +
	"| `S3_NOT_ROUTED`, `S3_ROUTE_BLACKHOLE` | a route table doesn't lead to the S3 endpoint |\n" +
	"| `LAYERS_DENIED` | the S3 endpoint's policy keeps image layers back |\n" +
	"| `ENDPOINT_POLICY_DENIES_PULL` | the policy of an ECR endpoint keeps the login or the pull back |\n" +
	"| `PULL_DENIED` | identity policies or the repository's policy deny one of `pulls` |\n" +
	"| `REPOSITORY_OF_ANOTHER_REGION` | endpoints reach the repositories of their Region alone |\n\n" +
	"## IAM permissions\n\n" +
	"- `ec2:DescribeVpcs`\n- `ec2:DescribeVpcAttribute`\n- `ec2:DescribeSubnets`\n- `ec2:DescribeRouteTables`\n- `ec2:DescribeSecurityGroups`\n- `ec2:DescribeVpcEndpoints`\n- `ec2:DescribeVpcEndpointServices`"

func attributes() map[string]schema.Attribute {
	findings := policydocument.FindingsAttribute()
	findings.MarkdownDescription = "What is wrong, errors first, such as `[{ severity = \"error\", code = \"MISSING_ENDPOINT\", path = \"ecr.dkr\", message = \"…\" }]`; empty for a network in order."
	findings.NestedObject.Attributes["code"] = text("Stable code, such as `PORT_443_CLOSED`.")
	findings.NestedObject.Attributes["message"] = text("What is wrong, what comes of it, and what to write instead, such as `vpc-0a1b2c3d4e5f60718 has no interface endpoint for com.amazonaws.eu-west-1.ecr.dkr: …`.")
	findings.NestedObject.Attributes["path"] = text("What is at fault: an id such as `sg-0a1b2c3d4e5f60718`, several with commas between, a service without an endpoint, such as `ecr.dkr`, a zone, or one of `pulls`, such as `pulls[\"web\"]`.")
	return map[string]schema.Attribute{
		"vpc_id": schema.StringAttribute{
			Required: true, MarkdownDescription: "The VPC, such as `vpc-0a1b2c3d4e5f60718`.",
			Validators: []validator.String{accessrequest.VPCID()},
		},
		"subnet_ids": ids("Subnets that the containers run in, such as `[\"subnet-0a1b2c3d4e5f60718\"]`.", "subnet", true),
		"compute": schema.SetAttribute{
			Required: true, ElementType: types.StringType,
			MarkdownDescription: "What runs in the subnets, which says what endpoints are needed: one or several of `" + strings.Join(pattern.ComputeTypes(), "`, `") + "`.",
			Validators:          []validator.Set{setvalidator.NoNullValues()},
		},
		"include": services("Further services that are needed, by what the names of their endpoints end in, such as `[\"secretsmanager\", \"ssmmessages\"]`."),
		"exclude": services("Services of `compute` that aren't needed, such as `[\"logs\"]` where tasks write no logs to CloudWatch."),
		"fips": schema.BoolAttribute{
			Optional: true, MarkdownDescription: "Whether the endpoints with FIPS 140-3 cryptography are needed, where AWS has them, such as `com.amazonaws.us-east-1.ecr-fips.dkr`. Default `false`.",
		},
		"security_group_ids": ids("Security groups of the containers: of the tasks with network mode `awsvpc`, else of their nodes, such as `[\"sg-0a1b2c3d4e5f60718\"]`. Each container is taken to have all of them. "+
			"Where an endpoint lets security groups in, and not the addresses of the subnets, it takes this to judge port 443.", "sg", false),
		"pulls": fw.DataSourceAttributes(map[string]resource.Attribute{"pulls": endpointpolicy.PullsAttribute(
			"Pulls that the access engine proves through the endpoints as they are, by a name for each, such as `{ web = { principal_arn = ecrx_ecs_roles.web.execution_role.arn, repository_arns = [local.app], identity_policies = […] } }`. " +
				"Without it, only what keeps everybody from pulling anything is found in policies.")})["pulls"],
		"fail_on": schema.StringAttribute{
			Optional: true, MarkdownDescription: "What fails the plan: `error`, or `warning` for both. A part of the network that couldn't be read fails it, too, with the permission that is missing. Without it nothing does.",
			Validators: []validator.String{stringvalidator.OneOf(string(policy.SeverityError), string(policy.SeverityWarning))},
		},
		"region": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "AWS Region of the VPC, such as `eu-west-1`. Defaults to the provider's Region.",
			Validators: fw.RegionAttribute().Validators,
		},
		"findings": findings,
		"endpoints": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The endpoints that serve what is needed, by service, such as `endpoints[\"ecr.dkr\"].id`. Services without one aren't in it; null where the VPC isn't there, or its endpoints couldn't be read.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"id":           text("Id of the endpoint, such as `vpce-0a1b2c3d4e5f60718`."),
				"service_name": text("Whole name of the service, such as `com.amazonaws.eu-west-1.ecr.dkr`."),
				"state":        text("State of the endpoint, such as `available`."),
			}},
		},
		"missing": schema.SetAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "Services that have no endpoint, such as `[\"logs\"]`. Null where `endpoints` is.",
		},
		"markdown": text("The report, for a comment on a pull request or a job summary: `### Private network vpc-0a1b2c3d4e5f60718: in order …`. It has the endpoints, the findings, what the policies let through, and what wasn't looked at."),
	}
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func services(description string) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description,
		Validators: []validator.Set{setvalidator.NoNullValues()},
	}
}

// ids is a set of ids that begin with a prefix.
func ids(description, prefix string, required bool) schema.SetAttribute {
	form := stringvalidator.RegexMatches(regexp.MustCompile(`^`+prefix+`-([0-9a-f]{8}|[0-9a-f]{17})$`), `must be an id such as "`+prefix+`-0a1b2c3d4e5f60718"`)
	return schema.SetAttribute{
		Required: required, Optional: !required, ElementType: types.StringType, MarkdownDescription: description,
		Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(form)},
	}
}
