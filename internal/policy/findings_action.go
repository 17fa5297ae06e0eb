// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"slices"
	"strings"
)

func (s scope) reviewActions() {
	for _, a := range s.Actions {
		s.reviewAction(s.at("Action"), a)
		s.reviewBreadth(a)
		s.reviewRegistryLevel(a)
	}
	for _, a := range s.NotActions {
		s.reviewAction(s.at("NotAction"), a)
	}
	if s.allows() && len(s.NotActions) > 0 {
		s.add(SeverityWarning, "ALLOW_WITH_NOT_ACTION", s.at("NotAction"), "the statement allows every other action, also those that "+
			"AWS adds later; list what is allowed in Action")
	}
	s.reviewPull()
}

// reviewAction looks at the name and at whether it belongs into this kind of policy.
func (s scope) reviewAction(path, action string) {
	if action == "*" || action == "*:*" {
		return
	}
	service, name, _ := strings.Cut(fold(action), ":")
	ofECR := s.kind == KindRepository || s.kind == KindRegistry
	switch {
	case service == "" || name == "" || hasWildcard(service):
		s.add(SeverityError, "INVALID_ACTION", path, "%q is not an action; write service:Action, such as \"ecr:BatchGetImage\"", action)
	case ofECR && service != "ecr":
		s.add(SeverityError, "NON_ECR_ACTION", path, "%q is not an action of ECR, and a %s policy takes only those; remove it", action, s.kind)
	case s.kind == KindTrust && service != "sts":
		s.add(SeverityError, "NON_STS_ACTION", path, "%q is not an action of STS, and a trust policy takes only those; write "+
			"\"sts:AssumeRole\", and put %q into an identity policy", action, action)
	case service == "ecr" && len(ECRActions(action)) == 0:
		s.add(SeverityWarning, "INVALID_ACTION", path, "ecrx knows no ECR action %q%s", action, suggestion(name))
	}
}

// reviewBreadth warns of wildcards over a whole service, and of actions that hand on rights.
func (s scope) reviewBreadth(action string) {
	if !s.allows() || s.kind == KindEndpoint {
		return // an endpoint's policy filters what other policies allow
	}
	path := s.at("Action")
	if whole, ok := strings.CutSuffix(action, "*"); ok && (whole == "" || strings.HasSuffix(whole, ":")) {
		advice := "; list the actions that are needed"
		if s.kind == KindRepository {
			advice = ", among them ecr:DeleteRepository and ecr:SetRepositoryPolicy" + advice
		}
		s.add(SeverityWarning, "WILDCARD_ACTION", path, "%q allows every action of the service%s", action, advice)
		return
	}
	if matchFold(action, "iam:CreateServiceLinkedRole") && slices.ContainsFunc(s.Resources, hasWildcard) {
		s.add(SeverityWarning, "CREATE_SLR_WITH_STAR_IN_RESOURCE", path, "%q lets the holder create service-linked roles; create the "+
			"role once where infrastructure is set up, and leave this out, or name the one role's ARN", action)
	}
	if matchFold(action, "iam:PassRole") && slices.Contains(s.Resources, "*") {
		s.add(SeverityWarning, "PASS_ROLE_WITH_STAR_IN_RESOURCE", path, "%q on \"*\" lets the holder pass any role to a service; "+
			"name the role's ARN", action)
	}
	if s.kind == KindIdentity && slices.Contains(s.Resources, "*") && slices.ContainsFunc(ECRActions(action), onRepository) {
		s.add(SeverityInfo, "ANY_REPOSITORY", s.at("Resource"), "\"*\" takes in every repository of every account; write "+
			"\"arn:aws:ecr:REGION:ACCOUNT:repository/NAME\", and keep ecr:GetAuthorizationToken on \"*\" in a statement of its own")
	}
}

func onRepository(a Action) bool { return a.RepositoryLevel }

// reviewRegistryLevel reports actions on the registry where they can't have an effect: they know no repository, and so no
// repository policy, no ARN and no resource tag (Service Authorization Reference,
// list_amazonelasticcontainerregistry).
func (s scope) reviewRegistryLevel(action string) {
	actions := ECRActions(action)
	if len(actions) == 0 || slices.ContainsFunc(actions, onRepository) {
		return
	}
	path := s.at("Action")
	switch s.kind {
	case KindRepository:
		s.add(SeverityError, "REGISTRY_ACTION_IN_REPOSITORY_POLICY", path, "%q is on the registry, so a repository policy can't "+
			"give or refuse it; remove it, and allow it in an identity policy on \"*\"", action)
	case KindIdentity, KindEndpoint:
		if len(s.Resources) > 0 && !slices.Contains(s.Resources, "*") {
			s.add(SeverityError, "REGISTRY_ACTION_ON_REPOSITORY", path, "%q is on the registry and never matches a repository's "+
				"ARN; put it into a statement of its own with \"Resource\": \"*\"", action)
		}
		if slices.ContainsFunc(s.conditions, s.needsResourceTag) {
			s.add(SeverityError, "REGISTRY_ACTION_WITH_RESOURCE_TAG", path, "%q is on the registry, which carries no tag, so the "+
				"condition on a resource tag never holds; put it into a statement of its own without the condition", action)
		}
	default: // a registry policy is on the registry, and a trust policy holds no action of ECR
	}
}

func (s scope) needsResourceTag(c condition) bool {
	tag := strings.HasPrefix(c.key, "aws:ResourceTag/") || strings.HasPrefix(c.key, "ecr:ResourceTag/")
	return tag && (s.requires(c.key) || c.base != "Null" && !s.holdsWithout(c))
}

// reviewPull misses the action that docker asks for before it skips layers it has. Lambda needs it no more than ECR's own
// pull through does.
func (s scope) reviewPull() {
	has := func(t Statement, action string) bool { return t.Effect == Allow && coversAction(t.Actions, action) }
	if s.kind == KindTrust || s.kind == KindRegistry || !has(s.Statement, "ecr:BatchGetImage") ||
		!has(s.Statement, "ecr:GetDownloadUrlForLayer") || has(s.Statement, "ecr:BatchImportUpstreamImage") {
		return
	}
	for _, t := range s.document.Statements {
		if has(t, "ecr:BatchCheckLayerAvailability") || len(t.Principal.Service) > 0 {
			return
		}
	}
	s.add(SeverityInfo, "PULL_WITHOUT_LAYER_CHECK", s.at("Action"), "pulls work without \"ecr:BatchCheckLayerAvailability\", but "+
		"pushes don't, and AWS's own pull policies have it; add it")
}

// suggestion names the ECR action that is written most like the unknown one.
func suggestion(name string) string {
	best, distance := "", 4
	for _, a := range ecrActions {
		if d := editDistance(name, fold(a.Name)); d < distance {
			best, distance = a.Name, d
		}
	}
	if best == "" {
		return "; check it against ECR's list in the Service Authorization Reference"
	}
	return "; did you mean \"ecr:" + best + "\"?"
}

// editDistance counts the letters to add, drop or change to make one word the other.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
