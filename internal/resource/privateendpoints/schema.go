// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"maps"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/network"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

const description = "The VPC endpoints that containers in private subnets pull images through, complete and correct for what runs there: those of Amazon ECR, the gateway endpoint of Amazon S3 that the layers come " +
	"through, and what else the compute type needs, with private DNS, a security group that lets port 443 in, and endpoint policies.\n\n" +
	"The plan looks at the network, with reads only, and says what would stop the apply: DNS attributes of the VPC, subnets and their zones, route tables, security groups, and endpoints that are there already. " +
	"It shows the endpoint policies and proves them: who may pull what through the endpoints, and that others may not. With `pulls` it proves that a role's pull passes its identity policies, the endpoint policies and the repository policy together. " +
	"Assumed to allow is what can't be read; `proof` says so.\n\n" +
	"All changes but those of `vpc_id` and `region` are made in place, and touch the difference alone: from `fargate_1_3` to `fargate` one endpoint is added. " +
	"A create is all or nothing. What the resource makes bears the tag `" + network.MarkTag + "`.\n\n" +
	"~> Adding the S3 gateway to a route table interrupts the open connections to Amazon S3 of its subnets for a moment.\n\n" +
	"## IAM permissions\n\n" +
	"`ec2:DescribeVpcs`, `ec2:DescribeVpcAttribute`, `ec2:DescribeSubnets`, `ec2:DescribeRouteTables`, `ec2:DescribeSecurityGroups`, `ec2:DescribeVpcEndpoints`, `ec2:DescribeVpcEndpointServices` and `ec2:DescribePrefixLists`; " +
	"`ec2:CreateVpcEndpoint`, `ec2:ModifyVpcEndpoint`, `ec2:DeleteVpcEndpoints`, `ec2:CreateTags`, `ec2:DeleteTags`, and for private DNS `route53:AssociateVPCWithHostedZone`; with `security_group` also `ec2:CreateSecurityGroup`, " +
	"`ec2:AuthorizeSecurityGroupIngress`, `ec2:RevokeSecurityGroupIngress` and `ec2:DeleteSecurityGroup`. The plan does without a read that isn't allowed, and warns."

const (
	existingError = "error"
	existingReuse = "reuse"
)

// Schema describes the arguments.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := endpointpolicy.Attributes()
	maps.Copy(attributes, placement())
	maps.Copy(attributes, set())
	maps.Copy(attributes, computed())
	maps.Copy(attributes, map[string]schema.Attribute{
		"additional_bucket_arns": endpointpolicy.AdditionalBucketARNs(),
		"layer_bucket_policy": schema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "What the S3 gateway lets through: `full` (the default), or `minimal` for the layers of images and the buckets of `additional_bucket_arns`, which cuts all other S3 traffic of the route tables: " +
				"package mirrors, backups and applications.",
		},
		"pulls": endpointpolicy.PullsAttribute("Pulls that the plan proves, by names of your choice, such as `{ web = { principal_arn = \"arn:aws:iam::111111111111:role/web-execution\", repository_arns = [\"arn:aws:ecr:eu-west-1:111111111111:repository/web\"] } }`. " +
			"A role whose identity policy names these endpoints in a condition depends on them, so it can't stand here: give it to `ecrx_private_endpoints_diagnosis`."),
		"region":   fw.RegionAttribute(),
		"tags":     fw.TagsAttribute(),
		"tags_all": fw.TagsAllAttribute(),
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: description,
		Attributes:          attributes,
		Blocks:              map[string]schema.Block{"timeouts": timeouts.BlockAll(ctx)},
	}
}

// placement are the arguments that say where the endpoints are.
func placement() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"vpc_id": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The VPC, such as `vpc-0123456789abcdef0`. A change makes new endpoints.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			Validators:          []validator.String{idOf("VPC", "vpc")},
		},
		"subnet_ids":         ids("subnet", "subnet", "Subnets of the interface endpoints, such as `[\"subnet-0123456789abcdef0\"]`, one for each zone that containers run in. The endpoints are reached from all subnets of the VPC."),
		"route_table_ids":    ids("route table", "rtb", "Route tables of the subnets that the containers run in, such as `[\"rtb-0123456789abcdef0\"]`: the S3 gateway is a route in them."),
		"security_group_ids": ids("security group", "sg", "Security groups of the interface endpoints, such as `[\"sg-0123456789abcdef0\"]`, which let port 443 in from the containers. Without it, `security_group` makes one."),
		"security_group": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "A security group to make for the interface endpoints, which lets port 443 in, such as `{ ingress_cidr_blocks = [\"10.0.0.0/16\"] }`. Rules that others add to it are left alone.",
			Attributes: map[string]schema.Attribute{
				"ingress_cidr_blocks": schema.SetAttribute{
					Optional: true, ElementType: types.StringType,
					MarkdownDescription: "Blocks to let in, such as `[\"10.0.0.0/16\"]`: those of the containers' subnets, or of the VPC.",
					Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
				},
				"ingress_security_group_ids": ids("security group", "sg", "Security groups to let in, such as `[\"sg-0123456789abcdef0\"]`: those of the tasks or nodes."),
			},
			Validators: []validator.Object{objectvalidator.ConflictsWith(path.MatchRoot("security_group_ids"))},
		},
		"ip_address_type": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Addresses of the endpoints, that of Amazon S3 included: `ipv4`, `dualstack` or `ipv6`. Left to Amazon EC2 without it, which takes `ipv4`.",
			Validators:          []validator.String{stringvalidator.OneOf("ipv4", "dualstack", "ipv6")},
		},
	}
}

// set are the arguments that say which endpoints there are.
func set() map[string]schema.Attribute {
	services := func(description string) schema.SetAttribute {
		return schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: description,
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
		}
	}
	return map[string]schema.Attribute{
		"compute": schema.SetAttribute{
			Required: true, ElementType: types.StringType,
			MarkdownDescription: "What runs in the subnets, one or several of `" + strings.Join(pattern.ComputeTypes(), "`, `") + "`: each brings the endpoints that it needs. `fargate` is platform version 1.4 and later, and Windows; `fargate_1_3` pulls by the Docker API alone.",
			Validators:          []validator.Set{setvalidator.NoNullValues()},
		},
		"include": services("Further services with endpoints, by what their names end in, such as `[\"secretsmanager\", \"ssmmessages\"]`."),
		"exclude": services("Services of `compute` to do without, such as `[\"logs\"]` where nothing writes to CloudWatch Logs."),
		"fips": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "`true` for the endpoints with FIPS 140-3 cryptography, where a service has them. A change replaces the endpoints one by one.",
		},
		"existing": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What to do when the VPC has an endpoint of a service already: `" + existingError + "` (the default), or `" + existingReuse + "` to use it as it is. Such an endpoint has `managed = false` in `endpoints`, " +
				"and is never changed or deleted. With `create_before_destroy` the endpoints of the object that is replaced would be in the way, or reused and then deleted: do without it.",
			Validators: []validator.String{stringvalidator.OneOf(existingError, existingReuse)},
		},
	}
}

// computed are what comes out.
func computed() map[string]schema.Attribute {
	document := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"endpoints": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The endpoints by service, such as `endpoints[\"ecr.dkr\"].id`.",
			NestedObject:        schema.NestedAttributeObject{Attributes: endpointAttributes()},
		},
		"security_group_id":        document("The security group that `security_group` made, such as `sg-0123456789abcdef0`."),
		"endpoint_policy_json":     document("The policy of those ECR endpoints that this resource manages as JSON, such as `{\"Version\":\"2012-10-17\",…}`."),
		"layer_bucket_policy_json": document("The policy of the S3 gateway, if this resource manages it, as JSON, such as `{\"Version\":\"2012-10-17\",…}`."),
		"s3_prefix_list_id":        document("AWS's prefix list of Amazon S3, such as `pl-6da54004`, for egress rules of the containers' security groups."),
		"proof": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "What the access engine proves of the endpoint policies and of `pulls`, a sentence each, such as `[\"the layers of the images come through the S3 endpoint\"]`.",
		},
	}
}

func endpointAttributes() map[string]schema.Attribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
	}
	set := func(description string) schema.SetAttribute {
		return schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"id":                 text("Id of the endpoint, such as `vpce-0123456789abcdef0`."),
		"arn":                text("ARN of the endpoint, such as `arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint/vpce-0123456789abcdef0`."),
		"service_name":       text("Whole name of the service, such as `com.amazonaws.eu-west-1.ecr.dkr`."),
		"state":              text("State of the endpoint, such as `available`."),
		"managed":            flag("Whether this resource makes and changes the endpoint: `false` for one that is reused."),
		"private_dns":        flag("Whether the service's own names lead to the endpoint, such as `true`; null where there is no private DNS."),
		"ip_address_type":    text("Addresses of the endpoint, such as `ipv4`."),
		"policy_json":        text("Policy of the endpoint as JSON, such as `{\"Version\":\"2012-10-17\",…}`."),
		"dns_names":          schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Names of the endpoint, the Region's first, such as `[\"vpce-0123456789abcdef0-abcdefgh.api.ecr.eu-west-1.vpce.amazonaws.com\"]`; empty for the gateway."},
		"subnet_ids":         set("Subnets of the endpoint, such as `[\"subnet-0123456789abcdef0\"]`; null for the gateway."),
		"security_group_ids": set("Security groups of the endpoint, such as `[\"sg-0123456789abcdef0\"]`; null for the gateway."),
		"route_table_ids":    set("Route tables of the gateway, such as `[\"rtb-0123456789abcdef0\"]`; null for all others."),
	}
}

// IdentitySchema describes the identity to import by.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"vpc_id": identityschema.StringAttribute{RequiredForImport: true, Description: "The VPC."},
		"region": identityschema.StringAttribute{OptionalForImport: true, Description: "The Region. Defaults to the provider's."},
	}}
}

// ids is an optional set of EC2's ids that begin with a prefix.
func ids(what, prefix, description string) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description,
		Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(idOf(what, prefix))},
	}
}

func idOf(what, prefix string) validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(`^`+prefix+`-[0-9a-f]+$`), "must be the id of a "+what+", such as \""+prefix+"-0123456789abcdef0\"")
}
