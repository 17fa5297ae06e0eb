// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// PrivatePull is a pull by one principal through the endpoints of a VPC, with all the policies that it meets.
type PrivatePull struct {
	// PrincipalARN is the role or user who pulls: the execution role of a task, the role of a node. OrganizationPath is where its
	// account is, as in authz.Caller; "" is taken for not known.
	PrincipalARN, OrganizationPath string
	// RepositoryARNs are patterns of the repositories to pull from.
	RepositoryARNs []string
	// Allowed are patterns of the repositories that the endpoint policy is for; none where it is for all.
	Allowed []string

	// VPCID is the VPC; EndpointIDs are the ids of its ECR endpoints by service, "ecr.api" and "ecr.dkr", with those that are in the
	// set alone. An id is "" until it is known.
	VPCID       string
	EndpointIDs map[string]string
	// Fargate says that tasks run on AWS Fargate, which logs in through a network of its own.
	Fargate bool
	// Mixed says that something else than Fargate runs, too, so that the principal may not be of a task on Fargate.
	Mixed bool

	// Endpoint is the policy of the ECR endpoints, LayerBucket that of the S3 gateway; nil without a gateway.
	Endpoint    policy.Document
	LayerBucket *policy.Document
	// Identity are the principal's identity policies, Repository is the policy of the repositories. What is nil isn't known, and
	// is assumed to allow.
	Identity   []policy.Document
	Repository *policy.Document
}

// ValidatePrivatePull finds what is wrong in who pulls, and from where. Each problem's path is "principal_arn",
// "organization_path" or "repository_arns".
func ValidatePrivatePull(p PrivatePull) []Problem {
	var v roleValidator
	if strings.ContainsAny(p.PrincipalARN, "*?") {
		v.error("principal_arn", "Wildcard in a principal", "%q stands for many. Write the ARN of one role or user, such as \"arn:aws:iam::111111111111:role/web-execution\".", p.PrincipalARN)
	} else {
		v.principal("principal_arn", p.PrincipalARN)
	}
	if ids := strings.Split(p.OrganizationPath, "/"); p.OrganizationPath != "" {
		if path, err := OrganizationPath(ids[0], ids[min(1, len(ids)-1)], ids[min(2, len(ids)-1):len(ids)-1]...); err != nil || path != p.OrganizationPath {
			v.error("organization_path", "Invalid organization path", "%q is not where one account is in its organization. Write the ids of the organization, its root and the units down to the account, as in \"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/\".", p.OrganizationPath)
		}
	}
	v.repositories(p.RepositoryARNs)
	return v.problems
}

// ProvePrivatePull evaluates the pull: the login and the three actions pass identity policies, endpoint policy and repository
// policy together, through each of the endpoints, and the layers pass the gateway; repositories outside the allowed ones don't. What
// depends on something that isn't known yet is taken for granted until it is, and a line says so.
//
// The Docker API's endpoint decides whether images can be pulled at all; that of the ECR API is asked by some agents, so a denial
// there alone is a warning. The problems have no path.
func ProvePrivatePull(input PrivatePull, site Site) Proof {
	return newPullProver(input, site).prove()
}

func newPullProver(input PrivatePull, site Site) *pullProver {
	p := &pullProver{pull: input, site: assumed(site)}
	p.layers = authz.Layers{
		Identity: []*authz.Policy{authz.AssumedToAllow("identity policies")}, Endpoint: []*authz.Policy{authz.Compile(endpointPolicyName, input.Endpoint)},
		Repository: []*authz.Policy{authz.Compile(allElse, policy.New(toAccountOf(input.PrincipalARN)))},
	}
	if input.Identity != nil {
		p.layers.Identity = nil
		for _, document := range input.Identity {
			p.layers.Identity = append(p.layers.Identity, authz.Compile("identity policy", document))
		}
	}
	if input.Repository != nil {
		p.layers.Repository = []*authz.Policy{authz.Compile("repository policy", *input.Repository)}
	}
	return p
}

func (p *pullProver) prove() Proof {
	p.login()
	for _, pattern := range p.pull.RepositoryARNs {
		p.images(pattern)
	}
	p.outside()
	p.imageLayers()
	p.assumptions()
	return p.proof
}

// toAccountOf is what a repository's policy is assumed to grant: the pull, to the principal's account, which leaves it to the identity
// policies whether the principal may. A grant to the principal itself would make them void in the repository's own account.
func toAccountOf(principal string) policy.Statement {
	s := everything("")
	s.Principal = policy.Principal{AWS: []string{accountOf(principal)}}
	return s
}

// pullProver asks as one principal.
type pullProver struct {
	pull   PrivatePull
	site   Site
	layers authz.Layers
	proof  Proof
}

// caller is the principal, coming through the endpoint of a service; "" is no endpoint.
func (p *pullProver) caller(service string) authz.Caller {
	who := authz.Caller{Principal: p.pull.PrincipalARN, OrganizationPath: orUnknown(p.pull.OrganizationPath)}
	if service != "" {
		who.SourceVPCE, who.SourceVPC = orUnknown(p.pull.EndpointIDs[service]), orUnknown(p.pull.VPCID)
	}
	return who
}

func orUnknown(value string) string {
	if value == "" {
		return authz.UnknownValue
	}
	return value
}

// login asks for the token, which Fargate fetches through its own network, where no endpoint of the VPC is.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-ecr-conditionkeys
func (p *pullProver) login() {
	registry := authz.Repository{ARN: "*"}
	if _, through := p.pull.EndpointIDs[ecrAPI]; through {
		p.decide(policy.SeverityError, "log in through the endpoint of "+ecrAPI, p.caller(ecrAPI).Access([]string{loginAction}, registry, p.layers))
	}
	if p.pull.Fargate {
		layers := p.layers
		layers.Endpoint = nil
		severity, what := policy.SeverityError, "log in through Fargate's own network"
		if p.pull.Mixed {
			severity, what = policy.SeverityWarning, what+", as it has to if it is a task's execution role"
		}
		p.decide(severity, what, p.caller("").Access([]string{loginAction}, registry, layers))
	}
}

// images asks for the images' manifests and for where their layers are, through each of the endpoints. What the Docker API's is
// denied is said of it alone.
func (p *pullProver) images(pattern string) {
	repository := authz.Repository{ARN: p.one(pattern), OrganizationPath: authz.UnknownValue}
	severity := policy.SeverityError
	for _, service := range []string{ecrDKR, ecrAPI} {
		if _, there := p.pull.EndpointIDs[service]; !there {
			continue
		}
		if !p.decide(severity, "pull from "+pattern+" through the endpoint of "+service, p.caller(service).Access(pull, repository, p.layers)) {
			p.unlessNamed(service, repository)
			return
		}
		severity = policy.SeverityWarning
	}
}

// unlessNamed adds to a denial that it hangs on what is assumed of the repository's policy: in the repository's own account, a policy that
// names the principal lets it in without any other.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
func (p *pullProver) unlessNamed(service string, repository authz.Repository) {
	if p.pull.Repository != nil {
		return
	}
	itself := everything("")
	itself.Principal = policy.Principal{AWS: []string{p.pull.PrincipalARN}}
	layers := p.layers
	layers.Repository = []*authz.Policy{authz.Compile(allElse, policy.New(itself))}
	if denied, _ := certain(p.caller(service).Access(pull, repository, layers)); len(denied) == 0 {
		p.proof.Problems[len(p.proof.Problems)-1].Detail += "\nThat is so unless the repository's policy names the principal itself: then give it as repository_policy."
	}
}

// decide turns an answer into a problem, or a line. It reports whether there is no problem.
func (p *pullProver) decide(severity policy.Severity, what string, access authz.Access) bool {
	denied, reasons := certain(access)
	reasons = lookedAt(reasons)
	switch {
	case len(denied) > 0:
		p.proof.Problems = append(p.proof.Problems, Problem{
			Severity: severity, Summary: "Pull that is denied",
			Detail: p.pull.PrincipalARN + " can't " + what + ", since it may not do " + strings.Join(denied, ", ") + ":" + bullets(reasons),
		})
		return false
	case access.Decision == authz.Allowed:
		p.proof.Lines = append(p.proof.Lines, p.pull.PrincipalARN+" can "+what)
	default:
		p.proof.Undecided = true
		p.proof.Lines = append(p.proof.Lines, "not known yet: whether "+p.pull.PrincipalARN+" can "+what+", since "+strings.Join(reasons, "; "))
	}
	return true
}

// outside asks for repositories near the allowed ones.
func (p *pullProver) outside() {
	near := &roleProver{site: p.site, want: RoleAccess{RepositoryARNs: p.pull.Allowed}}
	var others, open []string
	for _, pattern := range p.pull.Allowed {
		others = append(others, near.otherARNs(p.one(pattern))...)
	}
	for _, other := range sortedOnce(others) {
		for service := range p.pull.EndpointIDs {
			if len(p.caller(service).AllowedActions(pull, authz.Repository{ARN: other, OrganizationPath: authz.UnknownValue}, &p.layers)) > 0 {
				open = append(open, other)
			}
		}
	}
	switch {
	case len(open) > 0:
		p.proof.Problems = append(p.proof.Problems, Problem{
			Severity: policy.SeverityError, Summary: "Pull from other repositories",
			Detail: p.pull.PrincipalARN + " can pull through the endpoints from " + strings.Join(sortedOnce(open), ", ") + ", which aren't among " + strings.Join(p.pull.Allowed, ", ") + ".",
		})
	case len(others) > 0:
		p.proof.Lines = append(p.proof.Lines, p.pull.PrincipalARN+" can't pull through the endpoints from repositories outside "+strings.Join(p.pull.Allowed, ", "))
	}
}

// one gives the ARN of a repository that matches the pattern.
func (p *pullProver) one(pattern string) string {
	return (&roleProver{site: p.site}).concreteARN(pattern)
}

// imageLayers asks for the layers, by a request that ECR has signed.
func (p *pullProver) imageLayers() {
	if p.pull.LayerBucket == nil {
		return
	}
	g := newGatewayProver(*p.pull.LayerBucket, p.site)
	layers, _ := LayerBucketARN(p.site.Region)
	g.through("", g.signer(), concrete(layers))
	p.proof.Problems = append(p.proof.Problems, g.problems...)
	if len(g.problems) == 0 {
		p.proof.Lines = append(p.proof.Lines, "the layers of the images come through the S3 endpoint")
	}
}

// assumptions say what isn't looked at.
func (p *pullProver) assumptions() {
	var allowing []string
	if p.pull.Identity == nil {
		allowing = append(allowing, "the identity policies of "+p.pull.PrincipalARN)
	}
	if p.pull.Repository == nil {
		allowing = append(allowing, "the repositories' policies")
	}
	if len(allowing) > 0 {
		p.proof.Lines = append(p.proof.Lines, "assumed: "+strings.Join(allowing, " and ")+" allow it")
	}
	p.proof.Lines = append(p.proof.Lines, "assumed: permissions boundaries, SCPs, RCPs and the registry policy allow it")
}
