// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Idle serves the schemas of the ecrx provider and none of its work: a read waits once, for as long as a call to AWS takes, and a
// plan takes what Terraform proposes. What a plan with it takes above Terraform's own time is the price of the schema, which the
// framework and Terraform pay whatever the provider does.
package main

import (
	"context"
	"log"
	"os"
	"runtime/debug"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	ecrx "github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

// envLatency names the environment variable that says how long a read waits, as "40ms".
const envLatency = "ECRX_IDLE_LATENCY"

func main() {
	// As the provider's own main does, for a fair comparison.
	for _, variable := range []string{"TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK"} {
		if err := os.Setenv(variable, "off"); err != nil {
			log.Fatal(err)
		}
	}
	debug.SetGCPercent(400)
	latency, err := time.ParseDuration(os.Getenv(envLatency))
	if err != nil {
		log.Fatal(err)
	}
	newProvider := func() provider.Provider { return idleProvider{ecrx.New("idle")(), latency} }
	err = providerserver.Serve(context.Background(), newProvider, providerserver.ServeOpts{Address: "registry.terraform.io/ecrx/ecrx"})
	if err != nil {
		log.Fatal(err)
	}
}

type idleProvider struct {
	provider.Provider

	latency time.Duration
}

func (p idleProvider) Resources(ctx context.Context) []func() resource.Resource {
	var idle []func() resource.Resource
	for _, newResource := range p.Provider.Resources(ctx) {
		if r, ok := newResource().(resource.ResourceWithIdentity); ok {
			idle = append(idle, func() resource.Resource { return idleResource{r, p.latency} })
		}
	}
	return idle
}

// idleResource has of a resource what the embedded interface has: no Configure, no ValidateConfig, no ModifyPlan.
type idleResource struct {
	resource.ResourceWithIdentity

	latency time.Duration
}

// Read waits. Terraform wants an identity, whatever it says.
func (r idleResource) Read(ctx context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
	time.Sleep(r.latency)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("name"), "idle")...)
}
