// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package access

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/layers"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// missing says, for decisions that are unknown, which arguments would make the keys known that undecided statements ask
// for.
func missing(caller authz.Caller, repository authz.Repository, access authz.Access, policies *layers.Policies) []string {
	var out []string
	for _, a := range access.Actions {
		if a.Result.Decision != authz.Unknown {
			continue
		}
		request := caller.Request(a.Action, repository)
		for _, s := range a.Result.Statements {
			if s.Applies != authz.Maybe {
				continue
			}
			for _, key := range keysOf(policies, s) {
				hint := key.name + " isn't known: " + key.argument()
				if !known(request.Context, key.name) && !slices.Contains(out, hint) {
					out = append(out, hint)
				}
			}
		}
	}
	return out
}

// key is a condition key that a statement asks for.
type key struct {
	name        string
	multivalued bool
}

// variable is a policy variable: ${aws:PrincipalTag/team}, or with a default behind a comma.
var variable = regexp.MustCompile(`\$\{([A-Za-z0-9-]+:[^},]+)`)

// keysOf gives the keys of a statement's conditions, and of the variables in them and in its resources.
func keysOf(policies *layers.Policies, of authz.StatementResult) []key {
	document, _ := policies.Document(of.Policy)
	var keys []key
	for i, s := range document.Statements {
		if s.Sid != of.Statement && of.Statement != fmt.Sprintf("Statement[%d]", i) {
			continue
		}
		texts := slices.Concat(s.Resources, s.NotResources)
		for _, c := range s.Conditions {
			keys = append(keys, key{c.Key, isMultivalued(c)})
			texts = append(texts, c.Values...)
		}
		for _, text := range texts {
			for _, match := range variable.FindAllStringSubmatch(text, -1) {
				keys = append(keys, key{name: strings.TrimSpace(match[1])})
			}
		}
	}
	return keys
}

func isMultivalued(c policy.Condition) bool {
	set, _, found := strings.Cut(c.Operator, ":")
	return found && set != ""
}

// known reports whether the request's context says what a key is, or that it isn't there.
func known(context authz.Context, name string) bool {
	values, set := context.Get(name)
	if family, _, found := strings.Cut(name, "/"); !set && found {
		values, set = context.Get(family + "/*")
	}
	return set && !slices.ContainsFunc(values.List(), func(v string) bool { return strings.Contains(v, authz.UnknownValue) })
}

// argument says which argument of the request gives the key.
func (k key) argument() string {
	name := strings.ToLower(k.name)
	family, _, _ := strings.Cut(name, "/")
	switch family {
	case "aws:principalorgid", "aws:principalorgpaths":
		return "set organization_path"
	case "aws:principaltag":
		return "set principal_tags"
	case "aws:userid":
		return "set user_id"
	case "aws:resourcetag", "ecr:resourcetag":
		return "set repository_tags"
	case "aws:resourceorgid", "aws:resourceorgpaths":
		return "set repository_organization_path"
	case "aws:sourcevpc":
		return "set source_vpc_id"
	case "aws:principalarn":
		return fmt.Sprintf("set principal_arn to the role's ARN, or context = { %q = \"arn:…\" }", k.name)
	}
	if k.multivalued {
		return fmt.Sprintf("set multivalued_context = { %q = [\"…\"] }", k.name)
	}
	return fmt.Sprintf("set context = { %q = \"…\" }", k.name)
}
