// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

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
	}
	return resp, err
}

// ReadResource implements tfprotov6.ResourceServer.
func (o *overheard) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := o.ProviderServer.ReadResource(ctx, req)
	if err == nil {
		o.heard.add(resp.Diagnostics)
	}
	return resp, err
}
