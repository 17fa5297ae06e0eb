// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

// callers are sessions of the role at each place from which it may call.
func (p *roleProver) callers() []authz.Caller {
	role := authz.Caller{Principal: "arn:" + p.site.Partition + ":iam::" + p.site.AccountID + ":role/" + somebody, OrganizationPath: authz.UnknownValue}
	vpcs, endpoints := p.want.SourceVPCs, p.want.SourceVPCEs
	if len(vpcs)+len(endpoints) == 0 {
		return []authz.Caller{role}
	}
	if len(vpcs) == 0 {
		vpcs = []string{authz.UnknownValue}
	}
	if len(endpoints) == 0 {
		endpoints = []string{authz.UnknownValue}
	}
	var out []authz.Caller
	for _, vpc := range vpcs {
		for _, endpoint := range endpoints {
			role.SourceVPC, role.SourceVPCE = vpc, endpoint
			out = append(out, role)
		}
	}
	return out
}

// fromElsewhere are sessions of the role at places from which it may not call: where a VPC and an endpoint are asked for,
// one of both isn't enough.
func (p *roleProver) fromElsewhere() []stranger {
	var out []stranger
	at := func(how, vpc, endpoint string) {
		who := p.callers()[0]
		who.SourceVPC, who.SourceVPCE = vpc, endpoint
		out = append(out, stranger{how, who})
	}
	inside := p.callers()[0]
	if len(p.want.SourceVPCs) > 0 {
		at("from another VPC", "vpc-00000000", inside.SourceVPCE)
	}
	if len(p.want.SourceVPCEs) > 0 {
		at("through another VPC endpoint", inside.SourceVPC, "vpce-00000000")
	}
	if len(out) > 0 {
		at("without a VPC endpoint", "", "")
	}
	return out
}

// concreteARN gives an ARN that matches the pattern.
func (p *roleProver) concreteARN(pattern string) string {
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) < 6 {
		return p.arn(p.site.Region, p.site.AccountID, somebody)
	}
	for i, preferred := range map[int]string{2: "ecr", 3: p.site.Region, 4: p.site.AccountID} {
		parts[i] = likely(parts[i], preferred)
	}
	return concrete(strings.Join(parts, ":"))
}

func (p *roleProver) arn(region, account, name string) string {
	return "arn:" + p.site.Partition + ":ecr:" + region + ":" + account + ":repository/" + name
}

// otherARNs are ARNs near the given one that none of the patterns matches.
func (p *roleProver) otherARNs(arn string) []string {
	parts := strings.SplitN(arn, ":", 6)
	region, account, name := parts[3], parts[4], strings.TrimPrefix(parts[5], "repository/")
	near := []string{
		p.arn(region, account, "stranger"), p.arn(region, account, name+"-stranger"), p.arn(region, account, name+"/stranger"),
		p.arn(region, account, "stranger/"+name), p.arn("us-west-2", account, name), p.arn(region, "999999999999", name),
	}
	return slices.DeleteFunc(near, p.wants)
}

// retagged are the tags of a repository that lacks a wanted one, and how it does.
type retagged struct {
	how  string
	tags map[string]string
}

func otherTags(wanted map[string]string) []retagged {
	if len(wanted) == 0 {
		return nil
	}
	out := []retagged{{"without tags", map[string]string{}}}
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		other, without := maps.Clone(wanted), maps.Clone(wanted)
		other[key] += "-stranger"
		delete(without, key)
		out = append(out, retagged{"with another " + key, other}, retagged{"without " + key, without})
	}
	return out
}
