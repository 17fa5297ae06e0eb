// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// Workspace plays Terraform core for a whole configuration, as Terraform does for one resource: it reads HCL, resolves references,
// validates, plans, applies and imports, in process. It knows one provider beside terraform_data, and of the language what tests of a
// provider need; whatever it doesn't know is an error, never passed over.
type Workspace struct {
	// Provider gives a new provider; like core, each walk has one.
	Provider func() tfprotov6.ProviderServer

	schemas   *schemas
	validated []byte             // the last configuration of the provider that was validated: that takes a third of a plan
	objects   map[string]*stored // the state, by address
	outputs   map[string]cty.Value
	made      int
}

// Config is a configuration and the values of its variables.
type Config struct {
	Text      string
	Variables map[string]cty.Value
}

// Mode is how to plan.
type Mode struct {
	// Destroy plans the destruction of all that is in the state.
	Destroy bool
	// NoRefresh plans with the state as it is.
	NoRefresh bool
}

// stored is an instance of a resource in the state, or what a data source read.
type stored struct {
	where
	state *State // of the provider's resources
	value cty.Value
	needs []string // resources to which its configuration referred
	order int
}

// where says which instance of which resource.
type where struct {
	address, typ, name string
	key                cty.Value // NilVal without count and for_each
	data               bool
}

// instance is one of the instances that a configuration asks for.
type instance struct {
	where
	count, each cty.Value // of the evaluation; NilVal
}

// Plan is what the next Apply does.
type Plan struct {
	workspace *Workspace
	config    *configuration
	mode      Mode
	changes   map[string]*planned
	objects   map[string]*stored // refreshed
	outputs   map[string]cty.Value
}

// planned is the change of one object.
type planned struct {
	where
	action    Action
	change    change // of the provider's resources
	before    cty.Value
	after     cty.Value
	importing bool
	needs     []string
}

// readLater is the action of a data source that can't be read until the apply.
const readLater Action = "read"

func (w *Workspace) learn(ctx context.Context) error {
	if w.schemas != nil {
		return nil
	}
	s, err := learnSchemas(ctx, w.Provider())
	if err != nil {
		return err
	}
	w.schemas = s
	return nil
}

// Plan validates, refreshes and plans, and leaves the state as it is.
func (w *Workspace) Plan(ctx context.Context, config Config, mode Mode) (*Plan, error) {
	if err := w.learn(ctx); err != nil {
		return nil, rendered("", err)
	}
	c, err := w.schemas.parse(config.Text, config.Variables)
	if err != nil {
		return nil, rendered("", err)
	}
	if !mode.Destroy {
		if err := w.walk(ctx, c, validating).run(); err != nil {
			return nil, err
		}
	}
	p := &Plan{workspace: w, config: c, mode: mode, changes: map[string]*planned{}, objects: maps.Clone(w.objects), outputs: map[string]cty.Value{}}
	if p.objects == nil {
		p.objects = map[string]*stored{}
	}
	if err := p.move(); err != nil {
		return nil, rendered("", err)
	}
	k := w.walk(ctx, c, planning)
	k.plan = p
	if mode.Destroy {
		k.mode = destroying
	}
	return p, k.run()
}

// move plays the moved blocks.
func (p *Plan) move() error {
	for _, m := range p.config.moved {
		from, to := m[0], m[1]
		held, there := p.objects[from], p.objects[to]
		switch {
		case from == "" || to == "":
			return fmt.Errorf("a Workspace doesn't understand this moved block: begin the name of the test with TestClient")
		case held == nil || there != nil:
			continue
		}
		typ, name, ok := strings.Cut(to, ".")
		if !ok || typ != held.typ || strings.ContainsAny(to+from, "[") {
			return fmt.Errorf("a Workspace moves from name to name only, not from %s to %s: begin the name of the test with TestClient", from, to)
		}
		moved := *held
		moved.address, moved.name = to, name
		delete(p.objects, from)
		p.objects[to] = &moved
	}
	return nil
}

// Apply carries the plan out. The state holds what became of it, also after an error.
func (w *Workspace) Apply(ctx context.Context, p *Plan) error {
	w.objects = maps.Clone(p.objects)
	k := w.walk(ctx, p.config, applying)
	k.plan = p
	err := k.run()
	if err == nil {
		w.outputs = k.outputs
		for address, held := range w.objects { // a data source that is gone from the configuration is forgotten
			if p.mode.Destroy && held.data || held.data && p.config.nodes["data."+held.typ+"."+held.name] == nil {
				delete(w.objects, address)
			}
		}
	}
	return err
}

// Destroy plans and applies the destruction.
func (w *Workspace) Destroy(ctx context.Context, config Config) error {
	p, err := w.Plan(ctx, config, Mode{Destroy: true})
	if err != nil {
		return err
	}
	return w.Apply(ctx, p)
}

// Empty says that the state holds nothing.
func (w *Workspace) Empty() bool { return len(w.objects) == 0 }

// Import imports the object with an id to address, like terraform import.
func (w *Workspace) Import(ctx context.Context, config Config, address, id string) error {
	if err := w.learn(ctx); err != nil {
		return rendered("", err)
	}
	c, err := w.schemas.parse(config.Text, config.Variables)
	if err != nil {
		return rendered("", err)
	}
	k := w.walk(ctx, c, destroying) // of the configuration, only the provider's is evaluated
	k.plan = &Plan{workspace: w, config: c, changes: map[string]*planned{}, objects: map[string]*stored{}}
	if err := k.run(); err != nil {
		return err
	}
	if err := k.configure(); err != nil {
		return rendered("", err)
	}
	typ, name, _ := strings.Cut(address, ".")
	at := where{address: address, typ: typ, name: name}
	held, err := k.imported(at, id, nil)
	if err != nil {
		return rendered(address, err)
	}
	if w.objects == nil {
		w.objects = map[string]*stored{}
	}
	w.keep(held)
	return nil
}

// Forget removes the object at address from the state, like terraform state rm.
func (w *Workspace) Forget(address string) { delete(w.objects, address) }

// Copy gives another workspace with the same state.
func (w *Workspace) Copy() *Workspace {
	return &Workspace{Provider: w.Provider, schemas: w.schemas, objects: maps.Clone(w.objects), outputs: maps.Clone(w.outputs), made: w.made}
}

// Another gives a workspace that has nothing in its state.
func (w *Workspace) Another() *Workspace { return &Workspace{Provider: w.Provider, schemas: w.schemas} }

func (w *Workspace) keep(o *stored) {
	if held := w.objects[o.address]; held != nil && held.order > 0 {
		o.order = held.order
	} else {
		w.made++
		o.order = w.made
	}
	w.objects[o.address] = o
}

// importBlocks gives, by address, what import blocks ask for: an id or an identity.
func (k *walk) importBlocks() (map[string]cty.Value, error) {
	wanted := map[string]cty.Value{}
	for _, block := range k.config.imports {
		attributes, diagnostics := block.Body.JustAttributes()
		if diagnostics.HasErrors() {
			return nil, diagnostics
		}
		for _, name := range slices.Sorted(maps.Keys(attributes)) {
			switch name {
			case "to":
			case "id", "identity":
				expr := attributes[name].Expr
				value, diagnostics := expr.Value(k.scope(expr.Variables(), instance{}))
				if diagnostics.HasErrors() {
					return nil, diagnostics
				}
				wanted[written(attributes["to"].Expr)] = value
			default:
				return nil, fmt.Errorf("a Workspace doesn't know %s of import blocks: begin the name of the test with TestClient", name)
			}
		}
	}
	return wanted, nil
}
