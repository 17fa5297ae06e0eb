// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/network"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

type model struct {
	endpointpolicy.Arguments

	AdditionalBucketARNs  types.Set      `tfsdk:"additional_bucket_arns"`
	Compute               types.Set      `tfsdk:"compute"`
	EndpointPolicyJSON    types.String   `tfsdk:"endpoint_policy_json"`
	Endpoints             types.Map      `tfsdk:"endpoints"`
	Exclude               types.Set      `tfsdk:"exclude"`
	Existing              types.String   `tfsdk:"existing"`
	FIPS                  types.Bool     `tfsdk:"fips"`
	Include               types.Set      `tfsdk:"include"`
	IPAddressType         types.String   `tfsdk:"ip_address_type"`
	LayerBucketPolicy     types.String   `tfsdk:"layer_bucket_policy"`
	LayerBucketPolicyJSON types.String   `tfsdk:"layer_bucket_policy_json"`
	Proof                 types.List     `tfsdk:"proof"`
	Pulls                 types.Map      `tfsdk:"pulls"`
	Region                types.String   `tfsdk:"region"`
	RouteTableIDs         types.Set      `tfsdk:"route_table_ids"`
	S3PrefixListID        types.String   `tfsdk:"s3_prefix_list_id"`
	SecurityGroup         types.Object   `tfsdk:"security_group"`
	SecurityGroupID       types.String   `tfsdk:"security_group_id"`
	SecurityGroupIDs      types.Set      `tfsdk:"security_group_ids"`
	SubnetIDs             types.Set      `tfsdk:"subnet_ids"`
	Tags                  types.Map      `tfsdk:"tags"`
	TagsAll               types.Map      `tfsdk:"tags_all"`
	Timeouts              timeouts.Value `tfsdk:"timeouts"`
	VPCID                 types.String   `tfsdk:"vpc_id"`
}

type identity struct {
	VPCID  types.String `tfsdk:"vpc_id"`
	Region types.String `tfsdk:"region"`
}

func (m *model) identity() identity { return identity{m.VPCID, m.Region} }

// ingress is the model of security_group.
type ingress struct {
	CIDRBlocks       types.Set `tfsdk:"ingress_cidr_blocks"`
	SecurityGroupIDs types.Set `tfsdk:"ingress_security_group_ids"`
}

func ingressTypes() map[string]attr.Type {
	set := types.SetType{ElemType: types.StringType}
	return map[string]attr.Type{"ingress_cidr_blocks": set, "ingress_security_group_ids": set}
}

// ingress gives the sources that a group is made for.
func (m *model) ingress(ctx context.Context, diags *diag.Diagnostics) ingress {
	in := ingress{CIDRBlocks: types.SetNull(types.StringType), SecurityGroupIDs: types.SetNull(types.StringType)}
	if !m.SecurityGroup.IsNull() && !m.SecurityGroup.IsUnknown() {
		diags.Append(m.SecurityGroup.As(ctx, &in, basetypes.ObjectAsOptions{})...)
	}
	return in
}

// rules are those that let the sources in.
func (in ingress) rules() []awsapi.IngressRule {
	blocks, _ := fw.KnownStrings(in.CIDRBlocks)
	groups, _ := fw.KnownStrings(in.SecurityGroupIDs)
	var rules []awsapi.IngressRule
	for _, source := range slices.Concat(blocks, groups) {
		rules = append(rules, awsapi.HTTPS(source))
	}
	return rules
}

// endpointSet is what the arguments ask for, as far as it is known.
func (m *model) endpointSet() pattern.PrivateEndpoints {
	compute, knownCompute := fw.KnownStrings(m.Compute)
	include, knownInclude := fw.KnownStrings(m.Include)
	exclude, knownExclude := fw.KnownStrings(m.Exclude)
	buckets, knownBuckets := fw.KnownStrings(m.AdditionalBucketARNs)
	return pattern.PrivateEndpoints{
		Compute: compute, Include: include, Exclude: exclude, FIPS: m.FIPS.ValueBool(), Policy: m.Input(),
		LayerBucketPolicy: m.LayerBucketPolicy.ValueString(), AdditionalBucketARNs: buckets,
		Incomplete: !knownCompute || !knownInclude || !knownExclude || !knownBuckets || m.FIPS.IsUnknown() || m.LayerBucketPolicy.IsUnknown(),
	}
}

// servicesKnown reports whether it is known which endpoints there will be.
func (m *model) servicesKnown() bool {
	for _, argument := range []types.Set{m.Compute, m.Include, m.Exclude} {
		if _, known := fw.KnownStrings(argument); !known {
			return false
		}
	}
	return true
}

// placement is where the endpoints are wanted, as far as it is known.
func (m *model) placement(ctx context.Context, diags *diag.Diagnostics) pattern.Placement {
	sources := m.ingress(ctx, diags)
	at := pattern.Placement{
		Region: m.Region.ValueString(), IPAddressType: m.IPAddressType.ValueString(), Reuse: m.Existing.ValueString() == existingReuse,
		Incomplete: m.SecurityGroup.IsUnknown() || m.IPAddressType.IsUnknown() || m.Existing.IsUnknown(),
	}
	for _, s := range []struct {
		from types.Set
		to   *[]string
	}{
		{m.SubnetIDs, &at.SubnetIDs},
		{m.RouteTableIDs, &at.RouteTableIDs},
		{m.SecurityGroupIDs, &at.SecurityGroupIDs},
		{sources.CIDRBlocks, &at.SourceCIDRs},
		{sources.SecurityGroupIDs, &at.SourceGroups},
	} {
		known, all := fw.KnownStrings(s.from)
		*s.to, at.Incomplete = known, at.Incomplete || !all
	}
	return at
}

func (m *model) site() pattern.Site {
	site := pattern.Site{Region: m.Region.ValueString()}
	site.Partition, _ = awsapi.PartitionOf(site.Region)
	return site
}

// maxTags is how many tags an object of EC2 takes; one of them is the mark.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
const maxTags = 50

// leaveMark keeps room for the mark among the tags.
func (m *model) leaveMark(diags *diag.Diagnostics) {
	elements := m.TagsAll.Elements()
	if _, taken := elements[network.MarkTag]; taken {
		diags.AddAttributeError(path.Root("tags"), "Tag of this resource's own", "The tag "+network.MarkTag+" marks what this resource makes. Remove it from tags and from the provider's default_tags.")
	}
	if len(elements) == maxTags {
		diags.AddAttributeError(path.Root("tags"), "Too many tags", fmt.Sprintf("An object can have %d tags, and this resource adds one, %s. Remove one from tags or from the provider's default_tags.", maxTags, network.MarkTag))
	}
}
