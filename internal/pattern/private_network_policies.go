// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// livePolicy is the policy of one endpoint or several.
type livePolicy struct {
	document  policy.Document
	endpoints []VPCEndpoint
	services  []string
}

func (l *livePolicy) ids() string {
	var ids []string
	for _, e := range l.endpoints {
		ids = append(ids, e.ID)
	}
	return strings.Join(ids, ", ")
}

// livePolicies gives the policies of endpoints, equal ones once: AWS advises one for both of ECR. An endpoint without one lets
// everything through.
func (d *diagnoser) livePolicies(endpoints []VPCEndpoint) []*livePolicy {
	var all []*livePolicy
	for _, e := range endpoints {
		document := FullAccessEndpointPolicy()
		if e.Policy != "" {
			var err error
			if document, err = policy.Parse(e.Policy); err != nil {
				d.unseen("the policy of %s, which this version of the provider can't read: %s", e.ID, err)
				continue
			}
		}
		i := slices.IndexFunc(all, func(l *livePolicy) bool { return policy.Equal(l.document, document) })
		if i < 0 {
			i, all = len(all), append(all, &livePolicy{document: document})
		}
		service, _ := ServiceOf(e.ServiceName, d.Site.Region)
		all[i].endpoints, all[i].services = append(all[i].endpoints, e), append(all[i].services, service)
	}
	return all
}

// layerPolicies looks at whether ECR's signed requests for layers pass the gateways.
func (d *diagnoser) layerPolicies(gateways []VPCEndpoint) {
	layers, err := LayerBucketARN(d.Site.Region)
	if err != nil {
		d.unseen("the policies of S3 endpoints, since ECR's bucket of %q isn't known", d.Site.Region)
		return
	}
	for _, l := range d.livePolicies(gateways) {
		g := newGatewayProver(l.document, d.Site)
		g.through("", g.signer(), concrete(layers))
		for _, problem := range g.problems {
			d.add(policy.SeverityError, "LAYERS_DENIED", l.ids(), "The policy of the S3 endpoint keeps image layers back, so that a pull finds its image and then fails with 403 Forbidden. %s\n"+
				"Add a statement that allows s3:GetObject on %s to Principal \"*\": see ecrx_layer_bucket_policy_document.", problem.Detail, layers)
		}
	}
}

// through is somebody who goes through endpoints: one of the pulls, or anybody where there are none, since what keeps anybody from
// pulling anything keeps everybody.
type through struct {
	pull, can, cannot string
	input             PrivatePull
}

func (d *diagnoser) callers() []through {
	if len(d.Pulls) == 0 {
		return []through{{cannot: "nobody can", input: PrivatePull{
			PrincipalARN: authz.UnknownValue, RepositoryARNs: []string{"arn:" + d.Site.Partition + ":ecr:" + d.Site.Region + ":" + authz.UnknownValue},
		}}}
	}
	var all []through
	for _, name := range slices.Sorted(maps.Keys(d.Pulls)) {
		input := d.Pulls[name]
		input.RepositoryARNs, _ = d.reached(input.RepositoryARNs)
		all = append(all, through{name, input.PrincipalARN + " can", input.PrincipalARN + " can't", input})
	}
	return all
}

// endpointPolicies looks at what the policies of the ECR endpoints keep back, where all else allows. It gives the pulls that they don't
// certainly let through.
func (d *diagnoser) endpointPolicies() (held map[string]bool) {
	held = map[string]bool{}
	policies := d.livePolicies(slices.Concat(d.usable[ecrDKR], d.usable[ecrAPI]))
	for _, l := range policies {
		q := &endpointQuestion{live: l, layers: authz.Layers{
			Identity:   []*authz.Policy{authz.AssumedToAllow("identity policies")},
			Repository: []*authz.Policy{authz.Compile(allElse, policy.New(everything("")))},
			Endpoint:   []*authz.Policy{authz.Compile(endpointPolicyName, l.document)},
		}}
		for _, c := range d.callers() {
			if !q.ask(d, c, held[c.pull]) {
				held[c.pull] = true
			}
		}
		if len(q.denied) > 0 {
			d.add(q.severity, "ENDPOINT_POLICY_DENIES_PULL", l.ids(), "The policy of the endpoints of %s keeps pulls back:%s\n"+
				"Let the login and the pull through: see ecrx_endpoint_policy_document.", inWords(l.services), bullets(q.denied))
		}
	}
	return held
}

// endpointQuestion asks one policy about everybody.
type endpointQuestion struct {
	live     *livePolicy
	layers   authz.Layers
	severity policy.Severity
	denied   []string
}

// ask reports whether one caller certainly gets through. Images are asked for at the Docker API; some agents ask the ECR API, too, of
// which nothing is said where the other is closed.
func (q *endpointQuestion) ask(d *diagnoser, c through, closed bool) bool {
	prover := &pullProver{pull: c.input, site: assumed(d.Site)}
	prover.pull.VPCID, prover.pull.EndpointIDs = d.VPCID, map[string]string{}
	passes := true
	for i, service := range q.live.services {
		prover.pull.EndpointIDs[service] = q.live.endpoints[i].ID
		decide := func(severity policy.Severity, what string, access authz.Access) {
			denied, reasons := certain(access)
			reasons = lookedAt(reasons)
			switch {
			case len(denied) > 0:
				q.deny(severity, c.cannot+" "+what+" through "+q.live.endpoints[i].ID+" ("+service+"), which keeps "+strings.Join(denied, ", ")+" back: "+strings.Join(reasons, "; "))
				passes = false
			case access.Decision != authz.Allowed && c.pull != "":
				d.out.Lines = append(d.out.Lines, "not known: whether "+c.can+" "+what+" through "+q.live.endpoints[i].ID+" ("+service+"), since "+strings.Join(reasons, "; "))
				passes = false
			}
		}
		severity := policy.SeverityError
		if service == ecrAPI {
			decide(severity, "log in", prover.caller(service).Access([]string{loginAction}, authz.Repository{ARN: "*"}, q.layers))
			severity = policy.SeverityWarning
		}
		if service == ecrAPI && (closed || !passes) {
			continue
		}
		for _, pattern := range c.input.RepositoryARNs {
			from, one := pattern, prover.one(pattern)
			if c.pull == "" {
				from, one = "any repository of "+d.Site.Region, pattern
			}
			decide(severity, "pull from "+from, prover.caller(service).Access(pull, authz.Repository{ARN: one, OrganizationPath: authz.UnknownValue}, q.layers))
		}
	}
	return passes
}

func (q *endpointQuestion) deny(severity policy.Severity, reason string) {
	if q.severity == "" || weight(severity) < weight(q.severity) {
		q.severity = severity
	}
	q.denied = append(q.denied, reason)
}
