// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Case is a request with the policies that apply to it, as one JSON text describes them.
type Case struct {
	ID      string
	Request Request
	Layers  Layers
}

// ParseCase reads a case: an object with v (1), request {principal, action, resource, resourceAccount, context},
// identityPolicies, resourcePolicy, registryPolicy, scps and rcps by level, permissionsBoundaries, vpcEndpointPolicies and
// sessionPolicy, of which null is the same as none. What only describes a case (id, source, name, tags, disputed, expect)
// may hold anything. The error says which part can't be read, and is a *policy.SyntaxError: with the place in the
// document for what is in one, else in the whole text.
func ParseCase(text string) (Case, error) {
	root, err := policy.ReadJSON(text)
	if err != nil {
		return Case{}, fmt.Errorf("the case can't be read: %w", err)
	}
	var c Case
	if err := root.EachMember("the case", c.read); err != nil {
		return Case{}, err
	}
	if c.Request.Principal == "" {
		return Case{}, root.Errorf("the case has no request")
	}
	return c, nil
}

func (c *Case) read(name, value policy.JSON) (err error) {
	part, _ := name.Text()
	switch part {
	case "v":
		err = readVersion(value)
	case "id":
		if id, isString := value.Text(); isString {
			c.ID = id
		}
	case "source", "name", "tags", "disputed", "expect":
	case "request":
		err = c.Request.read(value)
	case "identityPolicies":
		c.Layers.Identity, err = readPolicies(value, part, "identity policy")
	case "resourcePolicy":
		c.Layers.Repository, err = readPolicy(value, part, LayerRepository)
	case "registryPolicy":
		c.Layers.Registry, err = readPolicy(value, part, LayerRegistry)
	case "permissionsBoundaries":
		c.Layers.Boundary, err = readPolicies(value, part, string(LayerBoundary))
	case "sessionPolicy":
		c.Layers.Session, err = readPolicy(value, part, LayerSession)
	case "scps":
		c.Layers.SCPs, err = readLevels(value, part, "SCP")
	case "rcps":
		c.Layers.RCPs, err = readLevels(value, part, "RCP")
	case "vpcEndpointPolicies":
		c.Layers.Endpoint, err = readPolicies(value, part, string(LayerEndpoint))
	default:
		err = name.Errorf("a case has no %q", part)
	}
	return err
}

func readVersion(value policy.JSON) error {
	version, isString := value.Text()
	switch {
	case isString:
		return value.Errorf("v is %q; write 1, the version of the format, without quotation marks", version)
	case version != "1" && !value.IsNull():
		return value.Errorf("v is %s; write 1, the version of the format", version)
	default:
		return nil
	}
}

func (r *Request) read(value policy.JSON) error {
	if value.IsNull() {
		return nil
	}
	err := value.EachMember("request", func(name, value policy.JSON) (err error) {
		part, _ := name.Text()
		switch part {
		case "principal":
			r.Principal, err = readPrincipal(value)
		case "action":
			r.Action, err = readText(value, part)
		case "resource":
			r.Resource, err = readText(value, part)
		case "resourceAccount":
			r.ResourceAccount, err = readText(value, part)
		case "context":
			err = r.Context.read(value)
		default:
			err = name.Errorf("a request has no %q", part)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, required := range [...]struct{ name, value string }{
		{"principal", r.Principal}, {"action", r.Action}, {"resource", r.Resource}, {"resourceAccount", r.ResourceAccount},
	} {
		if required.value == "" {
			return value.Errorf("request.%s is missing", required.name)
		}
	}
	return nil
}

func readText(value policy.JSON, part string) (string, error) {
	if value.IsNull() {
		return "", nil
	}
	text, isString := value.Text()
	if !isString {
		return "", value.Errorf("request.%s isn't a text", part)
	}
	return text, nil
}

// readPrincipal reads an ARN, a service principal or {"type": "Anonymous"}.
func readPrincipal(value policy.JSON) (string, error) {
	principal, isString := value.Text()
	if isString && principal != "" {
		return principal, nil
	}
	anonymous := false
	err := value.EachMember("request.principal", func(name, value policy.JSON) error {
		key, _ := name.Text()
		kind, _ := value.Text()
		anonymous = anonymous || key == "type" && kind == "Anonymous"
		return nil
	})
	if err != nil || !anonymous {
		return "", value.Errorf("request.principal is neither an ARN, nor a service principal, nor {\"type\": \"Anonymous\"}")
	}
	return Anonymous, nil
}

// usualKeys is more than the keys that AWS sends with most requests, usualLength than the length of most.
const (
	usualKeys   = 28
	usualLength = 24
)

func (c *Context) read(value policy.JSON) error {
	if value.IsNull() {
		return nil
	}
	c.values = make(map[string]Values, usualKeys)
	// The values of all keys share one array, as most are a single text, and their names one text.
	texts := make([]string, 0, usualKeys)
	var names strings.Builder
	names.Grow(usualKeys * usualLength)
	return value.EachMember("request.context", func(name, value policy.JSON) error {
		key, _ := name.Text()
		from, multi := len(texts), false
		var err error
		if texts, multi, err = readValues(texts, value, key); err != nil {
			return err
		}
		values := Values{list: texts[from:len(texts):len(texts)], multi: multi}
		known := len(c.values)
		if c.values[foldInto(&names, key)] = values; len(c.values) == known {
			return name.Errorf("request.context has %q twice, in other letter case; keep one", key)
		}
		return nil
	})
}

// readValues appends the values of a key to those of the keys before it, and tells a list from a single text.
func readValues(texts []string, value policy.JSON, key string) (all []string, multi bool, err error) {
	if text, isString := value.Text(); isString {
		return append(texts, text), false, nil
	}
	for item := range value.Items() {
		text, isString := item.Text()
		if !isString {
			return nil, true, item.Errorf("request.context[%q] is neither a text nor a list of texts; write a number or a boolean as text, such as \"true\"", key)
		}
		texts = append(texts, text)
	}
	return texts, true, nil
}

// readPolicy gives the document, none for null.
func readPolicy(value policy.JSON, path string, name Layer) ([]*Policy, error) {
	if value.IsNull() {
		return nil, nil
	}
	d, err := value.Document()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return []*Policy{Compile(string(name), d)}, nil
}

// readPolicies gives a list's documents. Several are numbered in their names.
func readPolicies(value policy.JSON, path, name string) ([]*Policy, error) {
	if err := mustBeList(value, path); err != nil || value.IsNull() {
		return nil, err
	}
	out := make([]*Policy, 0, value.Len())
	for item := range value.Items() {
		numbered := name
		if cap(out) > 1 {
			numbered += " " + strconv.Itoa(len(out))
		}
		d, err := item.Document()
		if err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", path, len(out), err)
		}
		out = append(out, Compile(numbered, d))
	}
	return out, nil
}

// readLevels gives the documents of each level of an organization.
func readLevels(value policy.JSON, path, name string) ([][]*Policy, error) {
	if err := mustBeList(value, path); err != nil || value.IsNull() {
		return nil, err
	}
	out := make([][]*Policy, 0, value.Len())
	for level := range value.Items() {
		at := strconv.Itoa(len(out))
		policies, err := readPolicies(level, path+"["+at+"]", name+" at level "+at)
		if err != nil {
			return nil, err
		}
		out = append(out, policies)
	}
	return out, nil
}

func mustBeList(value policy.JSON, path string) error {
	if value.IsList() || value.IsNull() {
		return nil
	}
	return value.Errorf("%s must be a list", path)
}
