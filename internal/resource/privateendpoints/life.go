// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/endpointpolicy"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/network"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// undoTimeout bounds what follows a failed operation: the removal of what a create made, and a look at what an update left. It runs on
// when the operation was interrupted.
const undoTimeout = time.Minute

// look reads the network that the endpoints are wanted in, as far as it is known where. own are the ids of the endpoints that are this
// resource's already; replacing says that those of an object to be replaced may still be there.
func (r *Resource) look(ctx context.Context, m *model, own []string, replacing bool, diags *diag.Diagnostics) (pattern.Network, pattern.Placement) {
	at := m.placement(ctx, diags)
	if caller, err := r.Provider.Clients.Identity(ctx); err == nil { // whoever it is, EC2 checks it again
		at.CallerAccount = caller.AccountID
	}
	at.Own, at.Replacing = own, replacing
	return network.Read(ctx, r.Provider.Clients, network.Look{
		Region: at.Region, VPCID: m.VPCID.ValueString(), SubnetIDs: at.SubnetIDs, RouteTableIDs: at.RouteTableIDs,
		SecurityGroupIDs: slices.Concat(at.SecurityGroupIDs, at.SourceGroups),
	}, diags), at
}

// work is what one apply does to the endpoints of a VPC.
type work struct {
	clients *awsapi.Clients
	plan    *model
	planned map[string]endpoint // the plan's endpoints
	set     pattern.PrivateEndpoints
	network pattern.Network
	at      pattern.Placement
	names   map[string]string // whole names by service
	tags    map[string]string // of what is made
	rules   []awsapi.IngressRule
	token   string // of this apply: the mark's value, and what client tokens begin with

	// group is the security group that is there for the endpoints; "" for none.
	group string
	// ids are those of the endpoints by service; own says which of them are this resource's.
	ids map[string]string
	own map[string]bool
	// seen are own endpoints as EC2 last gave them, by id.
	seen map[string]awsapi.Endpoint
	mu   sync.Mutex
}

// newWork looks at the network once more, now with all that the plan couldn't know, and by who applies.
func (r *Resource) newWork(ctx context.Context, plan *model, own []string, check bool, diags *diag.Diagnostics) *work {
	w := &work{
		clients: r.Provider.Clients, plan: plan, planned: plan.endpoints(ctx, diags), set: plan.endpointSet(), rules: plan.ingress(ctx, diags).rules(),
		tags: map[string]string{}, token: "private-endpoints-" + rand.Text()[:12],
		ids: map[string]string{}, own: map[string]bool{}, seen: map[string]awsapi.Endpoint{},
	}
	w.network, w.at = r.look(ctx, plan, own, false, diags)
	if check && !diags.HasError() {
		endpointpolicy.Report(diags, pattern.CheckPlacement(w.set, w.at, w.network))
	}
	diags.Append(plan.TagsAll.ElementsAs(ctx, &w.tags, false)...)
	w.tags[network.MarkTag] = w.token
	w.names = w.serviceNames()
	return w
}

// createAll makes what is wanted and can't be reused, and waits until it can be used.
func (w *work) createAll(ctx context.Context, services []string) error {
	if err := w.createGroup(ctx, services); err != nil {
		return err
	}
	if err := w.create(ctx, services); err != nil {
		return err
	}
	return w.wait(ctx, services)
}

// reuse reads the endpoints of others that are there, before anything is written, and gives the services that are left.
func (w *work) reuse(ctx context.Context, services []string) (left []string, err error) {
	if !w.at.Reuse {
		return services, nil
	}
	var ids []string
	for _, service := range services {
		if existing, found := pattern.ExistingEndpoint(service, w.names[service], w.at, w.network); found {
			w.ids[service], ids = existing.ID, append(ids, existing.ID)
		} else {
			left = append(left, service)
		}
	}
	live, err := w.clients.EndpointsByID(ctx, w.at.Region, ids)
	for i := range live {
		w.seen[live[i].ID] = live[i]
	}
	return left, err
}

// proveFound proves the pulls with the endpoints of others as they are, and the rest as it is planned, before anything is written.
func (w *work) proveFound(ctx context.Context, diags *diag.Diagnostics) {
	expected := maps.Clone(w.planned)
	for _, service := range w.set.Services() {
		live, found := w.seen[w.ids[service]]
		switch {
		case found && !w.own[service]:
			expected[service] = newEndpoint(&live, false, true)
		case !w.planned[service].Managed.ValueBool():
			expected[service] = newPlannedEndpoint(w.plan.wanted(service, &w.set), pattern.EndpointType(service) == pattern.EndpointGateway)
		}
	}
	planned := w.plan.Proof
	if w.plan.prove(ctx, &w.set, expected, diags); !planned.IsUnknown() {
		w.plan.Proof = planned
	}
}

// create makes endpoints, all at the same time.
func (w *work) create(ctx context.Context, services []string) error {
	if err := w.clear(ctx, services); err != nil {
		return err
	}
	return atOnce(services, func(service string) error {
		token := fmt.Sprintf("%s-%d", w.token, slices.Index(w.set.Services(), service))
		made, err := w.clients.CreateEndpoint(ctx, w.at.Region, token, w.newEndpoint(service))
		if made.ID != "" {
			w.take(service, &made)
		}
		return named("endpoint of "+service, err)
	})
}

// take notes an own endpoint.
func (w *work) take(service string, e *awsapi.Endpoint) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids[service], w.own[service], w.seen[e.ID] = e.ID, true, *e
}

// clear waits for endpoints that are being deleted, whose private DNS and routes would be in the way.
func (w *work) clear(ctx context.Context, services []string) error {
	var leaving []string
	for i := range w.network.Endpoints {
		e := &w.network.Endpoints[i]
		if e.State == awsapi.EndpointDeleting && slices.ContainsFunc(services, func(service string) bool { return w.names[service] == e.ServiceName }) {
			leaving = append(leaving, e.ID)
		}
	}
	if len(leaving) == 0 {
		return nil
	}
	return w.clients.WaitEndpointsGone(ctx, w.at.Region, leaving)
}

// createGroup makes the security group that interface endpoints need, unless it is there.
func (w *work) createGroup(ctx context.Context, services []string) error {
	if w.group != "" || !w.needsGroup(services) {
		return nil
	}
	id, err := w.clients.CreateSecurityGroup(ctx, w.at.Region, awsapi.NewSecurityGroup{
		Name: w.token, Description: "Lets port 443 in to the VPC endpoints of ecrx_private_endpoints", VPCID: w.plan.VPCID.ValueString(),
		Ingress: w.rules, Tags: w.tags,
	})
	w.group = id
	return named("security group", err)
}

// needsGroup reports whether own endpoints of the services have the group that this resource makes.
func (w *work) needsGroup(services []string) bool {
	return !w.plan.SecurityGroup.IsNull() &&
		slices.ContainsFunc(services, func(service string) bool { return pattern.EndpointType(service) == pattern.EndpointInterface })
}

// groups are the security groups of interface endpoints.
func (w *work) groups() []string {
	if !w.plan.SecurityGroup.IsNull() {
		return []string{w.group}
	}
	return w.at.SecurityGroupIDs
}

func (w *work) newEndpoint(service string) awsapi.NewEndpoint {
	in := awsapi.NewEndpoint{
		VPCID: w.plan.VPCID.ValueString(), ServiceName: w.names[service], Type: pattern.EndpointType(service), Policy: w.policy(service), Tags: w.tags,
		IPAddressType: w.at.IPAddressType,
	}
	if in.Type == awsapi.GatewayEndpoint {
		in.RouteTableIDs = w.at.RouteTableIDs
		return in
	}
	in.SubnetIDs, in.SecurityGroupIDs, in.PrivateDNS = w.at.SubnetIDs, w.groups(), w.hasPrivateDNS(service)
	return in
}

// hasPrivateDNS reports whether a service's endpoint has private DNS, or is to: of an endpoint that stays the plan knows it.
func (w *work) hasPrivateDNS(service string) bool {
	if e, there := w.planned[service]; there && !e.PrivateDNS.IsUnknown() {
		return !e.PrivateDNS.IsNull()
	}
	return hasPrivateDNS(w.network.Services, w.names[service])
}

// policy gives the policy of a service's endpoint, "" for the one that endpoints have by themselves: not all services take another.
func (w *work) policy(service string) string {
	if text := w.plan.policy(service, &w.set).ValueString(); text != pattern.NormalizeEndpointPolicy("") {
		return text
	}
	return ""
}

// wait returns when the own endpoints of the services can be used.
func (w *work) wait(ctx context.Context, services []string) error {
	var ids []string
	for _, service := range services {
		if w.own[service] {
			ids = append(ids, w.ids[service])
		}
	}
	if len(ids) == 0 {
		return nil
	}
	seen, err := w.clients.WaitEndpoints(ctx, w.at.Region, ids)
	maps.Copy(w.seen, seen)
	return err
}

// undo removes what a failed create made, also when it was interrupted: the endpoints that are known of, and those whose creation was
// never answered, which bear this apply's mark.
func (w *work) undo(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	var unwanted []string
	for service := range w.own {
		unwanted = append(unwanted, w.ids[service])
	}
	all, err := w.clients.Endpoints(ctx, w.at.Region, w.plan.VPCID.ValueString())
	for i := range all {
		if all[i].Tags[network.MarkTag] == w.token && !slices.Contains(unwanted, all[i].ID) {
			unwanted = append(unwanted, all[i].ID)
		}
	}
	if failed := w.delete(ctx, unwanted); failed != nil {
		return failed
	}
	return errors.Join(w.deleteGroup(ctx), err) // unless all could be seen, something may be left
}

// delete removes endpoints, and waits until they are gone.
func (w *work) delete(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	if err := w.clients.DeleteEndpoints(ctx, w.at.Region, ids); err != nil {
		return err
	}
	return w.clients.WaitEndpointsGone(ctx, w.at.Region, ids)
}

func (w *work) deleteGroup(ctx context.Context) error {
	if w.group == "" {
		return nil
	}
	err := w.clients.DeleteSecurityGroup(ctx, w.at.Region, w.group)
	if err == nil {
		w.group = ""
	}
	return named("security group "+w.group, err)
}

// atOnce runs a function for all services at the same time, and joins what fails in their order.
func atOnce(services []string, do func(service string) error) error {
	errs := make([]error, len(services))
	var all sync.WaitGroup
	for i, service := range services {
		all.Go(func() { errs[i] = do(service) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func named(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
