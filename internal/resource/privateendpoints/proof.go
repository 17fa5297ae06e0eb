// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// prove lets the access engine look at the endpoint policies and at the pulls. What depends on what isn't known yet is proven at the
// apply.
func (m *model) prove(ctx context.Context, set *pattern.PrivateEndpoints, planned map[string]endpoint, diags *diag.Diagnostics) {
	pulls, known := endpointpolicy.Pulls(ctx, m.Pulls, diags)
	if diags.HasError() || m.Region.IsUnknown() || set.Incomplete || set.Policy.Incomplete {
		return
	}
	site := m.site()
	endpointpolicy.Report(diags, pattern.ValidatePrivateEndpointsAt(*set, site))
	if diags.HasError() {
		return
	}
	lines, proven := m.proveOwn(set, planned, diags)
	known = known && proven
	for i := range pulls {
		more, proven := m.provePull(&pulls[i], set, planned, diags)
		lines, known = append(lines, more...), known && proven
	}
	if known && !diags.HasError() {
		m.Proof = fw.StringList(onlyOnce(lines))
	}
}

// proveOwn looks at the policies of the endpoints that this resource makes. It reports whether all that it needs is known.
func (m *model) proveOwn(set *pattern.PrivateEndpoints, planned map[string]endpoint, diags *diag.Diagnostics) (lines []string, known bool) {
	known = true
	var own []string
	for _, service := range slices.Sorted(maps.Keys(planned)) {
		e := planned[service]
		switch {
		case e.Managed.IsUnknown():
			known = false
		case service == pattern.LayerService && e.Managed.ValueBool():
			m.proveLayers(set, diags)
		case pattern.IsECR(service) && e.Managed.ValueBool():
			own = append(own, service)
		case pattern.IsECR(service):
			lines = append(lines, "the endpoint of "+service+" was made by others, and has their policy: it isn't meant by what follows, but for pulls")
		}
	}
	if len(own) > 0 {
		proof := pattern.ProveEndpointPolicy(set.Policy, pattern.EndpointPolicy(set.Policy), m.site())
		endpointpolicy.Report(diags, proof.Problems)
		lines = append(lines, proof.Lines...)
	}
	return lines, known
}

// proveLayers looks at the policy of the S3 gateway.
func (m *model) proveLayers(set *pattern.PrivateEndpoints, diags *diag.Diagnostics) {
	document, err := policy.Parse(m.LayerBucketPolicyJSON.ValueString())
	if err != nil {
		return // not known yet
	}
	if problem, ok := pattern.CheckEndpointPolicySize(document); !ok {
		problem.Path = []string{"additional_bucket_arns"}
		endpointpolicy.Report(diags, []pattern.Problem{problem})
	}
	if set.LayerBucketPolicy == pattern.LayerBucketMinimal {
		endpointpolicy.Report(diags, pattern.ProveLayerBucketPolicy(set.AdditionalBucketARNs, document, m.site()))
	}
}

// way is how a pull comes to ECR: through endpoints with one policy.
type way struct {
	policy string
	own    bool
}

// provePull looks at a pull through the ECR endpoints and the S3 gateway, those of others with the policies that they have. It reports
// whether all that it needs is known.
func (m *model) provePull(pull *endpointpolicy.Pull, set *pattern.PrivateEndpoints, planned map[string]endpoint, diags *diag.Diagnostics) (lines []string, known bool) {
	known = true
	ids, unknownID := map[way]map[string]string{}, false
	var layers *policy.Document
	for service, e := range planned {
		switch {
		case !pattern.IsECR(service) && service != pattern.LayerService:
		case e.PolicyJSON.IsUnknown():
			known = false
		case service == pattern.LayerService:
			if document, ok := m.readable(pull, service, e.PolicyJSON.ValueString(), diags); ok {
				layers = &document
			}
		default:
			through := way{e.PolicyJSON.ValueString(), e.Managed.ValueBool()}
			if ids[through] == nil {
				ids[through] = map[string]string{}
			}
			ids[through][service] = e.ID.ValueString()
			unknownID = unknownID || e.ID.IsUnknown()
		}
	}
	for _, through := range slices.SortedFunc(maps.Keys(ids), func(a, b way) int { return strings.Compare(a.policy, b.policy) }) {
		document, ok := m.readable(pull, "ECR", through.policy, diags)
		if !ok {
			continue
		}
		input := pull.Input
		input.VPCID, input.EndpointIDs, input.Fargate, input.Endpoint, input.LayerBucket = m.VPCID.ValueString(), ids[through], set.Fargate(), document, layers
		if through.own {
			input.Allowed = set.Policy.RepositoryARNs
		}
		proof := pattern.ProvePrivatePull(input, m.site())
		endpointpolicy.ReportAt(diags, pull.At, proof.Problems)
		lines, known = append(lines, proof.Lines...), known && (!proof.Undecided || !unknownID)
	}
	return lines, known
}

// readable gives the policy of an endpoint. One of others may be anything.
func (m *model) readable(pull *endpointpolicy.Pull, service, text string, diags *diag.Diagnostics) (policy.Document, bool) {
	document, err := policy.Parse(text)
	if err != nil {
		diags.AddAttributeWarning(pull.At, "Endpoint policy that can't be read", "The pull isn't proven through the endpoint of "+service+", whose policy isn't a policy document: "+err.Error()+".")
	}
	return document, err == nil
}

// provenLater proves after the apply what needs the endpoints' ids. It stops nothing any more, so what fails is a warning. The words of
// a proof that the plan knew stay.
func (m *model) provenLater(ctx context.Context, all map[string]endpoint, diags *diag.Diagnostics) {
	set, planned := m.endpointSet(), m.Proof
	var found diag.Diagnostics
	m.prove(ctx, &set, all, &found)
	if !planned.IsUnknown() {
		m.Proof = planned // what a plan knew stays as it was
	}
	for _, d := range found.Errors() {
		if at, located := d.(diag.DiagnosticWithPath); located {
			diags.AddAttributeWarning(at.Path(), d.Summary(), d.Detail())
		}
	}
	if m.Proof.IsUnknown() {
		m.Proof = fw.StringList(nil)
	}
}

// onlyOnce leaves out what was said before.
func onlyOnce(lines []string) []string {
	var all []string
	for _, line := range lines {
		if !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	return all
}
