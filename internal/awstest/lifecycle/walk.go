// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

type walkMode int

const (
	validating walkMode = iota // every resource's value is unknown
	planning
	destroying // plans the destruction: of the configuration, only the provider's is evaluated
	applying
)

// walk goes through a configuration, each node as soon as all that it needs has a value, with a provider of its own.
type walk struct {
	ctx       context.Context
	workspace *Workspace
	config    *configuration
	mode      walkMode
	plan      *Plan // planning, destroying: it is being made; applying: it is carried out
	server    tfprotov6.ProviderServer
	functions map[string]function.Function
	results   map[string]*result
	outputs   map[string]cty.Value
	imports   map[string]cty.Value

	providerConfig *tfprotov6.DynamicValue
	configured     func() error
	gone           map[string]chan struct{} // closed when the deletion at an address has ended

	mu     sync.Mutex
	errs   []error
	failed map[string]bool // deletions
}

type result struct {
	done   chan struct{}
	value  cty.Value
	failed bool
}

func (w *Workspace) walk(ctx context.Context, c *configuration, mode walkMode) *walk {
	k := &walk{
		ctx: ctx, workspace: w, config: c, mode: mode, server: w.Provider(), functions: functionsOf(ctx, w.schemas, w.Provider),
		results: map[string]*result{}, outputs: map[string]cty.Value{}, gone: map[string]chan struct{}{}, failed: map[string]bool{},
	}
	k.configured = sync.OnceValue(func() error { return configureProvider(ctx, k.server, k.providerConfig) })
	for key := range c.nodes {
		k.results[key] = &result{done: make(chan struct{})}
	}
	return k
}

// configure configures the provider, once: core doesn't, when nothing uses it.
func (k *walk) configure() error { return k.configured() }

func (k *walk) fail(address string, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, _, _ := strings.Cut(address, "[")
	k.errs = append(k.errs, k.config.rendered(address, k.config.nodes[key], err))
}

func (k *walk) run() error {
	if k.mode == applying {
		for address, p := range k.plan.changes {
			if p.action == Delete || p.action == Replace {
				k.gone[address] = make(chan struct{})
			}
		}
	}
	var all sync.WaitGroup
	for key, n := range k.config.nodes {
		all.Go(func() {
			r := k.results[key]
			defer close(r.done)
			for _, need := range n.needs() {
				before := k.results[need]
				<-before.done
				if before.failed {
					r.failed = true
				}
			}
			if r.failed {
				return
			}
			value, err := k.visit(n)
			if err != nil {
				r.failed = true
				if !errors.Is(err, errReported) {
					k.fail(n.key(), err)
				}
				return
			}
			r.value = value
		})
	}
	for address := range k.gone {
		all.Go(func() { k.delete(address) })
	}
	all.Wait()
	if k.mode == planning || k.mode == destroying {
		if len(k.errs) == 0 {
			k.planOrphans()
		}
	}
	return errors.Join(k.errs...)
}

// errReported stands for errors that k.errs has already.
var errReported = errors.New("reported")

func (k *walk) visit(n *node) (cty.Value, error) {
	switch n.kind {
	case variableNode:
		if k.mode == validating {
			return cty.UnknownVal(n.value.Type()), nil
		}
		scope := &hcl.EvalContext{Functions: k.functions, Variables: map[string]cty.Value{"var": cty.ObjectVal(map[string]cty.Value{n.name: n.value})}}
		return n.value, n.check(scope, "Invalid value for variable")
	case providerNode:
		return cty.NilVal, k.visitProvider(n)
	case localNode, resourceNode, dataNode, outputNode, checkNode:
	}
	if k.destroys() {
		return k.fromState(n)
	}
	switch n.kind {
	case localNode:
		return evaluated(n.expr.Value(k.scope(n.references, instance{})))
	case outputNode:
		v, err := evaluated(n.expr.Value(k.scope(n.references, instance{})))
		if err != nil {
			return v, err
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.mode == planning {
			k.plan.outputs[n.name] = v
		}
		k.outputs[n.name] = v
		return v, nil
	case checkNode:
		return cty.NilVal, n.check(k.scope(n.references, instance{}), "")
	default:
		return k.visitInstances(n)
	}
}

// check says which condition isn't true. Without a summary, as in a check block, that is a warning, but it must have a value.
func (n *node) check(scope *hcl.EvalContext, summary string) error {
	for _, c := range n.conditions {
		ok, err := evaluated(c.condition.Value(scope))
		if err != nil {
			return err
		}
		if summary != "" && ok.IsKnown() && !ok.True() {
			message, err := evaluated(c.message.Value(scope))
			if err != nil {
				return err
			}
			at := c.condition.Range()
			return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: summary, Detail: message.AsString(), Subject: &at}}
		}
	}
	return nil
}

func (k *walk) destroys() bool {
	return k.mode == destroying || k.mode == applying && k.plan.mode.Destroy
}

// fromState is what a node is while all is being destroyed.
func (k *walk) fromState(n *node) (cty.Value, error) {
	switch n.kind {
	case localNode:
		return evaluated(n.expr.Value(k.scope(n.references, instance{})))
	case resourceNode, dataNode:
		for _, held := range k.workspace.objects {
			if held.typ == n.typ && held.name == n.name && held.data == (n.kind == dataNode) && held.key == cty.NilVal {
				return held.value, nil
			}
		}
	case variableNode, providerNode, outputNode, checkNode:
	}
	return cty.DynamicVal, nil
}

func evaluated(v cty.Value, diagnostics hcl.Diagnostics) (cty.Value, error) {
	if diagnostics.HasErrors() {
		return cty.DynamicVal, diagnostics
	}
	return v, nil
}

func (k *walk) visitProvider(n *node) error {
	s := k.workspace.schemas.provider
	v, err := evaluated(hcldec.Decode(n.body, s.spec, k.scope(n.references, instance{})))
	if err != nil {
		return err
	}
	d, err := onWire(v, s.cty)
	if err != nil {
		return err
	}
	k.providerConfig = d
	if k.mode != validating || bytes.Equal(d.MsgPack, k.workspace.validated) {
		return nil
	}
	k.workspace.validated = d.MsgPack
	return validateProvider(k.ctx, k.server, d)
}

// scope has what the references need.
func (k *walk) scope(references []hcl.Traversal, i instance) *hcl.EvalContext {
	roots := map[string]map[string]cty.Value{}
	data := map[string]map[string]cty.Value{}
	put := func(in map[string]map[string]cty.Value, root, name string, v cty.Value) {
		if in[root] == nil {
			in[root] = map[string]cty.Value{}
		}
		in[root][name] = v
	}
	for _, t := range references {
		key := keyOf(t)
		if key == "" {
			continue
		}
		r := k.results[key]
		<-r.done
		n := k.config.nodes[key]
		v := r.value
		if v == cty.NilVal {
			v = cty.DynamicVal
		}
		switch n.kind {
		case dataNode:
			put(data, n.typ, n.name, v)
		case variableNode:
			put(roots, "var", n.name, v)
		case localNode:
			put(roots, "local", n.name, v)
		default:
			put(roots, n.typ, n.name, v)
		}
	}
	variables := map[string]cty.Value{
		"path":      cty.ObjectVal(map[string]cty.Value{"module": cty.StringVal("."), "root": cty.StringVal(".")}),
		"terraform": cty.ObjectVal(map[string]cty.Value{"workspace": cty.StringVal("default")}),
	}
	for root, values := range roots {
		variables[root] = cty.ObjectVal(values)
	}
	types := map[string]cty.Value{}
	for typ, values := range data {
		types[typ] = cty.ObjectVal(values)
	}
	variables["data"] = cty.ObjectVal(types)
	if i.count != cty.NilVal {
		variables["count"] = cty.ObjectVal(map[string]cty.Value{"index": i.count})
	}
	if i.each != cty.NilVal {
		variables["each"] = i.each
	}
	return &hcl.EvalContext{Variables: variables, Functions: k.functions}
}

// instances gives the instances of a resource or data source.
func (k *walk) instances(n *node) ([]instance, error) {
	at := where{address: n.key(), typ: n.typ, name: n.name, data: n.kind == dataNode}
	if n.repeat == nil {
		return []instance{{where: at}}, nil
	}
	v, err := evaluated(n.repeat.Value(k.scope(n.references, instance{})))
	if err != nil {
		return nil, err
	}
	if k.mode == validating {
		i := instance{where: at}
		if n.counted {
			i.count = cty.UnknownVal(cty.Number)
		} else {
			i.each = cty.ObjectVal(map[string]cty.Value{"key": cty.UnknownVal(cty.String), "value": cty.DynamicVal})
		}
		return []instance{i}, nil
	}
	if !v.IsKnown() || v.IsNull() {
		name := "for_each"
		if n.counted {
			name = "count"
		}
		expr := n.repeat.Range()
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: fmt.Sprintf("Invalid %s argument", name), Detail: fmt.Sprintf("The %q value must be known when planning, and not null.", name), Subject: &expr}}
	}
	var all []instance
	add := func(key, count, each cty.Value) {
		i := instance{where: at, count: count, each: each}
		i.key = key
		i.address += indexed(key)
		all = append(all, i)
	}
	if n.counted {
		number, err := convert.Convert(v, cty.Number)
		if err != nil {
			return nil, err
		}
		count, _ := number.AsBigFloat().Int64()
		for i := range count {
			add(cty.NumberIntVal(i), cty.NumberIntVal(i), cty.NilVal)
		}
		return all, nil
	}
	if !v.CanIterateElements() {
		return nil, fmt.Errorf("for_each is %s, want a map, an object or a set of strings", v.Type().FriendlyName())
	}
	for it := v.ElementIterator(); it.Next(); {
		key, element := it.Element()
		if v.Type().IsSetType() {
			key = element
		}
		add(key, cty.NilVal, cty.ObjectVal(map[string]cty.Value{"key": key, "value": element}))
	}
	return all, nil
}

// indexed writes an instance's key as in addresses.
func indexed(key cty.Value) string {
	if key == cty.NilVal {
		return ""
	}
	if key.Type() == cty.String {
		return fmt.Sprintf("[%q]", key.AsString())
	}
	return "[" + key.AsBigFloat().Text('f', -1) + "]"
}

// visitInstances gives the value that references to a resource see.
func (k *walk) visitInstances(n *node) (cty.Value, error) {
	instances, err := k.instances(n)
	if err != nil {
		return cty.DynamicVal, err
	}
	values := make([]cty.Value, len(instances))
	var all sync.WaitGroup
	var bad bool
	for i, one := range instances {
		all.Go(func() {
			v, err := k.visitInstance(n, one)
			if err != nil {
				if !errors.Is(err, errReported) {
					k.fail(one.address, err)
				}
				k.mu.Lock()
				bad = true
				k.mu.Unlock()
				return
			}
			values[i] = v
		})
	}
	all.Wait()
	if bad {
		return cty.DynamicVal, errReported
	}
	switch {
	case n.repeat == nil:
		return values[0], nil
	case k.mode == validating:
		return cty.DynamicVal, nil
	case n.counted:
		return cty.TupleVal(values), nil
	}
	byKey := map[string]cty.Value{}
	for i, one := range instances {
		byKey[one.key.AsString()] = values[i]
	}
	return cty.ObjectVal(byKey), nil
}

func (k *walk) visitInstance(n *node, i instance) (cty.Value, error) {
	s := k.schemaOf(n)
	if k.mode == applying && n.kind == resourceNode {
		if p := k.plan.changes[i.address]; p != nil && p.action == NoOp {
			return k.held(i.address).value, nil
		}
	}
	if k.mode == applying && n.kind == dataNode && k.plan.changes[i.address] == nil {
		return k.held(i.address).value, nil
	}
	config, err := evaluated(hcldec.Decode(n.body, s.spec, k.scope(n.references, i)))
	if err != nil {
		return config, err
	}
	switch {
	case n.kind == dataNode:
		return k.visitData(n, i, s, config)
	case n.typ == "terraform_data":
		return k.visitTerraformData(n, i, config)
	}
	wire, err := s.toProvider(config)
	if err != nil {
		return config, err
	}
	session := k.session(n.typ)
	switch k.mode {
	case validating:
		return cty.UnknownVal(s.cty), session.validate(k.ctx, wire)
	case planning:
		return k.planInstance(n, i, session, wire)
	default:
		return k.applyInstance(i, session, wire)
	}
}

func (k *walk) schemaOf(n *node) described {
	if n.kind == dataNode {
		return k.workspace.schemas.data[n.typ]
	}
	return k.workspace.schemas.resources[n.typ]
}

func (k *walk) session(typ string) *session {
	return &session{known: k.workspace.schemas.known[typ], server: k.server, typeName: typ}
}

func (k *walk) held(address string) *stored {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.mode == applying {
		return k.workspace.objects[address]
	}
	return k.plan.objects[address]
}

// set keeps an object, or forgets what is nil.
func (k *walk) set(address string, o *stored) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.mode == applying {
		if o == nil {
			delete(k.workspace.objects, address)
			return
		}
		k.workspace.keep(o)
		return
	}
	if o == nil {
		delete(k.plan.objects, address)
		return
	}
	if held := k.plan.objects[address]; held != nil {
		o.order = held.order
	}
	k.plan.objects[address] = o
}

func (k *walk) record(p *planned) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.plan.changes[p.address] = p
}

// needed gives the resources that a node leads to.
func (k *walk) needed(n *node) []string {
	found := map[string]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		for _, key := range n.needs() {
			need := k.config.nodes[key]
			if need.kind == resourceNode {
				found[key] = true
			}
			visit(need)
		}
	}
	visit(n)
	return slices.Sorted(maps.Keys(found))
}

// rendered gives an error as the client prints it. Of a place deep in an argument's value it names the argument's line.
func (c *configuration) rendered(address string, n *node, err error) error {
	var text strings.Builder
	write := func(summary, detail string, at *hcl.Range) {
		fmt.Fprintf(&text, "\nError: %s\n", summary)
		if address != "" {
			fmt.Fprintf(&text, "\n  with %s,\n", address)
		}
		if at != nil && c != nil {
			fmt.Fprintf(&text, "  on %s line %d:\n  %[2]d: %s\n", at.Filename, at.Start.Line, strings.Split(c.text, "\n")[at.Start.Line-1])
		}
		fmt.Fprintf(&text, "\n%s\n", detail)
	}
	var reported *DiagnosticsError
	var language hcl.Diagnostics
	switch {
	case err == nil:
		return nil
	case errors.As(err, &reported):
		for _, d := range reported.Diagnostics {
			if d.Severity == tfprotov6.DiagnosticSeverityError {
				write(d.Summary, d.Detail, n.lineOf(d.Attribute))
			}
		}
	case errors.As(err, &language):
		for _, d := range language {
			if d.Severity == hcl.DiagError {
				write(d.Summary, d.Detail, d.Subject)
			}
		}
	default:
		write(err.Error(), "", nil)
	}
	return &renderedError{text.String(), err}
}

// lineOf gives the place of the argument that a path is in, else that of the block.
func (n *node) lineOf(path *tftypes.AttributePath) *hcl.Range {
	if n == nil {
		return nil
	}
	if n.body != nil && path != nil && len(path.Steps()) > 0 {
		name, _ := path.Steps()[0].(tftypes.AttributeName)
		content, _, _ := n.body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: string(name)}}})
		if attribute := content.Attributes[string(name)]; attribute != nil {
			return &attribute.Range
		}
	}
	return &n.at
}

// rendered is for errors outside of any block.
func rendered(address string, err error) error {
	return (*configuration)(nil).rendered(address, nil, err)
}

type renderedError struct {
	text string
	err  error
}

func (e *renderedError) Error() string { return e.text }
func (e *renderedError) Unwrap() error { return e.err }
