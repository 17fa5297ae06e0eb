// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Filename is what errors call the configuration's file.
const Filename = "main.tf"

// configuration is a parsed root module. What a Workspace doesn't know, such as a module or a provisioner, is an error.
type configuration struct {
	text    string
	nodes   map[string]*node
	imports []*hclsyntax.Block
	moved   [][2]string
}

// node is a part of a configuration that has a value: a variable, a local, a provider, a resource, a data source, an output.
type node struct {
	kind       nodeKind
	typ, name  string
	body       hcl.Body       // of a provider, a resource or a data source, without meta-arguments
	expr       hcl.Expression // of a local or an output
	repeat     hcl.Expression // count or for_each
	counted    bool           // repeat is count
	depends    []string       // depends_on
	at         hcl.Range
	value      cty.Value   // of a variable
	conditions []condition // of a variable's validation blocks, or of a check
	references []hcl.Traversal
}

// condition is what must be true, else message is an error; a warning, in a check.
type condition struct{ condition, message hcl.Expression }

type nodeKind int

const (
	variableNode nodeKind = iota
	localNode
	providerNode
	resourceNode
	dataNode
	outputNode
	checkNode
)

func (n *node) key() string {
	switch n.kind {
	case variableNode:
		return "var." + n.name
	case localNode:
		return "local." + n.name
	case providerNode:
		return "provider." + n.name
	case dataNode:
		return "data." + n.typ + "." + n.name
	case outputNode:
		return "output." + n.name
	case checkNode:
		return "check." + n.name
	default:
		return n.typ + "." + n.name
	}
}

// needs gives the keys of the nodes that must have a value first.
func (n *node) needs() []string {
	keys := map[string]bool{}
	for _, traversal := range n.references {
		if key := keyOf(traversal); key != "" {
			keys[key] = true
		}
	}
	for _, key := range n.depends {
		keys[key] = true
	}
	if n.kind == resourceNode || n.kind == dataNode {
		if provider, _, _ := strings.Cut(n.typ, "_"); provider != builtin {
			keys["provider."+provider] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// keyOf gives the key of the node that a reference is to; "" for each, count, path and terraform.
func keyOf(t hcl.Traversal) string {
	step := func(i int) string {
		if i >= len(t) {
			return ""
		}
		if a, ok := t[i].(hcl.TraverseAttr); ok {
			return a.Name
		}
		return ""
	}
	switch root := t.RootName(); root {
	case "each", "count", "path", "terraform":
		return ""
	case "data":
		return "data." + step(1) + "." + step(2)
	default:
		return root + "." + step(1)
	}
}

var (
	resourceMeta = &hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "count"}, {Name: "for_each"}, {Name: "depends_on"}},
		Blocks:     []hcl.BlockHeaderSchema{{Type: "lifecycle"}, {Type: "provisioner", LabelNames: []string{"type"}}, {Type: "connection"}},
	}
	outputMeta    = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "value", Required: true}, {Name: "description"}, {Name: "sensitive"}}}
	variableMeta  = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "type"}, {Name: "default"}, {Name: "description"}, {Name: "nullable"}}, Blocks: []hcl.BlockHeaderSchema{{Type: "validation"}}}
	checkMeta     = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "assert"}}}
	conditionMeta = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "condition", Required: true}, {Name: "error_message", Required: true}}}
	movedMeta     = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "from", Required: true}, {Name: "to", Required: true}}}
)

// parse reads a configuration.
func (s *schemas) parse(text string, variables map[string]cty.Value) (*configuration, error) {
	file, diagnostics := hclsyntax.ParseConfig([]byte(text), Filename, hcl.InitialPos)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	c := &configuration{text: text, nodes: map[string]*node{}}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil, fmt.Errorf("the configuration was read as %T", file.Body)
	}
	for _, block := range body.Blocks {
		if err := c.add(s, block, variables); err != nil {
			return nil, err
		}
	}
	for name := range body.Attributes {
		return nil, fmt.Errorf("the configuration has an argument %s outside of any block", name)
	}
	if provider := "provider." + s.name; c.nodes[provider] == nil {
		c.nodes[provider] = &node{kind: providerNode, name: s.name, body: hcl.EmptyBody()}
	}
	for _, n := range c.nodes {
		for _, traversal := range n.references {
			if key := keyOf(traversal); key != "" && c.nodes[key] == nil {
				at := traversal.SourceRange()
				return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Reference to undeclared resource", Detail: fmt.Sprintf("%q has not been declared in the root module.", key), Subject: &at}}
			}
		}
	}
	return c, c.acyclic()
}

func (c *configuration) add(s *schemas, block *hclsyntax.Block, variables map[string]cty.Value) error {
	n := &node{at: block.DefRange()}
	var err error
	switch block.Type {
	case "terraform": // required_providers: there is one provider
		return nil
	case "import":
		c.imports = append(c.imports, block)
		return nil
	case "moved":
		content, diagnostics := block.Body.Content(movedMeta)
		if diagnostics.HasErrors() {
			return diagnostics
		}
		c.moved = append(c.moved, [2]string{written(content.Attributes["from"].Expr), written(content.Attributes["to"].Expr)})
		return nil
	case "locals":
		attributes, diagnostics := block.Body.JustAttributes()
		if diagnostics.HasErrors() {
			return diagnostics
		}
		for name, attribute := range attributes {
			local := &node{kind: localNode, name: name, expr: attribute.Expr, at: attribute.Range, references: attribute.Expr.Variables()}
			c.nodes[local.key()] = local
		}
		return nil
	case "variable":
		n.kind, n.name = variableNode, block.Labels[0]
		err = n.declare(block, variables)
	case "output":
		n.kind, n.name = outputNode, block.Labels[0]
		content, diagnostics := block.Body.Content(outputMeta)
		if diagnostics.HasErrors() {
			return diagnostics
		}
		n.expr = content.Attributes["value"].Expr
		n.references = n.expr.Variables()
	case "check":
		n.kind, n.name = checkNode, block.Labels[0]
		content, diagnostics := block.Body.Content(checkMeta)
		if diagnostics.HasErrors() {
			return diagnostics
		}
		err = n.require(content.Blocks)
		for _, c := range n.conditions {
			n.references = append(append(n.references, c.condition.Variables()...), c.message.Variables()...)
		}
	case "provider":
		if block.Labels[0] != s.name {
			return fmt.Errorf("there is no provider %s", block.Labels[0])
		}
		n.kind, n.name, n.body = providerNode, block.Labels[0], block.Body
		n.references = hcldec.Variables(block.Body, s.provider.spec)
	case "resource", "data":
		err = n.describe(s, block)
	default:
		return fmt.Errorf("a Workspace doesn't know what a block %q means: begin the name of the test with TestClient", block.Type)
	}
	if c.nodes[n.key()] != nil {
		return fmt.Errorf("%s is declared twice", n.key())
	}
	c.nodes[n.key()] = n
	return err
}

// require reads validation and assert blocks.
func (n *node) require(blocks hcl.Blocks) error {
	for _, block := range blocks {
		content, diagnostics := block.Body.Content(conditionMeta)
		if diagnostics.HasErrors() {
			return diagnostics
		}
		n.conditions = append(n.conditions, condition{content.Attributes["condition"].Expr, content.Attributes["error_message"].Expr})
	}
	return nil
}

// declare sets the value of a variable.
func (n *node) declare(block *hclsyntax.Block, given map[string]cty.Value) error {
	content, diagnostics := block.Body.Content(variableMeta)
	if diagnostics.HasErrors() {
		return diagnostics
	}
	want := cty.DynamicPseudoType
	if attribute := content.Attributes["type"]; attribute != nil {
		if want, diagnostics = typeexpr.TypeConstraint(attribute.Expr); diagnostics.HasErrors() {
			return diagnostics
		}
	}
	value, ok := given[n.name]
	if attribute := content.Attributes["default"]; !ok && attribute != nil {
		if value, diagnostics = attribute.Expr.Value(nil); diagnostics.HasErrors() {
			return diagnostics
		}
		ok = true
	}
	if !ok {
		return fmt.Errorf("no value for the required variable %s", n.name)
	}
	var err error
	if n.value, err = convert.Convert(value, want); err != nil {
		return err
	}
	return n.require(content.Blocks)
}

// describe reads the meta-arguments of a resource or a data source.
func (n *node) describe(s *schemas, block *hclsyntax.Block) error {
	n.kind, n.typ, n.name = resourceNode, block.Labels[0], block.Labels[1]
	known := s.resources
	if block.Type == "data" {
		n.kind, known = dataNode, s.data
	}
	schema, ok := known[n.typ]
	if !ok {
		at := block.LabelRanges[0]
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Invalid resource type", Detail: fmt.Sprintf("The provider %s does not support resource type %q.", s.name, n.typ), Subject: &at}}
	}
	content, remain, diagnostics := block.Body.PartialContent(resourceMeta)
	if diagnostics.HasErrors() {
		return diagnostics
	}
	if len(content.Blocks) > 0 {
		return fmt.Errorf("a Workspace doesn't know what a block %q means: begin the name of the test with TestClient", content.Blocks[0].Type)
	}
	for name, attribute := range content.Attributes {
		switch name {
		case "depends_on":
			expressions, diagnostics := hcl.ExprList(attribute.Expr)
			if diagnostics.HasErrors() {
				return diagnostics
			}
			for _, e := range expressions {
				n.depends = append(n.depends, written(e))
			}
		default:
			n.repeat, n.counted = attribute.Expr, name == "count"
			n.references = append(n.references, attribute.Expr.Variables()...)
		}
	}
	n.body = remain
	n.references = append(n.references, hcldec.Variables(remain, schema.spec)...)
	return nil
}

// written gives an address as it is written.
func written(e hcl.Expression) string {
	traversal, diagnostics := hcl.AbsTraversalForExpr(e)
	if diagnostics.HasErrors() {
		return ""
	}
	address := traversal.RootName()
	for _, step := range traversal[1:] {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			address += "." + step.Name
		case hcl.TraverseIndex:
			address += indexed(step.Key)
		}
	}
	return address
}

// acyclic says that no node needs itself.
func (c *configuration) acyclic() error {
	const under, done = 1, 2
	state := map[string]int{}
	var visit func(key string) error
	visit = func(key string) error {
		n := c.nodes[key]
		switch {
		case n == nil:
			return fmt.Errorf("%s isn't declared", key)
		case state[key] == under:
			return fmt.Errorf("cycle: %s needs itself", key)
		case state[key] == done:
			return nil
		}
		state[key] = under
		for _, need := range n.needs() {
			if err := visit(need); err != nil {
				return err
			}
		}
		state[key] = done
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(c.nodes)) {
		if err := visit(key); err != nil {
			return err
		}
	}
	return nil
}
