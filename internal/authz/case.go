// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Case is a request with the policies that apply to it, as one JSON text describes them.
type Case struct {
	ID      string
	Request Request
	Layers  Layers
}

// caseJSON is version 1 of the format. What only describes a case is accepted and not used.
type caseJSON struct {
	V        *int            `json:"v"`
	ID       string          `json:"id"`
	Source   json.RawMessage `json:"source"`
	Name     json.RawMessage `json:"name"`
	Tags     json.RawMessage `json:"tags"`
	Disputed json.RawMessage `json:"disputed"`
	Expect   json.RawMessage `json:"expect"`
	Request  *requestJSON    `json:"request"`

	IdentityPolicies      []json.RawMessage   `json:"identityPolicies"`
	ResourcePolicy        json.RawMessage     `json:"resourcePolicy"`
	RegistryPolicy        json.RawMessage     `json:"registryPolicy"`
	SCPs                  [][]json.RawMessage `json:"scps"`
	RCPs                  [][]json.RawMessage `json:"rcps"`
	PermissionsBoundaries []json.RawMessage   `json:"permissionsBoundaries"`
	VPCEndpointPolicies   []json.RawMessage   `json:"vpcEndpointPolicies"`
	SessionPolicy         json.RawMessage     `json:"sessionPolicy"`
}

type requestJSON struct {
	Principal       json.RawMessage            `json:"principal"`
	Action          string                     `json:"action"`
	Resource        string                     `json:"resource"`
	ResourceAccount string                     `json:"resourceAccount"`
	Context         map[string]json.RawMessage `json:"context"`
}

// ParseCase reads a case: an object with v (1), request {principal, action, resource, resourceAccount, context},
// identityPolicies, resourcePolicy, registryPolicy, scps and rcps by level, permissionsBoundaries, vpcEndpointPolicies and
// sessionPolicy. The error says which part can't be read; of a policy document it is a *policy.SyntaxError.
func ParseCase(text string) (Case, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	var in caseJSON
	if err := decoder.Decode(&in); err != nil {
		return Case{}, fmt.Errorf("the case can't be read: %w", err)
	}
	if decoder.More() {
		return Case{}, errors.New("the case is followed by more text")
	}
	if in.V != nil && *in.V != 1 {
		return Case{}, fmt.Errorf("v is %d; write 1, the version of the format", *in.V)
	}
	out := Case{ID: in.ID}
	var err error
	if out.Request, err = in.Request.request(); err != nil {
		return Case{}, err
	}
	out.Layers, err = in.layers()
	return out, err
}

func (in *requestJSON) request() (Request, error) {
	if in == nil {
		return Request{}, errors.New("the case has no request")
	}
	out := Request{Action: in.Action, Resource: in.Resource, ResourceAccount: in.ResourceAccount}
	for _, required := range [...]struct{ name, value string }{
		{"action", in.Action}, {"resource", in.Resource}, {"resourceAccount", in.ResourceAccount},
	} {
		if required.value == "" {
			return Request{}, fmt.Errorf("request.%s is missing", required.name)
		}
	}
	var object struct{ Type string }
	switch {
	case json.Unmarshal(in.Principal, &out.Principal) == nil && out.Principal != "":
	case json.Unmarshal(in.Principal, &object) == nil && object.Type == "Anonymous":
		out.Principal = Anonymous
	default:
		return Request{}, errors.New("request.principal is neither an ARN, nor a service principal, nor {\"type\": \"Anonymous\"}")
	}
	for key, raw := range in.Context {
		var one string
		var several []string
		switch {
		case json.Unmarshal(raw, &one) == nil && raw[0] == '"':
			out.Context.Set(key, Single(one))
		case json.Unmarshal(raw, &several) == nil && several != nil:
			out.Context.Set(key, Multi(several...))
		default:
			return Request{}, fmt.Errorf("request.context[%q] is neither a text nor a list of texts", key)
		}
	}
	return out, nil
}

func (in *caseJSON) layers() (Layers, error) {
	var r policyReader
	out := Layers{
		Identity:   r.list(in.IdentityPolicies, "identityPolicies", "identity policy"),
		Repository: r.one(in.ResourcePolicy, "resourcePolicy", string(LayerRepository)),
		Registry:   r.one(in.RegistryPolicy, "registryPolicy", string(LayerRegistry)),
		Boundary:   r.list(in.PermissionsBoundaries, "permissionsBoundaries", string(LayerBoundary)),
		Session:    r.one(in.SessionPolicy, "sessionPolicy", string(LayerSession)),
		SCPs:       r.levels(in.SCPs, "scps", "SCP"),
		RCPs:       r.levels(in.RCPs, "rcps", "RCP"),
		Endpoint:   r.list(in.VPCEndpointPolicies, "vpcEndpointPolicies", string(LayerEndpoint)),
	}
	return out, r.err
}

// policyReader parses and compiles documents until one can't be read.
type policyReader struct{ err error }

func (r *policyReader) one(raw json.RawMessage, path, name string) []*Policy {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	return []*Policy{r.compile(raw, path, name)}
}

func (r *policyReader) list(raws []json.RawMessage, path, name string) []*Policy {
	var out []*Policy
	for i, raw := range raws {
		numbered := name
		if len(raws) > 1 {
			numbered += " " + strconv.Itoa(i)
		}
		out = append(out, r.compile(raw, path+"["+strconv.Itoa(i)+"]", numbered))
	}
	return out
}

func (r *policyReader) levels(levels [][]json.RawMessage, path, name string) [][]*Policy {
	var out [][]*Policy
	for i, level := range levels {
		at := strconv.Itoa(i)
		out = append(out, r.list(level, path+"["+at+"]", name+" at level "+at))
	}
	return out
}

func (r *policyReader) compile(raw json.RawMessage, path, name string) *Policy {
	d, err := policy.Parse(string(raw))
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%s: %w", path, err)
	}
	return Compile(name, d)
}
