// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// grantName is what can be a Sid with a suffix behind it. IAM allows no more in the Sids of its own policies, and ECR's
// policies should be readable by the same tools.
var grantName = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// ValidateGrants finds what is wrong in the grants without knowing where the repository is. Each problem's path begins
// with the grant's name.
func ValidateGrants(grants []Grant) []Problem {
	var problems []Problem
	owner := map[string]string{}
	for _, g := range grants {
		v := grantValidator{grant: g}
		v.validate()
		problems = append(problems, v.problems...)
		if g.Incomplete {
			continue // a kind of who that isn't known yet would change the Sids of the others
		}
		for _, sid := range g.Sids() {
			if other, taken := owner[sid]; taken && other != g.Name {
				problems = append(problems, Problem{
					Path: []string{g.Name}, Severity: policy.SeverityError, Summary: "Two grants make one Sid",
					Detail: fmt.Sprintf("The grants %s and %s both make a statement with the Sid %q, since a grant with several kinds of who adds the kind to its name. Rename one of them.", other, g.Name, sid),
				})
			}
			owner[sid] = g.Name
		}
	}
	return problems
}

// ValidateGrantsAt finds what is wrong in the grants once it is known where the repository is. Site fields that are
// empty aren't checked.
func ValidateGrantsAt(grants []Grant, site Site) []Problem {
	var problems []Problem
	for _, g := range grants {
		if g.CodeBuild == nil || site.AccountID == "" {
			continue
		}
		for _, project := range g.CodeBuild.ProjectARNs {
			if account := accountsOf([]string{project}); len(account) == 1 && account[0] != site.AccountID {
				problems = append(problems, Problem{
					Path: []string{g.Name, "codebuild", "project_arns"}, Severity: policy.SeverityError,
					Summary: "CodeBuild project of another account",
					Detail:  fmt.Sprintf("%s is a project of account %s, and the repository is in %s. CodeBuild's own credentials reach repositories of the same account only: let the project use its service role, and name that role in principal_arns.", project, account[0], site.AccountID),
				})
			}
		}
	}
	return problems
}

type grantValidator struct {
	grant    Grant
	problems []Problem
}

func (v *grantValidator) error(attribute, summary, format string, args ...any) {
	v.add(policy.SeverityError, attribute, summary, format, args...)
}

func (v *grantValidator) add(severity policy.Severity, attribute, summary, format string, args ...any) {
	path := []string{v.grant.Name}
	if attribute != "" {
		path = append(path, strings.Split(attribute, ".")...)
	}
	v.problems = append(v.problems, Problem{path, severity, summary, fmt.Sprintf(format, args...)})
}

func (v *grantValidator) validate() {
	g := v.grant
	if !grantName.MatchString(g.Name) {
		v.error("", "Invalid grant name", "The name of a grant becomes the Sid of its statements, so it can hold letters and digits only. Write %q.", onlyLettersAndDigits(g.Name))
	}
	v.who()
	v.access()
	v.organizations()
	v.accounts("accounts", g.Accounts)
	v.principals()
	v.lambda()
	v.codeBuild()
	v.conditions()
}

func (v *grantValidator) who() {
	g := v.grant
	named := v.namesPrincipals() || g.Lambda != nil || g.CodeBuild != nil
	if !named && !g.Incomplete {
		v.error("", "A grant that names nobody", "The grant %s says what may be done, but not by whom. Set at least one of organization_paths, organization_unit_ids, organization_ids, accounts, principal_arns, lambda or codebuild.", g.Name)
	}
}

// namesPrincipals reports whether the grant has a kind of who that access and conditions apply to.
func (v *grantValidator) namesPrincipals() bool {
	g := v.grant
	return len(g.OrganizationPaths)+len(g.OrganizationalUnitIDs)+len(g.OrganizationIDs)+len(g.Accounts)+len(g.PrincipalARNs) > 0
}

func (v *grantValidator) access() {
	g := v.grant
	_, known := AccessActions(g.Access)
	switch {
	case g.Access != "" && len(g.Actions) > 0:
		v.error("actions", "Both access and actions", "access = %q already says which actions the grant gives. Remove it, or remove actions.", g.Access)
	case g.Access != "" && !known:
		v.error("access", "Unknown access", "%q is not an access. Write one of %s, or list single actions in actions.", g.Access, quoted(AccessNames()))
	}
	serviceOnly := !v.namesPrincipals() && !g.Incomplete && (g.Lambda != nil || g.CodeBuild != nil)
	switch {
	case serviceOnly && g.Access != "":
		v.error("access", "Access of a service", "Lambda and CodeBuild get the actions that AWS documents for them, so access has no effect here. Remove it.")
	case serviceOnly && len(g.Actions) > 0:
		v.error("actions", "Actions of a service", "Lambda and CodeBuild get the actions that AWS documents for them, so actions has no effect here. Remove it.")
	case serviceOnly && len(g.Conditions) > 0:
		v.error("conditions", "Conditions of a service", "conditions narrow the principals of a grant, and this one names a service alone. Remove them.")
	case v.namesPrincipals() && g.Access == "" && len(g.Actions) == 0 && !g.Incomplete:
		v.error("access", "A grant that gives nothing", "Say what the grant %s gives: access = \"pull\" (or another of %s), or actions = [\"ecr:…\"].", g.Name, quoted(AccessNames()))
	}
	for _, action := range g.Actions {
		v.action(action)
	}
}

func (v *grantValidator) action(action string) {
	if strings.ContainsAny(action, "*?") {
		if !strings.HasPrefix(strings.ToLower(action), "ecr:") {
			v.error("actions", "Not an ECR action", "%q does not begin with \"ecr:\". A repository policy can hold ECR's own actions only.", action)
		}
		return
	}
	meta, known := policy.ECRAction(action)
	switch {
	case !known || !strings.HasPrefix(strings.ToLower(action), "ecr:"):
		v.error("actions", "Not an ECR action", "ECR has no action %q. Write it as in \"ecr:BatchGetImage\".", action)
	case strings.EqualFold(action, "ecr:GetAuthorizationToken"):
		v.error("actions", "GetAuthorizationToken in a repository policy", "A repository policy can't give ecr:GetAuthorizationToken, since it isn't an action on a repository. Remove it here, and allow it on \"*\" in an identity policy of those who log in (consumer_policy_json has the statement).")
	case !meta.RepositoryLevel:
		v.error("actions", "Not an action on a repository", "%s acts on the whole registry, so a repository policy can't give it. Remove it here, and allow it on \"*\" in an identity policy.", meta.Name)
	}
}

func (v *grantValidator) conditions() {
	own := map[string]string{}
	for _, k := range v.grant.kinds(Site{}) {
		for _, c := range k.condition {
			own[strings.ToLower(c.Operator+" "+c.Key)] = c.Operator + " on " + c.Key
		}
	}
	seen := map[string]bool{}
	for _, c := range v.grant.Conditions {
		id := strings.ToLower(c.Operator + " " + c.Key)
		switch {
		case own[id] != "":
			v.error("conditions", "Condition that the grant already has", "The grant %s makes a condition %s itself, and a statement can hold it only once. Remove it here, or use another grant.", v.grant.Name, own[id])
		case seen[id]:
			v.error("conditions", "Condition written twice", "The condition %s on %s stands twice. Put all values into one.", c.Operator, c.Key)
		case !v.grant.Incomplete:
			v.condition(c)
		}
		seen[id] = true
	}
}

// condition reports what AWS refuses in a condition, or what can never match.
func (v *grantValidator) condition(c policy.Condition) {
	if len(c.Values) == 0 {
		v.error("conditions", "Condition without values", "The condition %s on %s has no value to compare with. Write one in values, or remove it.", c.Operator, c.Key)
	}
	alone := policy.New(policy.Statement{Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: pull, Conditions: []policy.Condition{c}})
	for _, finding := range policy.Findings(alone, policy.KindRepository) {
		if finding.Severity == policy.SeverityError && strings.Contains(finding.Path, ".Condition.") {
			v.error("conditions", "Invalid condition", "%s", sentence(finding.Message))
		}
	}
}

func quoted(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(q, ", ")
}

// sentence makes the text of an error or a finding fit for a user's eyes.
func sentence(text string) string {
	return strings.ToUpper(text[:1]) + text[1:]
}

func onlyLettersAndDigits(name string) string {
	var b strings.Builder
	upper := true
	for _, r := range name {
		isLetter := (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')
		if !isLetter && (r < '0' || r > '9') {
			upper = true
			continue
		}
		if upper {
			b.WriteString(strings.ToUpper(string(r)))
		} else {
			b.WriteRune(r)
		}
		upper = false
	}
	if b.Len() == 0 {
		return "DevelopmentOU"
	}
	return b.String()
}
