// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import "github.com/ecrx/terraform-provider-ecrx/internal/policy"

// Layer is one of the places where a policy can allow or deny a request.
type Layer string

// The layers, named as reasons name them.
const (
	LayerIdentity   Layer = "identity policies"
	LayerRepository Layer = "repository policy"
	LayerRegistry   Layer = "registry policy"
	LayerBoundary   Layer = "permissions boundary"
	LayerSession    Layer = "session policy"
	LayerSCP        Layer = "service control policies"
	LayerRCP        Layer = "resource control policies"
	LayerEndpoint   Layer = "VPC endpoint policy"
)

// Layers are the policies that apply to a request (IAM User Guide, reference_policies_evaluation-logic).
type Layers struct {
	// Identity are the policies of the caller: attached, inline and of its groups. One that allows is enough.
	Identity []*Policy
	// Repository is the policy of the repository, or of another resource; one of several documents is enough.
	Repository []*Policy
	// Registry is the registry policy. With policy scope V2, ECR enforces it in every request (Amazon ECR User Guide,
	// registry-permissions).
	Registry []*Policy
	// Boundary is the caller's permissions boundary. Empty: it has none. Each of several must allow.
	Boundary []*Policy
	// Session are the session policies. Empty: none were passed. One that allows is enough.
	Session []*Policy
	// SCPs and RCPs are those of each level of the organization, the root first. Empty: they aren't evaluated. Each level
	// of SCPs must allow; RCPFullAWSAccess is implied at every level of RCPs, so they only deny (AWS Organizations User
	// Guide, orgs_manage_policies_scps_evaluation and orgs_manage_policies_rcps_evaluation).
	SCPs, RCPs [][]*Policy
	// Endpoint is the policy of the interface endpoint that the request goes through, Gateway that of a gateway endpoint.
	// Empty: the request doesn't go through one, or it has no policy.
	Endpoint, Gateway []*Policy
}

// place says what a layer expects of its statements.
type place struct {
	layer Layer
	// principal: statements name principals. resource: without a Resource they are about the policy's own resource.
	principal, resource bool
	gateway             bool
}

var (
	identityPlace   = place{layer: LayerIdentity}
	repositoryPlace = place{layer: LayerRepository, principal: true, resource: true}
	registryPlace   = place{layer: LayerRegistry, principal: true}
	boundaryPlace   = place{layer: LayerBoundary}
	sessionPlace    = place{layer: LayerSession}
	scpPlace        = place{layer: LayerSCP}
	rcpPlace        = place{layer: LayerRCP, principal: true}
	endpointPlace   = place{layer: LayerEndpoint, principal: true}
	gatewayPlace    = place{layer: LayerEndpoint, principal: true, gateway: true}
)

// verdict is what the policies of a layer say together.
type verdict struct {
	deny truth
	// allow says how the allowing statements name the caller. In layers without principals it is direct.
	allow naming
}

// atMost is the verdict of a layer that isn't for certain asked.
func (v verdict) atMost(limit truth) verdict {
	return verdict{min(v.deny, limit), naming{min(v.allow.direct, limit), min(v.allow.role, limit), min(v.allow.account, limit)}}
}

// ask evaluates all statements of all policies: none is left out when the answer is clear, so that the reasons are
// complete.
func (c *call) ask(policies []*Policy, place *place) verdict {
	var v verdict
	for _, p := range policies {
		for i := range p.statements {
			s := &p.statements[i]
			m := s.match(c, place)
			if c.trace != nil {
				c.trace.add(p, s, place, m)
			}
			if m.applies == no {
				continue
			}
			if s.effect != policy.Allow {
				v.deny = max(v.deny, m.applies)
			}
			if s.effect != policy.Deny {
				v.allow.direct = max(v.allow.direct, min(m.applies, m.naming.direct))
				v.allow.role = max(v.allow.role, min(m.applies, m.naming.role))
				v.allow.account = max(v.allow.account, min(m.applies, m.naming.account))
			}
		}
	}
	return v
}

// askEach is ask for layers that must all allow.
func (c *call) askEach(levels [][]*Policy, place *place) verdict {
	v := verdict{allow: naming{direct: yes}}
	for _, policies := range levels {
		level := c.ask(policies, place)
		v.deny = max(v.deny, level.deny)
		v.allow.direct = min(v.allow.direct, level.allow.any())
	}
	return v
}
