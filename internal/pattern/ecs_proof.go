// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"maps"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ProveECSExecutionRole evaluates the task execution role that the input stands for: Amazon ECS and nobody else may assume it;
// it can pull the images, through the given networks only, and do nothing else in ECR, which without repositories is nothing
// at all; and it can write the logs and read the secrets and parameters. Policies of other accounts' resources and of keys
// are assumed to leave it to the role's account. The input must be valid.
//
// Paths are the arguments' names, or none where the role as a whole is at fault.
func ProveECSExecutionRole(e ECSExecution, site Site) []Problem {
	return proveECSExecution(e, ECSExecutionRole(e), site)
}

func proveECSExecution(e ECSExecution, role Role, site Site) []Problem {
	access := RoleAccess{Actions: pull, RepositoryARNs: e.RepositoryARNs, SourceVPCs: e.SourceVPCIDs, SourceVPCEs: e.SourceVPCEIDs}
	p := newECSProver(role.Inline[string(ECSExecutionPart)], site)
	p.problems = append(ProveTrust(serviceTrust(ecsTaskService), role.Trust, site), ProveRole(role, access, site)...)
	presetsGive(p, ecsExecutionPresets, &e, e.KMSKeyARNs)
	return p.problems
}

// ProveECSTaskRole evaluates the task role that the input stands for: tasks of the site's account in the Regions may assume
// it, and nobody else; and its permissions hold, as ProveECSPermissions says. Paths begin with "permissions" or are
// "source_regions".
func ProveECSTaskRole(t ECSTask, site Site) []Problem {
	t.Permissions = t.Permissions.certain()
	return proveECSTask(t, ECSTaskRole(t, assumed(site)), site)
}

func proveECSTask(t ECSTask, role Role, site Site) []Problem {
	problems := ProveTrust(t.trust(assumed(site)), role.Trust, site)
	for _, p := range proveECSPermissions(t.Permissions, role.Inline[string(ECSTaskPart)], site) {
		p.Path = append([]string{"permissions"}, p.Path...)
		problems = append(problems, p)
	}
	return problems
}

// ProveECSInfrastructureRole evaluates the trust of the infrastructure role. Of what its managed policy allows nothing is
// concluded.
func ProveECSInfrastructureRole(site Site) []Problem {
	return proveECSInfrastructure(ECSInfrastructureRole(site), site)
}

func proveECSInfrastructure(role Role, site Site) []Problem {
	return ProveTrust(serviceTrust(ecsInfrastructureService), role.Trust, site)
}

// ProveECSPermissions evaluates the policy that the permissions stand for: each attribute gives what it says on each of its
// resources, whatever the statements that are written by hand deny; and in ECR nothing is allowed but what those allow.
// Policies of other accounts' resources and of keys are assumed to leave it to the role's account. What depends on
// something that isn't known yet is taken for granted until it is. The permissions must be valid.
//
// Paths are the attributes' names, or none where the policy as a whole is at fault.
func ProveECSPermissions(p ECSPermissions, site Site) []Problem {
	p = p.certain()
	return proveECSPermissions(p, ECSTaskPolicy(p), site)
}

// certain leaves the statements out while a part of them isn't known: they may deny less than they seem to.
func (p ECSPermissions) certain() ECSPermissions {
	if p.Incomplete {
		p.Statements = nil
	}
	return p
}

func proveECSPermissions(p ECSPermissions, document policy.Document, site Site) []Problem {
	prover := newECSProver(document, site)
	presetsGive(prover, ecsPresets, &p, p.KMSKeyARNs)
	if p.ECSExec {
		prover.gives("ecs_exec", ecsExec())
	}
	if len(p.CloudWatchMetrics) > 0 {
		prover.gives("cloudwatch_metrics", putMetrics(p.CloudWatchMetrics))
	}
	return append(prover.problems, ProveRole(Role{Inline: inline(ECSTaskPart, document)}, RoleAccess{ByHand: p.Statements}, site)...)
}

// ecsProver asks a role's policy as a session of the role, whose name isn't known.
type ecsProver struct {
	site     Site
	caller   authz.Caller
	layers   authz.Layers
	problems []Problem
}

func newECSProver(document policy.Document, site Site) *ecsProver {
	account := "arn:" + site.Partition + ":iam::" + ownerOf(site)
	p := &ecsProver{site: site, caller: authz.Caller{
		Principal: account + ":role/" + somebody, OrganizationPath: authz.UnknownValue, SourceVPCE: authz.UnknownValue,
		Context: map[string]authz.Values{"aws:PrincipalArn": authz.Single(account + ":role/" + authz.UnknownValue)},
	}}
	if site.AccountID == "" {
		for _, key := range []string{"aws:PrincipalAccount", "aws:PrincipalArn", "aws:ResourceAccount"} {
			p.caller.Context[key] = authz.Single(authz.UnknownValue)
		}
	}
	p.layers = authz.Layers{
		Identity: []*authz.Policy{authz.Compile("role's policy", document)},
		Repository: []*authz.Policy{authz.Compile("resource's policy", policy.New(policy.Statement{
			Effect: policy.Allow, Principal: policy.Principal{AWS: []string{account + ":root"}}, Actions: []string{"*"},
		}))},
	}
	return p
}

// presetsGive asks for each ARN by itself, so that what several make together is held against what each stands for.
func presetsGive[T any](p *ecsProver, presets []ecsPreset[T], input *T, keys []string) {
	for i := range presets {
		var statements []policy.Statement
		for _, arn := range *presets[i].arns(input) {
			statements = append(statements, presets[i].statements([]string{arn})...)
		}
		p.gives(presets[i].attribute, statements...)
	}
	var statements []policy.Statement
	decrypt, encrypt := keyUses(presets, input)
	for _, key := range keys {
		statements = append(statements, useOfKeys([]string{key}, decrypt, encrypt)...)
	}
	p.gives("kms_key_arns", statements...)
}

// gives proves that the role may do all that an attribute stands for.
func (p *ecsProver) gives(attribute string, statements ...policy.Statement) {
	var dead []string
	for _, s := range statements {
		for _, resource := range s.Resources {
			for _, context := range p.contexts(s.Conditions) {
				access := p.from(resource, context).Access(s.Actions, authz.Repository{ARN: p.one(resource), OrganizationPath: authz.UnknownValue}, p.layers)
				if denied, reasons := certain(access); len(denied) > 0 {
					dead = append(dead, strings.Join(denied, ", ")+" on "+resource+": "+strings.Join(reasons, "; "))
				}
			}
		}
	}
	if len(dead) > 0 {
		p.problems = append(p.problems, Problem{
			Path: []string{attribute}, Severity: policy.SeverityError, Summary: "Role that can't do what it says",
			Detail: "The role can't do all that " + attribute + " stands for:" + bullets(sortedOnce(dead)) + "\n\nChange " + attribute + ", or the statement that denies it.",
		})
	}
}

// one gives a resource that matches the pattern, in the role's Region if that does.
func (p *ecsProver) one(pattern string) string {
	parts, ok := splitARN(pattern)
	if !ok {
		return pattern
	}
	region := likely(parts.region, regionOf(p.site))
	return concrete(strings.Join([]string{"arn", parts.partition, parts.service, region, parts.account, parts.resource}, ":"))
}

// from gives the caller with the condition keys that AWS sends with its call about a resource.
func (p *ecsProver) from(resource string, context map[string]authz.Values) authz.Caller {
	who := p.caller
	who.Context = maps.Clone(who.Context)
	maps.Copy(who.Context, context)
	if parts, _ := splitARN(resource); parts.region == "" || strings.ContainsAny(parts.region, "*?") {
		who.Context["aws:RequestedRegion"] = authz.Single(authz.UnknownValue)
	}
	if _, via := context[viaServiceKey]; via {
		// What the call came through is not what the service's own call comes through (IAM User Guide,
		// access_forward_access_sessions). Not every service names itself in aws:CalledVia.
		who.SourceVPCE = ""
		who.Context["aws:ViaAWSService"] = authz.Single("true")
		for _, key := range []string{"aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"} {
			who.Context[key] = authz.Multi(authz.UnknownValue)
		}
	}
	return who
}

// contexts are condition keys with which the conditions hold: one for each combination of their values.
func (p *ecsProver) contexts(conditions []policy.Condition) []map[string]authz.Values {
	contexts := []map[string]authz.Values{{}}
	for _, c := range conditions {
		var more []map[string]authz.Values
		for _, value := range c.Values {
			if service, rest, _ := strings.Cut(value, "."); c.Key == viaServiceKey {
				region, suffix, _ := strings.Cut(rest, ".")
				value = service + "." + likely(region, regionOf(p.site)) + "." + suffix
			}
			for _, context := range contexts {
				context = maps.Clone(context)
				context[c.Key] = authz.Single(concrete(value))
				more = append(more, context)
			}
		}
		contexts = more
	}
	return contexts
}
