// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"time"
)

type propagation struct {
	delay time.Duration
	now   func() time.Time
}

// role is a role that stands at AWS.
type role struct {
	id      string
	created time.Time
}

// RolePropagation makes repository policies refuse a role of the account as principal until it is delay old by the clock
// now, and a role that doesn't exist always.
func RolePropagation(delay time.Duration, now func() time.Time) Option {
	return func(s *settings) { s.propagation = propagation{delay: delay, now: now} }
}

// DeletedRolesBecomeIDs makes GetRepositoryPolicy show a role that was deleted, or deleted and made again, since the policy
// was written, as its unique id.
func DeletedRolesBecomeIDs() Option { return func(s *settings) { s.principalIDs = true } }

// correctPrincipals follows https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html:
// "If your Principal element … contains an ARN that points to a specific IAM role, then that ARN is transformed to the
// role's unique principal ID when the policy is saved. … If you delete the role … the policy … no longer applies … the
// principal ID appears in the resource-based policy because AWS can no longer map it back to a valid ARN", and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (Changes that I make are not always immediately
// visible). The text of the refusal is the one that hashicorp/aws waits out.
func (a *AWS) correctPrincipals(next handler) handler {
	if a.config.propagation.now == nil && !a.config.principalIDs {
		return next
	}
	return func(r *request) *reply {
		if r.is("ecr", "SetRepositoryPolicy") {
			if !a.acceptable(roleARNs(r.text("policyText"))) {
				return invalidParameter(r, "PolicyText", "Invalid repository policy provided")
			}
		}
		answer := next(r)
		if answer == nil || answer.status != http.StatusOK {
			return answer
		}
		repository := r.region + "/" + r.text("repositoryName")
		switch {
		case r.is("ecr", "SetRepositoryPolicy"):
			a.pin(repository, roleARNs(r.text("policyText")))
		case r.is("ecr", "GetRepositoryPolicy"):
			return a.unmapped(r, answer, repository)
		case r.is("iam", "CreateRole"):
			a.remember(answer)
		case r.is("iam", "DeleteRole"):
			a.forget(r.form.Get("RoleName"))
		}
		return answer
	}
}

// acceptable says whether IAM knows the roles already.
func (a *AWS) acceptable(arns []string) bool {
	p := a.config.propagation
	if p.now == nil {
		return true
	}
	a.account.mu.Lock()
	defer a.account.mu.Unlock()
	for _, arn := range arns {
		if !strings.Contains(arn, ":"+a.account.id+":") {
			continue
		}
		known, ok := a.account.roles[arn]
		if !ok || p.now().Sub(known.created) < p.delay {
			return false
		}
	}
	return true
}

func (a *AWS) remember(answer *reply) {
	var output struct {
		ARN string `xml:"CreateRoleResult>Role>Arn"`
		ID  string `xml:"CreateRoleResult>Role>RoleId"`
	}
	if err := xml.Unmarshal(answer.body, &output); err != nil {
		return
	}
	now := time.Now
	if a.config.propagation.now != nil {
		now = a.config.propagation.now
	}
	a.account.mu.Lock()
	defer a.account.mu.Unlock()
	a.account.roles[output.ARN] = role{id: output.ID, created: now()}
}

func (a *AWS) forget(name string) {
	a.account.mu.Lock()
	defer a.account.mu.Unlock()
	for arn := range a.account.roles {
		if strings.HasSuffix(arn, "/"+name) {
			delete(a.account.roles, arn)
		}
	}
}

func (a *AWS) pin(repository string, arns []string) {
	a.account.mu.Lock()
	defer a.account.mu.Unlock()
	ids := map[string]string{}
	for _, arn := range arns {
		if r, ok := a.account.roles[arn]; ok {
			ids[arn] = r.id
		}
	}
	a.account.pinned[repository] = ids
}

// unmapped puts unique ids into the answer for roles that aren't the ones that the policy was written for.
func (a *AWS) unmapped(r *request, answer *reply, repository string) *reply {
	if !a.config.principalIDs {
		return answer
	}
	var output map[string]any
	if err := json.Unmarshal(answer.body, &output); err != nil {
		return answer
	}
	text, _ := output["policyText"].(string)
	a.account.mu.Lock()
	for arn, id := range a.account.pinned[repository] {
		if a.account.roles[arn].id != id {
			text = strings.ReplaceAll(text, `"`+arn+`"`, `"`+id+`"`)
		}
	}
	a.account.mu.Unlock()
	output["policyText"] = text
	return r.succeed(output)
}

// roleARNs gives the roles that the policy names as principals.
func roleARNs(policyText string) []string {
	var document struct{ Statement json.RawMessage }
	if json.Unmarshal([]byte(policyText), &document) != nil {
		return nil
	}
	type statement struct{ Principal, NotPrincipal any }
	var statements []statement
	if json.Unmarshal(document.Statement, &statements) != nil {
		statements = make([]statement, 1)
		if json.Unmarshal(document.Statement, &statements[0]) != nil {
			return nil
		}
	}
	var arns []string
	for _, s := range statements {
		for _, principal := range []any{s.Principal, s.NotPrincipal} {
			kinds, _ := principal.(map[string]any)
			values, many := kinds["AWS"].([]any)
			if !many {
				values = []any{kinds["AWS"]}
			}
			for _, value := range values {
				if arn, ok := value.(string); ok && strings.Contains(arn, ":role/") {
					arns = append(arns, arn)
				}
			}
		}
	}
	return arns
}
