// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"maps"
	"slices"

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
	var lines []string
	if !m.EndpointPolicyJSON.IsNull() {
		proof := pattern.ProveEndpointPolicy(set.Policy, pattern.EndpointPolicy(set.Policy), site)
		endpointpolicy.Report(diags, proof.Problems)
		lines = proof.Lines
	}
	var layers *policy.Document
	if !m.LayerBucketPolicyJSON.IsNull() {
		layers = m.proveLayers(set, site, diags)
	}
	for _, pull := range pulls {
		more, complete := m.provePull(&pull, set, planned, layers, diags)
		lines, known = append(lines, more...), known && complete
	}
	if known && !diags.HasError() {
		m.Proof = fw.StringList(onlyOnce(lines))
	}
}

// proveLayers looks at the policy of the S3 gateway, and gives it.
func (m *model) proveLayers(set *pattern.PrivateEndpoints, site pattern.Site, diags *diag.Diagnostics) *policy.Document {
	document, err := policy.Parse(m.LayerBucketPolicyJSON.ValueString())
	if err != nil {
		panic(err) // it was built a moment ago
	}
	if problem, ok := pattern.CheckEndpointPolicySize(document); !ok {
		problem.Path = []string{"additional_bucket_arns"}
		endpointpolicy.Report(diags, []pattern.Problem{problem})
	}
	if set.LayerBucketPolicy == pattern.LayerBucketMinimal {
		endpointpolicy.Report(diags, pattern.ProveLayerBucketPolicy(set.AdditionalBucketARNs, document, site))
	}
	return &document
}

// provePull looks at a pull through the ECR endpoints, those of others with the policies that they have. It reports whether all that it
// needs is known.
func (m *model) provePull(
	pull *endpointpolicy.Pull, set *pattern.PrivateEndpoints, planned map[string]endpoint, layers *policy.Document, diags *diag.Diagnostics,
) (lines []string, known bool) {
	through := map[string]map[string]string{} // ids by service, by the text of the policy
	known = true
	for service, e := range planned {
		switch {
		case !pattern.IsECR(service):
		case e.PolicyJSON.IsUnknown():
			known = false
		default:
			text := e.PolicyJSON.ValueString()
			if through[text] == nil {
				through[text] = map[string]string{}
			}
			through[text][service] = e.ID.ValueString()
			known = known && !e.ID.IsUnknown()
		}
	}
	for _, text := range slices.Sorted(maps.Keys(through)) {
		document, err := policy.Parse(text)
		if err != nil {
			diags.AddAttributeWarning(pull.At, "Endpoint policy that can't be read", "The pull isn't proven, since the policy of an endpoint isn't a policy document: "+err.Error()+".")
			continue
		}
		input := pull.Input
		input.Allowed, input.VPCID, input.EndpointIDs, input.Fargate = set.Policy.RepositoryARNs, m.VPCID.ValueString(), through[text], set.Fargate()
		input.Endpoint, input.LayerBucket = document, layers
		proof := pattern.ProvePrivatePull(input, m.site())
		endpointpolicy.ReportAt(diags, pull.At, proof.Problems)
		lines = append(lines, proof.Lines...)
	}
	return lines, known
}

// provenLater proves after the apply what needs the endpoints' ids. It stops nothing any more, so what fails is a warning.
func (m *model) provenLater(ctx context.Context, all map[string]endpoint, diags *diag.Diagnostics) {
	set := m.endpointSet()
	var found diag.Diagnostics
	m.prove(ctx, &set, all, &found)
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
