// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Terraform-provider-ecrx serves the ecrx provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

// version is set by the release build and nowhere else.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run with support for debuggers such as delve")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/ecrx/ecrx",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
