// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Terraform-provider-ecrx serves the ecrx provider to Terraform and OpenTofu.
package main

import (
	"flag"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

// version is set by the release build and nowhere else.
var version = "dev"

func main() {
	quietFramework()
	collectSeldom()
	debugger := flag.Bool("debug", false, "run with support for debuggers such as delve")
	flag.Parse()

	var options []tf6server.ServeOpt
	if *debugger {
		options = append(options, tf6server.WithManagedDebug())
	}
	if err := tf6server.Serve("registry.terraform.io/ecrx/ecrx", provider.Server(provider.New(version)), options...); err != nil {
		log.Fatal(err)
	}
}

// quietFramework switches off the framework's own log lines unless Terraform was asked for logs. It writes hundreds of
// them for each resource, whether or not anybody reads them: a fifth of the provider's work in a plan.
// https://developer.hashicorp.com/terraform/plugin/log/managing
func quietFramework() {
	for _, variable := range []string{"TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK"} {
		if os.Getenv(variable) != "" {
			return
		}
	}
	for _, variable := range []string{"TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK"} {
		if err := os.Setenv(variable, "off"); err != nil {
			log.Print(err)
		}
	}
}

// collectSeldom lets the heap grow to four times what is live before it is collected. A plan is a burst of short-lived
// values on a heap of few megabytes, and the collector took a fifth of it. GOGC, when set, is left as it is.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}
