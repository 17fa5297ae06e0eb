// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package lifecycle drives a provider through the whole life of a resource and makes every call to AWS fail in turn.
//
// Terraform plays Terraform core in process, so that thousands of lives take seconds; CLI is the real binary. Faults and
// Interrupts are the tests that use them.
package lifecycle

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Terraform plays Terraform core for one resource. Like core it starts a provider for each walk: one for refresh and plan,
// one for apply.
type Terraform struct {
	// Provider gives a new provider.
	Provider func() tfprotov6.ProviderServer
	// ProviderConfig is the configuration of the provider: attributes as Go values, blocks that repeat as []any of
	// map[string]any.
	ProviderConfig map[string]any
	// Type is the resource's type.
	Type string
	// DropIdentity plays a Terraform before 1.12, which knows no identity and never gives one back to the provider.
	DropIdentity bool
	// SkipRefresh plays -refresh=false.
	SkipRefresh bool
	// State is what the state file holds; nil: nothing.
	State *State

	known *known
}

// State is a resource in a state file.
type State struct {
	// Attributes is JSON, as in the file.
	Attributes []byte
	// Version is the version of the schema that wrote it.
	Version int64
	// Private is the provider's own.
	Private []byte
	// Identity is nil for a resource without one.
	Identity *tfprotov6.ResourceIdentityData
	// Tainted objects are replaced by the next apply.
	Tainted bool
}

// Action is what a plan would do.
type Action string

// The actions of Terraform's plans.
const (
	NoOp    Action = "no-op"
	Create  Action = "create"
	Update  Action = "update"
	Replace Action = "replace"
	Delete  Action = "delete"
)

// DiagnosticsError is what the provider itself reported as errors.
type DiagnosticsError struct {
	Diagnostics []*tfprotov6.Diagnostic
}

func (e *DiagnosticsError) Error() string {
	var texts []string
	for _, d := range e.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			texts = append(texts, d.Summary+": "+d.Detail)
		}
	}
	return strings.Join(texts, "\n")
}

// BugError is what Terraform core would call a bug of the provider: a panic, or a broken promise.
type BugError struct {
	During string
	Bugs   []string
}

func (e *BugError) Error() string {
	return "provider bug in " + e.During + ":\n  " + strings.Join(e.Bugs, "\n  ")
}

// change is a plan.
type change struct {
	action         Action
	config         tftypes.Value
	before         *State // after refresh
	prior, planned tftypes.Value
	private        []byte
	identity       *tfprotov6.ResourceIdentityData
}

// Plan refreshes and plans, and leaves the state as it is, like terraform plan. A nil config plans the destruction.
func (tf *Terraform) Plan(ctx context.Context, config map[string]any) (action Action, err error) {
	c, err := tf.plan(ctx, config)
	return c.action, err
}

// Unknown is Plan, and gives the paths of the values that are known after apply, sorted and as Terraform shows them: "tags_all" or
// "endpoints.logs.id". Of elements of a set, only the set is named.
func (tf *Terraform) Unknown(ctx context.Context, config map[string]any) (Action, []string, error) {
	c, err := tf.plan(ctx, config)
	if err != nil {
		return c.action, nil, err
	}
	var paths []string
	err = tftypes.Walk(c.planned, func(at *tftypes.AttributePath, value tftypes.Value) (bool, error) {
		if !value.IsKnown() {
			paths = append(paths, pathText(at))
		}
		return true, nil
	})
	slices.Sort(paths)
	return c.action, slices.Compact(paths), err
}

func pathText(at *tftypes.AttributePath) string {
	var names []string
	for _, step := range at.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			names = append(names, string(step))
		case tftypes.ElementKeyString:
			names = append(names, string(step))
		case tftypes.ElementKeyInt:
			names = append(names, strconv.FormatInt(int64(step), 10))
		}
	}
	return strings.Join(names, ".")
}

// Apply refreshes, plans and applies, like terraform apply -auto-approve. A nil config destroys.
func (tf *Terraform) Apply(ctx context.Context, config map[string]any) (Action, error) {
	return tf.ApplyLater(ctx, config, config)
}

// ApplyLater is Apply with a configuration that gets known between plan and apply.
func (tf *Terraform) ApplyLater(ctx context.Context, atPlan, atApply map[string]any) (Action, error) {
	c, err := tf.plan(ctx, atPlan)
	if err != nil {
		return c.action, err
	}
	tf.State = c.before
	if c.action == NoOp {
		return c.action, nil
	}
	s, err := tf.open(ctx)
	if err != nil {
		return c.action, err
	}
	if c.action != Delete {
		if c.config, err = s.config(atApply); err != nil {
			return c.action, err
		}
	}
	return c.action, s.apply(ctx, &tf.State, c)
}

// Import imports and reads, like terraform import. The state must be empty.
func (tf *Terraform) Import(ctx context.Context, id string) error {
	s, err := tf.open(ctx)
	if err != nil {
		return err
	}
	return tf.imported(ctx, s, id, nil)
}

// ImportIdentity is Import with the identity of an import block, which Terraform knows since 1.12.
func (tf *Terraform) ImportIdentity(ctx context.Context, identity map[string]any) error {
	s, err := tf.open(ctx)
	if err != nil {
		return err
	}
	data, err := s.identity(ctx, identity)
	if err != nil {
		return err
	}
	return tf.imported(ctx, s, "", data)
}

func (tf *Terraform) imported(ctx context.Context, s *session, id string, identity *tfprotov6.ResourceIdentityData) error {
	imported, err := s.importState(ctx, id, identity)
	if err != nil {
		return err
	}
	read, _, err := s.refresh(ctx, imported)
	if err != nil {
		return err
	}
	if read == nil {
		return &DiagnosticsError{Diagnostics: []*tfprotov6.Diagnostic{{
			Severity: tfprotov6.DiagnosticSeverityError,
			Summary:  "Cannot import non-existent remote object", Detail: id,
		}}}
	}
	tf.State = read
	return nil
}

func (tf *Terraform) plan(ctx context.Context, config map[string]any) (change, error) {
	s, err := tf.open(ctx)
	if err != nil {
		return change{}, err
	}
	var value tftypes.Value
	if config != nil {
		if value, err = s.config(config); err != nil {
			return change{}, err
		}
		if err := s.validate(ctx, value); err != nil {
			return change{}, err
		}
	}
	before, prior, err := s.refresh(ctx, tf.State)
	if err != nil {
		return change{}, err
	}
	if config == nil {
		return s.planDestroy(ctx, before, prior)
	}
	return s.planApply(ctx, value, before, prior)
}

func bug(during, format string, args ...any) error {
	return &BugError{During: during, Bugs: []string{fmt.Sprintf(format, args...)}}
}
