// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// The lines of a role's proof say in words what its prover holds the documents against: who may assume the role, what it may do, and
// what is assumed. They follow from the same input, so that they are true where the prover finds no problem.

// AppRunnerRoleLines are those of ProveAppRunnerRole.
func AppRunnerRoleLines(input AppRunnerRoleInput) []string {
	access := RoleAccess{Actions: appRunnerActions, RepositoryARNs: input.RepositoryARNs}
	if len(input.RepositoryARNs) == 0 {
		access.RepositoryARNs = []string{"*"}
	}
	return roleLines(AppRunnerTrust(), access.lines())
}

// CrossAccountRoleLines are those of ProveCrossAccountRole.
func CrossAccountRoleLines(input CrossAccountRoleInput, site Site) []string {
	actions, _ := AccessActions(cmp.Or(input.Access, "pull"))
	return roleLines(input.Trust(), input.access(actions, site).lines())
}

// CIRoleLines are those of ProveCIRole.
func CIRoleLines(input CIRoleInput, site Site) []string {
	actions, _ := AccessActions(cmp.Or(input.Access, "push_pull"))
	return roleLines(input.Trust(), input.access(actions, site).lines())
}

// ECSExecutionRoleLines are those of ProveECSExecutionRole.
func ECSExecutionRoleLines(e ECSExecution) []string {
	access := RoleAccess{Actions: pull, RepositoryARNs: e.RepositoryARNs, SourceVPCs: e.SourceVPCIDs, SourceVPCEs: e.SourceVPCEIDs}
	lines := access.lines()
	given := append(givenPresets(ecsExecutionPresets, &e), givenKeys(e.KMSKeyARNs)...)
	return roleLines(serviceTrust(ecsTaskService), append(lines, standFor(given)...))
}

// ECSTaskRoleLines are those of ProveECSTaskRole.
func ECSTaskRoleLines(t ECSTask, site Site) []string {
	return roleLines(t.trust(site), t.Permissions.lines())
}

// ECSInfrastructureRoleLines are those of ProveECSInfrastructureRole.
func ECSInfrastructureRoleLines(site Site) []string {
	return roleLines(serviceTrust(ecsInfrastructureService), []string{"what it can do is for AWS's policy to say: " + strings.Join(ECSInfrastructureRole(site).Managed, ", ")})
}

// ECSPermissionsLines are those of ProveECSPermissions.
func ECSPermissionsLines(p ECSPermissions) []string {
	return append(p.lines(), assumedOfRole(false))
}

// othersOfRole stands behind each sentence that is true of the resource's own policy alone. The trust policy is all its own.
const othersOfRole = "; other policies of the role aren't part of this proof"

func roleLines(trust Trust, access []string) []string {
	lines := trust.lines()
	return append(append(lines, access...), assumedOfRole(len(trust.Services) == 0))
}

// assumedOfRole says what neither prover can read. A service that assumes a role has no identity policy.
func assumedOfRole(callers bool) string {
	theirs := ""
	if callers {
		theirs = "identity policies of those who assume the role, "
	}
	return "assumed to allow, as they can't be read from here: " + theirs + "a permissions boundary, session policies, SCPs, RCPs, and policies of resources in other accounts"
}

// lines say who may assume the role.
func (t Trust) lines() []string {
	var all sayings
	say := func(who named, limits string) { all.add(saying{who: who, after: " can assume the role" + limits}) }
	for _, service := range t.Services {
		limits := ""
		if t.SourceAccount != "" {
			limits = " for account " + t.SourceAccount
		}
		if len(t.SourceARNs) > 0 {
			limits += " on behalf of " + enumerated(sortedOnce(t.SourceARNs))
		}
		say(named{name: service}, limits)
	}
	var conditions []string
	if t.ExternalID != "" {
		conditions = append(conditions, "sts:ExternalId is "+t.ExternalID)
	}
	if len(t.OrganizationIDs) > 0 && !t.wholeOrganizations() {
		conditions = append(conditions, "aws:PrincipalOrgID is "+strings.Join(sortedOnce(t.OrganizationIDs), " or "))
	}
	where := ""
	if len(conditions) > 0 {
		where = " where " + strings.Join(conditions, " and ")
	}
	for _, account := range t.Accounts {
		say(inAccounts(account, ""), where)
	}
	for _, arn := range t.PrincipalARNs {
		say(named{name: arn}, where)
	}
	if t.wholeOrganizations() {
		for _, id := range t.OrganizationIDs {
			say(inOrganizations(id, ""), where)
		}
	}
	if t.OIDC != nil {
		for _, subject := range t.OIDC.Subjects {
			say(named{
				"tokens of " + issuerOf(t.OIDC.ProviderARN) + " with the subject ", "tokens of " + issuerOf(t.OIDC.ProviderARN) + " with the subjects ", subject,
				" for the audience " + strings.Join(sortedOnce(t.OIDC.Audiences), " or "),
			}, "")
		}
	}
	return append(all.lines(), "nobody else can assume the role")
}

// lines say what the role may do in Amazon ECR.
func (a RoleAccess) lines() []string {
	if len(a.RepositoryARNs) == 0 {
		return []string{"this policy lets it do nothing in Amazon ECR" + othersOfRole}
	}
	repositories := enumerated(sortedOnce(a.RepositoryARNs))
	if repositories == "*" {
		repositories = "every repository"
	}
	var limits []string
	for _, key := range slices.Sorted(maps.Keys(a.ResourceTags)) {
		limits = append(limits, "the tag "+key+" is "+a.ResourceTags[key])
	}
	if len(a.SourceVPCs) > 0 {
		limits = append(limits, "the call comes from "+strings.Join(sortedOnce(a.SourceVPCs), " or "))
	}
	if len(a.SourceVPCEs) > 0 {
		limits = append(limits, "the call comes through "+strings.Join(sortedOnce(a.SourceVPCEs), " or "))
	}
	where := ""
	if len(limits) > 0 {
		where = " where " + strings.Join(limits, " and ")
	}
	what := "do " + enumerated(sortedOnce(a.Actions)) + " on "
	if access, named := accessOf(a.Actions); named {
		what = "has " + access + " access to "
	}
	return []string{"it can log in to Amazon ECR and " + what + repositories + where, "this policy lets it do nothing else in Amazon ECR, and nothing on other repositories" + othersOfRole}
}

// lines say what a task may do.
func (p ECSPermissions) lines() []string {
	given := givenPresets(ecsPresets, &p)
	if p.ECSExec {
		given = append(given, "ecs_exec")
	}
	if len(p.CloudWatchMetrics) > 0 {
		given = append(given, "cloudwatch_metrics")
	}
	lines := standFor(append(given, givenKeys(p.KMSKeyARNs)...))
	if len(p.Statements) > 0 {
		return append(lines, "it can do what statements allow; this policy lets it do nothing else in Amazon ECR"+othersOfRole)
	}
	return append(lines, "this policy lets it do nothing in Amazon ECR"+othersOfRole)
}

// standFor says that the role may do what the attributes say, on each of their ARNs.
func standFor(attributes []string) []string {
	switch len(attributes) {
	case 0:
		return nil
	case 1:
		return []string{"it can do all that " + attributes[0] + " stands for, on each resource that it names"}
	}
	return []string{"it can do all that " + enumerated(attributes) + " stand for, on each resource that they name"}
}

// givenPresets are the names of the attributes that name an ARN.
func givenPresets[T any](presets []ecsPreset[T], input *T) []string {
	var names []string
	for i := range presets {
		if len(*presets[i].arns(input)) > 0 {
			names = append(names, presets[i].attribute)
		}
	}
	return names
}

func givenKeys(keys []string) []string {
	if len(keys) == 0 {
		return nil
	}
	return []string{"kms_key_arns"}
}
