// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package layers

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	Repository      types.List `tfsdk:"repository"`
	Identity        types.List `tfsdk:"identity"`
	Registry        types.List `tfsdk:"registry"`
	Boundary        types.List `tfsdk:"boundary"`
	Session         types.List `tfsdk:"session"`
	Endpoint        types.List `tfsdk:"endpoint"`
	GatewayEndpoint types.List `tfsdk:"gateway_endpoint"`
	SCPs            types.List `tfsdk:"scps"`
	RCPs            types.List `tfsdk:"rcps"`
}

// Policies are the documents of all layers, compiled.
type Policies struct {
	layers authz.Layers
	// IdentityAssumed says that the identity policies aren't known, and assumed to allow everything.
	IdentityAssumed bool
	documents       map[string]policy.Document
}

// Expand reads the argument. A document that isn't one is an error at its place; what isn't known yet is left out.
func Expand(ctx context.Context, value types.Object, diags *diag.Diagnostics) *Policies {
	p := &Policies{documents: map[string]policy.Document{}}
	var m model
	if !value.IsNull() && !value.IsUnknown() {
		diags.Append(value.As(ctx, &m, basetypes.ObjectAsOptions{})...)
	}
	at := path.Root("policies")
	p.layers = authz.Layers{
		Repository: p.list(m.Repository, at.AtName("repository"), "repository policy", "", diags),
		Registry:   p.list(m.Registry, at.AtName("registry"), "registry policy", "", diags),
		Boundary:   p.list(m.Boundary, at.AtName("boundary"), "permissions boundary", "", diags),
		Session:    p.list(m.Session, at.AtName("session"), "session policy", "", diags),
		Endpoint:   p.list(m.Endpoint, at.AtName("endpoint"), "VPC endpoint policy", "", diags),
		Gateway:    p.list(m.GatewayEndpoint, at.AtName("gateway_endpoint"), "gateway endpoint policy", "", diags),
		SCPs:       p.levels(m.SCPs, at.AtName("scps"), "SCP", diags),
		RCPs:       p.levels(m.RCPs, at.AtName("rcps"), "RCP", diags),
	}
	p.layers.Identity, p.IdentityAssumed = p.Identity(m.Identity, at.AtName("identity"), diags)
	return p
}

// Identity compiles identity policies that stand at a place of the configuration. Null gives a policy that allows
// everything, and true: it is an assumption.
func (p *Policies) Identity(documents types.List, at path.Path, diags *diag.Diagnostics) (identity []*authz.Policy, assumed bool) {
	if documents.IsNull() {
		return []*authz.Policy{authz.AssumedToAllow(string(authz.LayerIdentity))}, true
	}
	return p.list(documents, at, "identity policy", "", diags), false
}

// Repository compiles the policy of a repository, none for "". A text that isn't a document is an error at its place.
func (p *Policies) Repository(text string, at path.Path, diags *diag.Diagnostics) []*authz.Policy {
	if text == "" {
		return nil
	}
	return p.add(nil, text, at, "repository policy", diags)
}

// SetRepository puts the documents of Repository in the place of those of the argument.
func (p *Policies) SetRepository(documents []*authz.Policy) { p.layers.Repository = documents }

// DefaultIdentity gives the identity policies of the argument, and whether they are assumed.
func (p *Policies) DefaultIdentity() (identity []*authz.Policy, assumed bool) {
	return p.layers.Identity, p.IdentityAssumed
}

// DefaultRepository gives the repository policy of the argument.
func (p *Policies) DefaultRepository() []*authz.Policy { return p.layers.Repository }

// HasSCPs reports whether SCPs are evaluated.
func (p *Policies) HasSCPs() bool { return len(p.layers.SCPs) > 0 }

// HasRCPs reports whether RCPs are evaluated.
func (p *Policies) HasRCPs() bool { return len(p.layers.RCPs) > 0 }

// For gives the layers of a request. Endpoint policies are for what goes through an endpoint; gateway endpoints are of
// Amazon S3 and DynamoDB alone (AWS PrivateLink Guide, gateway-endpoints).
func (p *Policies) For(action string, throughEndpoint bool) authz.Layers {
	l := p.layers
	service, _, _ := strings.Cut(strings.ToLower(action), ":")
	gateway := len(l.Gateway) > 0 && (service == "s3" || service == "dynamodb")
	if !throughEndpoint || gateway {
		l.Endpoint = nil
	}
	if !throughEndpoint || !gateway {
		l.Gateway = nil
	}
	return l
}

// Document gives the document that was compiled under a name.
func (p *Policies) Document(name string) (policy.Document, bool) {
	d, found := p.documents[name]
	return d, found
}

// ExpectEndpoint reports endpoint policies that no request goes through: nothing would be evaluated against them.
func (p *Policies) ExpectEndpoint(throughEndpoint bool, say string, diags *diag.Diagnostics) {
	for _, l := range [...]struct {
		name      string
		documents []*authz.Policy
	}{{"endpoint", p.layers.Endpoint}, {"gateway_endpoint", p.layers.Gateway}} {
		if len(l.documents) > 0 && !throughEndpoint {
			diags.AddAttributeError(path.Root("policies").AtName(l.name), "Nothing goes through the endpoint",
				"An endpoint's policy applies to what goes through it, and "+say)
		}
	}
}

// list names each of several documents by its index, before the suffix.
func (p *Policies) list(list types.List, at path.Path, name, suffix string, diags *diag.Diagnostics) []*authz.Policy {
	var out []*authz.Policy
	for i, element := range list.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsUnknown() {
			continue
		}
		numbered := name
		if len(list.Elements()) > 1 {
			numbered += " " + strconv.Itoa(i)
		}
		out = p.add(out, text.ValueString(), at.AtListIndex(i), numbered+suffix, diags)
	}
	return out
}

// levels leaves out levels without a document: AWS always has an SCP attached, so they say that nobody looked.
func (p *Policies) levels(list types.List, at path.Path, name string, diags *diag.Diagnostics) [][]*authz.Policy {
	var out [][]*authz.Policy
	for i, element := range list.Elements() {
		level, ok := element.(types.List)
		if !ok {
			continue
		}
		if documents := p.list(level, at.AtListIndex(i), name, " at level "+strconv.Itoa(i), diags); len(documents) > 0 {
			out = append(out, documents)
		}
	}
	return out
}

func (p *Policies) add(to []*authz.Policy, text string, at path.Path, name string, diags *diag.Diagnostics) []*authz.Policy {
	document, err := policy.Parse(text)
	if err != nil {
		diags.AddAttributeError(at, "Invalid policy document", fmt.Sprintf("%s isn't a policy document: %s.", at, err))
		return to
	}
	p.documents[name] = document
	return append(to, authz.Compile(name, document))
}
