// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// call is a request on its way through the layers.
type call struct {
	request   *Request
	principal principal
	// onRegistry says that the action is on the registry, and so on "*" whatever the request names (Service Authorization
	// Reference, list_amazonelasticcontainerregistry).
	onRegistry truth
	// bounded says that the caller has a permissions boundary.
	bounded bool
	trace   *trace
	// work counts the steps of comparisons so far.
	work int
	// verdicts are kept for the reasons.
	verdicts verdicts
}

type verdicts struct {
	identity, repository, registry, boundary, session, scps, rcps, endpoint verdict
	// inAccount says that the layers of the caller's account are for it, scp and rcp that those of the organization are.
	inAccount, scp, rcp, sameAccount truth
	allow, deny                      truth
}

// Decide gives the decision alone. It allocates nothing, for a request and policies without unusual parts: more than four
// variables in one text, values in base64.
func Decide(request *Request, layers *Layers) Decision {
	c := newCall(request, layers)
	return c.decide(layers)
}

func newCall(request *Request, layers *Layers) call {
	c := call{request: request, principal: parsePrincipal(request.Principal, &request.Context), onRegistry: onRegistry(request.Action)}
	switch c.principal.kind {
	case userPrincipal, rolePrincipal, sessionPrincipal, federatedPrincipal:
		c.bounded = len(layers.Boundary) > 0
	case unknownPrincipal, anonymousPrincipal, servicePrincipal, rootPrincipal:
	}
	return c
}

// decide is AWS's enforcement logic (IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow, and
// reference_policies_evaluation-logic-cross-account for callers of other accounts).
func (c *call) decide(layers *Layers) Decision {
	v := &c.verdicts
	v.inAccount = c.principal.inAccount()
	linked := c.principal.serviceLinked()
	v.scp, v.rcp = min(v.inAccount, linked.not()), linked.not()
	v.sameAccount = c.sameAccount()

	v.identity = c.ask(layers.Identity, &identityPlace)
	if c.onRegistry != yes {
		// A repository policy has no say in what isn't done to a repository: no lockdown blocks a login.
		v.repository = c.ask(layers.Repository, &repositoryPlace).atMost(c.onRegistry.not())
	}
	v.registry = c.ask(layers.Registry, &registryPlace)
	v.boundary = verdict{allow: naming{direct: yes}}
	for i := range layers.Boundary {
		one := c.ask(layers.Boundary[i:i+1], &boundaryPlace)
		v.boundary.deny = max(v.boundary.deny, one.deny)
		v.boundary.allow.direct = min(v.boundary.allow.direct, one.allow.direct)
	}
	v.session = c.ask(layers.Session, &sessionPlace)
	v.scps = c.askEach(layers.SCPs, &scpPlace)
	v.rcps = c.askEach(layers.RCPs, &rcpPlace)
	v.endpoint = c.askEndpoints(layers)

	v.deny = max(
		min(c.principal.attached(), max(v.identity.deny, v.boundary.deny)),
		min(c.principal.session(), v.session.deny),
		v.repository.deny, v.registry.deny, v.endpoint.deny,
		min(v.scp, v.scps.deny), min(v.rcp, v.rcps.deny),
	)
	v.allow = min(
		c.granted(layers),
		choose(v.scp, v.scps.allow.direct, yes),
		v.endpoint.allow.direct,
	)
	switch {
	case c.principal.invalid != "":
		return Unknown
	case v.deny == yes:
		return ExplicitlyDenied
	case v.deny == maybe || v.allow == maybe:
		return Unknown
	case v.allow == yes:
		return Allowed
	default:
		return ImplicitlyDenied
	}
}

// granted says whether the identity and the resource side together allow the request.
func (c *call) granted(layers *Layers) truth {
	v := &c.verdicts
	direct := max(v.repository.allow.direct, v.registry.allow.direct)
	role := max(v.repository.allow.role, v.registry.allow.role)
	account := max(v.repository.allow.account, v.registry.allow.account)

	limit := v.boundary.allow.direct
	switch {
	case len(layers.Session) > 0:
		limit = min(limit, choose(c.principal.session(), v.session.allow.direct, yes))
	case c.principal.kind == federatedPrincipal:
		// Without a session policy a federated user has the permissions of resource policies alone (AWS STS API
		// Reference, GetFederationToken).
		limit = no
	}
	identity := min(v.identity.allow.direct, limit)
	switch c.principal.kind {
	case anonymousPrincipal, servicePrincipal, userPrincipal, rolePrincipal, sessionPrincipal, federatedPrincipal:
	case rootPrincipal:
		// "all requests are implicitly denied with the exception of the AWS account root user, which has full access".
		identity = yes
	case unknownPrincipal:
		identity = maybe
	}
	// What names the session, the user or everybody isn't limited by a boundary or session policy that merely doesn't
	// allow; what names the role is; what names the account grants nothing by itself.
	named := max(direct, min(role, limit))
	same := choose(needsResourcePolicy(c.request.Action), max(named, min(account, identity)), max(named, identity))
	cross := min(identity, max(direct, role, account))
	return choose(v.inAccount, choose(v.sameAccount, same, cross), direct)
}

// needsResourcePolicy names the exceptions to "either side is enough": a role's trust policy and a KMS key's policy must
// allow, be it by naming the account (IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow).
func needsResourcePolicy(action string) truth {
	known, open := cutUnknown(action)
	for _, prefix := range [...]string{"sts:AssumeRole", "kms:"} {
		if _, found := cutFold(known, prefix); found {
			return yes
		}
		if _, could := cutFold(prefix, known); open && could {
			return maybe
		}
	}
	return no
}

// sameAccount reports whether the caller is of the account that owns the resource.
func (c *call) sameAccount() truth {
	if _, open := cutUnknown(c.request.ResourceAccount); open || c.principal.kind == unknownPrincipal {
		return maybe
	}
	return truthOf(c.principal.account == c.request.ResourceAccount)
}

func (c *call) askEndpoints(layers *Layers) verdict {
	v := verdict{allow: naming{direct: yes}}
	if len(layers.Endpoint) > 0 {
		one := c.ask(layers.Endpoint, &endpointPlace)
		v = verdict{deny: one.deny, allow: naming{direct: one.allow.any()}}
	}
	if len(layers.Gateway) > 0 {
		one := c.ask(layers.Gateway, &gatewayPlace)
		v.deny, v.allow.direct = max(v.deny, one.deny), min(v.allow.direct, one.allow.any())
	}
	return v
}

// onRegistry says whether an action of ECR is on the registry. One of which only a beginning is known may be.
func onRegistry(name string) truth {
	known, open := cutUnknown(name)
	if open {
		_, beyond := cutFold(known, "ecr:")
		_, before := cutFold("ecr:", known)
		return min(maybe, truthOf(beyond || before))
	}
	if name, found := cutFold(name, "ecr:"); found {
		action, known := policy.ECRAction(name)
		return truthOf(known && !action.RepositoryLevel)
	}
	return no
}

func cutFold(text, prefix string) (string, bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return text, false
	}
	return text[len(prefix):], true
}
