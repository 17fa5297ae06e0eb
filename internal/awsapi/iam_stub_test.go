// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"build.apprunner.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// roles is an IAM in the test's process, for faults at moments that a proxy can't choose. Its clock is the test's.
type roles struct {
	before func(iamCall) *answer // an answer instead of an effect; nil: the effect
	after  func(iamCall) *answer // an answer that hides the effect; nil: the proper one
	took   time.Duration         // by each call

	mu      sync.Mutex
	there   map[string]*standing
	calls   []iamCall
	issuers []string
}

// standing is a role that stands.
type standing struct {
	id, path, description, boundary, trust string
	session                                string
	tags, inline                           map[string]string
	managed, profiles                      []string
	created                                time.Time
}

type iamCall struct {
	action string
	n      int // of this action, from 1
	form   url.Values
	host   string
	scope  string // the Region that the call is signed for
}

func (s *roles) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	a := answer{body: identity}
	if action := form.Get("Action"); action != "GetCallerIdentity" {
		c := iamCall{action: action, form: form, n: 1, host: r.URL.Host, scope: strings.Split(r.Header.Get("Authorization"), "/")[2]}
		s.mu.Lock()
		for _, earlier := range s.calls {
			if earlier.action == action {
				c.n++
			}
		}
		s.calls = append(s.calls, c)
		s.mu.Unlock()
		if s.took > 0 {
			time.Sleep(s.took)
		}
		a = s.answer(c)
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if a.lost {
		return nil, errors.New("read: connection reset by peer")
	}
	return &http.Response{
		StatusCode: max(a.status, http.StatusOK),
		Header:     http.Header{"X-Amzn-Requestid": {"request-1"}, "Content-Type": {"text/xml"}},
		Body:       io.NopCloser(strings.NewReader(a.body.(string))),
		Request:    r,
	}, nil
}

func (s *roles) answer(c iamCall) answer {
	if s.before != nil {
		if a := s.before(c); a != nil {
			return *a
		}
	}
	s.mu.Lock()
	a := s.act(c)
	s.mu.Unlock()
	if s.after != nil {
		if hidden := s.after(c); hidden != nil {
			return *hidden
		}
	}
	return a
}

func (s *roles) act(c iamCall) answer {
	name := c.form.Get("RoleName")
	role := s.there[name]
	policy, arn := c.form.Get("PolicyName"), c.form.Get("PolicyArn")
	switch {
	case c.action == "ListOpenIDConnectProviders":
		return result(c, list("OpenIDConnectProviderList", s.issuers, func(issuer string) string {
			return "<Arn>arn:aws:iam::" + account + ":oidc-provider/" + issuer + "</Arn>"
		}))
	case c.action == "CreateRole" && role != nil:
		return failure(409, "EntityAlreadyExists", "Role with name "+name+" already exists.")
	case c.action == "CreateRole":
		role = newStanding(c.form)
		role.id = fmt.Sprintf("AROA%017d", len(s.calls))
		if s.there == nil {
			s.there = map[string]*standing{}
		}
		s.there[name] = role
		return result(c, role.xml(name))
	case role == nil:
		return noRole(name)
	case c.action == "GetRole":
		return result(c, role.xml(name))
	case c.action == "ListRolePolicies":
		return result(c, list("PolicyNames", slices.Sorted(maps.Keys(role.inline)), escaped))
	case c.action == "ListAttachedRolePolicies":
		return result(c, list("AttachedPolicies", role.managed, func(arn string) string { return "<PolicyArn>" + arn + "</PolicyArn>" }))
	case c.action == "ListInstanceProfilesForRole":
		return result(c, list("InstanceProfiles", role.profiles, func(name string) string {
			return "<InstanceProfileName>" + name + "</InstanceProfileName><Roles></Roles>"
		}))
	case c.action == "GetRolePolicy" && role.inline[policy] == "":
		return failure(404, "NoSuchEntity", "The role policy with name "+policy+" cannot be found.")
	case c.action == "GetRolePolicy":
		return result(c, "<PolicyDocument>"+escaped(url.PathEscape(role.inline[policy]))+"</PolicyDocument>")
	case c.action == "PutRolePolicy":
		role.inline[policy] = c.form.Get("PolicyDocument")
	case c.action == "AttachRolePolicy":
		role.managed = append(role.managed, arn)
	case c.action == "DeleteRolePolicy":
		delete(role.inline, policy)
	case c.action == "DetachRolePolicy":
		role.managed = slices.DeleteFunc(role.managed, func(a string) bool { return a == arn })
	case c.action == "RemoveRoleFromInstanceProfile":
		role.profiles = slices.DeleteFunc(role.profiles, func(p string) bool { return p == c.form.Get("InstanceProfileName") })
	case c.action == "UpdateAssumeRolePolicy":
		role.trust = c.form.Get("PolicyDocument")
	case c.action == "DeleteRole" && len(role.inline)+len(role.managed)+len(role.profiles) > 0:
		return failure(409, "DeleteConflict", "Cannot delete entity, must delete policies first.")
	case c.action == "DeleteRole":
		delete(s.there, name)
	default:
		return failure(400, "InvalidAction", c.action)
	}
	return result(c, "")
}

func newStanding(form url.Values) *standing {
	role := &standing{
		path: form.Get("Path"), description: form.Get("Description"), boundary: form.Get("PermissionsBoundary"),
		trust: form.Get("AssumeRolePolicyDocument"), session: form.Get("MaxSessionDuration"),
		tags: map[string]string{}, inline: map[string]string{}, created: time.Now().Truncate(time.Second),
	}
	if role.path == "" {
		role.path = "/"
	}
	if role.session == "" {
		role.session = "3600"
	}
	for i := 1; form.Has(fmt.Sprintf("Tags.member.%d.Key", i)); i++ {
		role.tags[form.Get(fmt.Sprintf("Tags.member.%d.Key", i))] = form.Get(fmt.Sprintf("Tags.member.%d.Value", i))
	}
	return role
}

func (r *standing) xml(name string) string {
	text := "<Role><RoleName>" + name + "</RoleName><RoleId>" + r.id + "</RoleId><Path>" + r.path + "</Path>" +
		"<Arn>arn:aws:iam::" + account + ":role" + r.path + name + "</Arn><Description>" + escaped(r.description) + "</Description>" +
		"<AssumeRolePolicyDocument>" + escaped(url.PathEscape(r.trust)) + "</AssumeRolePolicyDocument>" +
		"<MaxSessionDuration>" + r.session + "</MaxSessionDuration><CreateDate>" + r.created.UTC().Format(time.RFC3339) + "</CreateDate>"
	if r.boundary != "" {
		text += "<PermissionsBoundary><PermissionsBoundaryArn>" + r.boundary + "</PermissionsBoundaryArn></PermissionsBoundary>"
	}
	return text + list("Tags", slices.Sorted(maps.Keys(r.tags)), func(key string) string {
		return "<Key>" + escaped(key) + "</Key><Value>" + escaped(r.tags[key]) + "</Value>"
	}) + "</Role>"
}

func list(name string, members []string, text func(string) string) string {
	all := ""
	for _, member := range members {
		all += "<member>" + text(member) + "</member>"
	}
	return "<" + name + ">" + all + "</" + name + ">"
}

func escaped(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

func result(c iamCall, text string) answer {
	return answer{body: fmt.Sprintf("<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", c.action, text)}
}

func failure(status int, code, message string) answer {
	return answer{status: status, body: "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + escaped(message) + "</Message></Error></ErrorResponse>"}
}

func noRole(name string) answer {
	return failure(404, "NoSuchEntity", "The role with name "+name+" cannot be found.")
}

func (s *roles) actions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var actions []string
	for _, c := range s.calls {
		actions = append(actions, c.action)
	}
	return actions
}

// clients makes clients of the IAM. Tests that wait do so in a synctest bubble.
func (s *roles) clients(change ...func(*awsapi.Config)) *awsapi.Clients {
	cfg := awsapi.Config{
		Region: "eu-west-1", AccessKey: "AKIAEXAMPLE", SecretKey: "secret",
		HTTPClient: &http.Client{Transport: s},
		Timing:     awsapi.Timing{MaxBackoff: time.Millisecond},
	}
	for _, f := range change {
		f(&cfg)
	}
	return awsapi.New(cfg)
}

// at gives a role that stands before the test.
func at(name string, change func(*standing)) *roles {
	role := newStanding(url.Values{"AssumeRolePolicyDocument": {trust}})
	role.id = "AROAEXAMPLE"
	change(role)
	return &roles{there: map[string]*standing{name: role}}
}

func only(t *testing.T, s *roles) *standing {
	t.Helper()
	for _, role := range s.there {
		return role
	}
	t.Fatal("there is no role")
	return nil
}
