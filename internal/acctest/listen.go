// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// Between calls a function once, when the next apply of a Core is planned and before it is carried out.
func Between(tf *lifecycle.Terraform, planned func()) {
	walks, provider := 0, tf.Provider
	tf.Provider = func() tfprotov6.ProviderServer {
		if walks++; walks == 2 {
			tf.Provider = provider
			planned()
		}
		return provider()
	}
}

// Heard is what a provider told Core, which shows warnings only beside an error.
type Heard struct {
	mu          sync.Mutex
	diagnostics []*tfprotov6.Diagnostic
	planned     map[string]tftypes.Value
}

// KnownAfterApply is what Planned gives for a value that isn't known.
const KnownAfterApply = "(known after apply)"

// Planned gives the text of an attribute in the last plan: a list's texts a line each, "" for null.
func (h *Heard) Planned(t testing.TB, attribute string) string {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	return text(t, h.planned[attribute])
}

func text(t testing.TB, value tftypes.Value) string {
	t.Helper()
	if !value.IsKnown() {
		return KnownAfterApply
	}
	var one string
	if value.IsNull() || value.As(&one) == nil {
		return one
	}
	var list []tftypes.Value
	if err := value.As(&list); err != nil {
		t.Fatal(err)
	}
	lines := make([]string, len(list))
	for i := range list {
		lines[i] = text(t, list[i])
	}
	return strings.Join(lines, "\n")
}

// Listen hears all that the provider of a Core says from now on about its configuration, what it reads, and its plans.
func Listen(tf *lifecycle.Terraform) *Heard {
	heard, provider := &Heard{}, tf.Provider
	tf.Provider = func() tfprotov6.ProviderServer { return &overheard{provider(), heard} }
	return heard
}

// Warnings gives what was heard since it was last asked for, each warning as "attribute: summary: detail", and forgets it.
func (h *Heard) Warnings() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	warnings := texts(h.diagnostics, tfprotov6.DiagnosticSeverityWarning)
	h.diagnostics = nil
	return warnings
}

func (h *Heard) add(diagnostics []*tfprotov6.Diagnostic) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.diagnostics = append(h.diagnostics, diagnostics...)
}

type overheard struct {
	tfprotov6.ProviderServer

	heard *Heard
}

// ValidateResourceConfig implements tfprotov6.ResourceServer.
func (o *overheard) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	resp, err := o.ProviderServer.ValidateResourceConfig(ctx, req)
	if err == nil {
		o.heard.add(resp.Diagnostics)
	}
	return resp, err
}

// PlanResourceChange implements tfprotov6.ResourceServer.
func (o *overheard) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := o.ProviderServer.PlanResourceChange(ctx, req)
	if err == nil {
		o.heard.add(resp.Diagnostics)
		err = o.keep(ctx, req.TypeName, resp.PlannedState)
	}
	return resp, err
}

// keep remembers the values of a plan; nothing of a plan that failed.
func (o *overheard) keep(ctx context.Context, typeName string, planned *tfprotov6.DynamicValue) error {
	schemas, err := o.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || planned == nil {
		return err
	}
	value, err := planned.Unmarshal(schemas.ResourceSchemas[typeName].ValueType())
	if err != nil {
		return err
	}
	o.heard.mu.Lock()
	defer o.heard.mu.Unlock()
	o.heard.planned = nil
	if value.IsNull() {
		return nil
	}
	return value.As(&o.heard.planned)
}

// ReadResource implements tfprotov6.ResourceServer.
func (o *overheard) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := o.ProviderServer.ReadResource(ctx, req)
	if err == nil {
		o.heard.add(resp.Diagnostics)
	}
	return resp, err
}
