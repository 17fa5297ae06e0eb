// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestWrongInputs puts wrong values into every argument of every resource and data source, one at a time, in configurations
// that are right. Each must be one error, in the plan, where Terraform shows the argument's line, with a text that names it.
func TestWrongInputs(t *testing.T) {
	t.Parallel()
	aws := awstest.New(t)
	client := newClient(t, aws)
	inputs := rightInputs(t, aws)
	aws.ResetCalls()
	known := &accepted{account: aws.AccountID, values: rightAfterAll()}
	cases := 0
	for name, schema := range client.schemas.ResourceSchemas {
		cases += client.wrongInputs(t, "resource "+name, schema.Block, inputs["resource "+name], known)
	}
	for name, schema := range client.schemas.DataSourceSchemas {
		cases += client.wrongInputs(t, "data "+name, schema.Block, inputs["data "+name], known)
	}
	if cases < 200 {
		t.Errorf("only %d wrong inputs", cases)
	}
	for _, entry := range known.unused() {
		t.Errorf("nothing accepts %s = %s any more, or nothing tries it: remove the entry from rightAfterAll", entry.argument, entry.value)
	}
	for _, call := range aws.Calls() {
		if !call.Reads() {
			t.Errorf("a plan called %s", call.Action)
		}
	}
}

// client speaks the protocol with one provider.
type client struct {
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
}

func newClient(t *testing.T, aws *awstest.AWS) *client {
	t.Helper()
	c := &client{server: acctest.PlacedServer()}
	var err error
	if c.schemas, err = c.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	config := dynamic(t, c.schemas.Provider.Block, lifecycle.ProviderConfig(aws, map[string]any{"organization_id": "o-a1b2c3d4e5"}))
	configured, err := c.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured)
	}
	return c
}

// wrongInputs tries all wrong inputs of a type, and gives their number.
func (c *client) wrongInputs(t *testing.T, typeName string, block *tfprotov6.SchemaBlock, inputs []map[string]any, known *accepted) (cases int) {
	t.Helper()
	tried := map[string]bool{}
	for _, base := range inputs {
		if errs := c.errors(t, typeName, block, base); len(errs) > 0 {
			t.Errorf("%s: its base isn't right: %s", typeName, said(errs))
			continue
		}
		for _, w := range wrongOf(block.Attributes, base, nil) {
			tried[w.argument()] = true
			cases++
			errs := c.errors(t, typeName, block, w.in(base))
			if known.has(typeName, w) {
				if len(errs) > 0 {
					t.Errorf("%s: %s is no longer accepted, which rightAfterAll says: %s", typeName, w, said(errs))
				}
				continue
			}
			if problem := w.problem(errs); problem != "" {
				t.Errorf("%s: %s: %s", typeName, w, problem)
			}
		}
	}
	for _, argument := range argumentsIn(block.Attributes, "") {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(tried)), func(t string) bool { return t == argument || strings.HasPrefix(t, argument+".") }) {
			t.Errorf("%s: no configuration in testdata/right_inputs.json has %s: add one", typeName, argument)
		}
	}
	return cases
}

// errors are those of validating and planning a configuration.
func (c *client) errors(t *testing.T, typeName string, block *tfprotov6.SchemaBlock, config map[string]any) (errs []*tfprotov6.Diagnostic) {
	t.Helper()
	value := dynamic(t, block, config)
	kind, name, _ := strings.Cut(typeName, " ")
	var diagnostics []*tfprotov6.Diagnostic
	if kind == "data" {
		resp, err := c.server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: value})
		if err != nil {
			t.Fatal(err)
		}
		if diagnostics = errorsOf(resp.Diagnostics); len(diagnostics) > 0 || config["fail_on"] != nil {
			return diagnostics // with fail_on, what is read is an error for other reasons
		}
		read, err := c.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: value})
		if err != nil {
			t.Fatal(err)
		}
		return errorsOf(read.Diagnostics)
	}
	resp, err := c.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: value})
	if err != nil {
		t.Fatal(err)
	}
	if diagnostics = errorsOf(resp.Diagnostics); len(diagnostics) > 0 {
		return diagnostics
	}
	none, err := tfprotov6.NewDynamicValue(block.ValueType(), tftypes.NewValue(block.ValueType(), nil))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := c.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: &none, ProposedNewState: value, Config: value})
	if err != nil {
		t.Fatal(err)
	}
	return errorsOf(plan.Diagnostics)
}

func errorsOf(diagnostics []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	return slices.DeleteFunc(slices.Clone(diagnostics), func(d *tfprotov6.Diagnostic) bool { return d.Severity != tfprotov6.DiagnosticSeverityError })
}

func said(errs []*tfprotov6.Diagnostic) string {
	texts := make([]string, len(errs))
	for i, d := range errs {
		texts[i] = fmt.Sprintf("%s: %s: %s", d.Attribute, d.Summary, d.Detail)
	}
	return fmt.Sprintf("%d errors: %s", len(errs), strings.Join(texts, " | "))
}

// A wrong value in an argument, at a place of the configuration such as grants, Dev, accounts.
type wrong struct {
	at    []string
	keys  []bool // whether a step is a key or an index, and no attribute
	value any
}

// argument is the place without keys, as in grants.accounts.
func (w wrong) argument() string {
	var names []string
	for i, step := range w.at {
		if !w.keys[i] {
			names = append(names, step)
		}
	}
	return strings.Join(names, ".")
}

func (w wrong) String() string { return strings.Join(w.at, ".") + " = " + written(w.value) }

func written(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	if len(text) > 100 {
		return fmt.Sprintf("%s…(%d)", text[:40], len(text))
	}
	return string(text)
}

// in gives the configuration with the wrong value.
func (w wrong) in(base map[string]any) map[string]any {
	return replaced(base, w.at, w.value).(map[string]any) //nolint:forcetypeassert // a map stays one
}

func replaced(v any, at []string, value any) any {
	if len(at) == 0 {
		return value
	}
	switch v := v.(type) {
	case map[string]any:
		copied := maps.Clone(v)
		copied[at[0]] = replaced(v[at[0]], at[1:], value)
		return copied
	case []any:
		copied := slices.Clone(v)
		i := slices.Index([]string{"0", "1", "2"}, at[0])
		copied[i] = replaced(v[i], at[1:], value)
		return copied
	}
	panic("no " + at[0])
}

// problem says what is wrong with the errors about it.
func (w wrong) problem(errs []*tfprotov6.Diagnostic) string {
	if len(errs) == 0 {
		return "no error"
	}
	if len(errs) > 1 {
		return said(errs)
	}
	text, place := errs[0].Summary+"\n"+errs[0].Detail, errs[0].Attribute.String()
	want := tftypes.NewAttributePath().WithAttributeName(w.at[0])
	wants := []string{want.String()}
	other, has := elsewhere()[w.String()]
	if has {
		wants = append(wants, tftypes.NewAttributePath().WithAttributeName(other).String())
	}
	if len(w.at) > 1 && w.keys[1] {
		wants = append(wants, want.WithElementKeyString(w.at[1]).String())
	}
	if elements, ok := w.value.([]any); ok && len(w.at) == 1 && len(elements) > 0 {
		wants = append(wants, want.WithElementKeyInt(len(elements)-1).String())
	}
	if elements, ok := w.value.(map[string]any); ok && len(w.at) == 1 {
		for key := range elements {
			wants = append(wants, want.WithElementKeyString(key).String())
		}
	}
	leaf := w.at[len(w.at)-1]
	for _, whole := range []string{"statements", "conditions"} { // they are judged as a whole
		if slices.Contains(w.at, whole) {
			leaf = whole
		}
	}
	switch {
	case !slices.Contains(wants, place):
		return fmt.Sprintf("not on %s: %s", want, said(errs))
	case !strings.Contains(text, leaf) && (other == "" || !strings.Contains(text, other)):
		return fmt.Sprintf("doesn't name %s: %s", leaf, said(errs))
	case len(w.at) > 1 && w.keys[1] && !strings.Contains(text, w.at[1]):
		return fmt.Sprintf("doesn't name %s: %s", w.at[1], said(errs))
	}
	return ""
}

// accepted are values that look wrong and aren't.
type accepted struct {
	account string // that of the test, which entries name ACCOUNT
	values  []right
	used    map[int]bool
}

// right is a value that is right after all. argument is a pattern of path.Match, with the type before it if it matters; argument.*
// is what is in it.
type right struct{ argument, value, reason string }

func (a *accepted) has(typeName string, w wrong) bool {
	value := strings.ReplaceAll(written(w.value), a.account, "ACCOUNT")
	for i, r := range a.values {
		of, argument, typed := strings.Cut(r.argument, " ")
		if !typed {
			of, argument = "*", r.argument
		}
		if r.value == value && matches("* "+of, typeName) && matches(argument, w.argument()) {
			if a.used == nil {
				a.used = map[int]bool{}
			}
			a.used[i] = true
			return true
		}
	}
	return false
}

func matches(pattern, argument string) bool {
	// In path.Match a star ends at a slash.
	matched, err := path.Match(strings.ReplaceAll(pattern, ".", "/"), strings.ReplaceAll(argument, ".", "/"))
	return err == nil && matched
}

func (a *accepted) unused() (unused []right) {
	for i, r := range a.values {
		if !a.used[i] {
			unused = append(unused, r)
		}
	}
	return unused
}

// wrongOf gives the wrong values for all arguments that stand in a configuration.
func wrongOf(attributes []*tfprotov6.SchemaAttribute, config map[string]any, at []step) (all []wrong) {
	for _, a := range attributes {
		value, has := config[a.Name]
		if !has {
			continue
		}
		here := append(slices.Clone(at), step{a.Name, false})
		add := func(values ...any) {
			for _, v := range values {
				all = append(all, wrongAt(here, v))
			}
		}
		if a.NestedType == nil {
			add(wrongValues(a.Type, value)...)
			continue
		}
		nested := a.NestedType.Attributes
		switch v := value.(type) {
		case []any:
			add([]any{nil})
			for i, element := range v {
				all = append(all, wrongOf(nested, object(element), append(slices.Clone(here), step{fmt.Sprint(i), true}))...)
			}
		case map[string]any:
			if a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle {
				all = append(all, wrongOf(nested, v, here)...)
				continue
			}
			add(map[string]any{}, map[string]any{"Nobody": nil})
			for key, element := range v {
				add(map[string]any{"": element}, map[string]any{" ": element})
				all = append(all, wrongOf(nested, object(element), append(slices.Clone(here), step{key, true}))...)
			}
		}
	}
	return all
}

type step struct {
	name string
	key  bool
}

func wrongAt(at []step, value any) wrong {
	w := wrong{value: value}
	for _, s := range at {
		w.at, w.keys = append(w.at, s.name), append(w.keys, s.key)
	}
	return w
}

func object(v any) map[string]any {
	o, ok := v.(map[string]any)
	if !ok {
		panic(fmt.Sprintf("%v is no object", v))
	}
	return o
}

const (
	nonsense = "nonsense!"
	long     = 3000
)

// wrongValues are those in the place of a right one.
func wrongValues(t tftypes.Type, right any) []any {
	switch {
	case t.Is(tftypes.Bool):
		return nil // both are right
	case t.Is(tftypes.Number):
		return []any{-1, 1 << 40}
	case t.Is(tftypes.String):
		var values []any
		for _, text := range wrongTexts(right) {
			values = append(values, text)
		}
		return values
	}
	switch t := t.(type) {
	case tftypes.Map:
		if t.ElementType.Is(tftypes.String) {
			return []any{map[string]any{"key": nil}, map[string]any{"": "x"}}
		}
		return []any{map[string]any{"key": nil}, map[string]any{"aws:PrincipalOrgPaths": []any{nil}}}
	case tftypes.Set:
		return wrongElements(t.ElementType, right)
	case tftypes.List:
		return wrongElements(t.ElementType, right)
	}
	panic("no wrong values of " + t.String())
}

func wrongElements(element tftypes.Type, right any) []any {
	values := []any{[]any{}, []any{nil}}
	elements, ok := right.([]any)
	if !ok || len(elements) == 0 {
		panic(fmt.Sprintf("%v has no elements", right))
	}
	if !element.Is(tftypes.String) {
		return append(values, []any{[]any{nil}}, []any{[]any{nonsense}})
	}
	for _, text := range wrongTexts(elements[0]) {
		if len(text) < long { // which is for single values
			values = append(values, []any{text})
		}
	}
	return values
}

func wrongTexts(right any) []string {
	texts := []string{"", " ", nonsense, strings.Repeat("a", long)}
	text, ok := right.(string)
	if !ok {
		panic(fmt.Sprintf("%v is no text", right))
	}
	if strings.HasPrefix(text, "arn:") {
		parts := strings.Split(text, ":")
		if parts[4] != "" {
			parts[4] = "12"
			texts = append(texts, strings.Join(parts, ":"))
		}
		if parts[2] != "sns" {
			texts = append(texts, strings.Replace(text, ":"+parts[2]+":", ":sns:", 1))
		}
		texts = append(texts, text+" ")
	}
	return texts
}

// argumentsIn are the names of all arguments that take more than true and false.
func argumentsIn(attributes []*tfprotov6.SchemaAttribute, below string) (names []string) {
	for _, a := range attributes {
		if !a.Optional && !a.Required || a.Type != nil && a.Type.Is(tftypes.Bool) {
			continue
		}
		names = append(names, below+a.Name)
		if a.NestedType != nil {
			names = append(names, argumentsIn(a.NestedType.Attributes, below+a.Name+".")...)
		}
	}
	return names
}

// dynamic encodes a configuration: what it leaves out is null, and a block is empty.
func dynamic(t *testing.T, block *tfprotov6.SchemaBlock, config map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	value, err := tfprotov6.NewDynamicValue(block.ValueType(), valueOf(block.ValueType(), config))
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

func valueOf(t tftypes.Type, v any) tftypes.Value {
	if v == nil {
		return tftypes.NewValue(t, nil)
	}
	var element tftypes.Type
	switch t := t.(type) {
	case tftypes.Object:
		config, values := object(v), map[string]tftypes.Value{}
		for name, of := range t.AttributeTypes {
			values[name] = valueOf(of, config[name])
		}
		return tftypes.NewValue(t, values)
	case tftypes.Map:
		element = t.ElementType
	case tftypes.List:
		element = t.ElementType
	case tftypes.Set:
		element = t.ElementType
	}
	switch v := v.(type) {
	case int:
		return tftypes.NewValue(t, new(big.Float).SetInt64(int64(v)))
	case float64:
		return tftypes.NewValue(t, big.NewFloat(v))
	case map[string]any:
		values := map[string]tftypes.Value{}
		for key, e := range v {
			values[key] = valueOf(element, e)
		}
		return tftypes.NewValue(t, values)
	case []any:
		values := make([]tftypes.Value, len(v))
		for i, e := range v {
			values[i] = valueOf(element, e)
		}
		return tftypes.NewValue(t, values)
	}
	return tftypes.NewValue(t, v)
}
