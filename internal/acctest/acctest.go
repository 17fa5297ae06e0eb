// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package acctest is what the tests of resources, data sources and functions share: the provider for a test case, checks of
// plans and errors, and looks at the policy of a live repository. Only tests import it.
package acctest

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
	"github.com/ecrx/terraform-provider-ecrx/internal/provider"
)

// Server gives a provider that doesn't wait, and whose diagnostics tell the exact attribute.
func Server() tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(quick()())()
}

func quick() func() frameworkprovider.Provider {
	return provider.NewWithTiming("test", awsapi.Timing{BatchWindow: time.Millisecond, SecondLook: time.Millisecond, MaxBackoff: time.Millisecond, SteadyReads: 1})
}

// PlacedServer gives the same as main serves it: its diagnostics are placed where Terraform shows a line.
func PlacedServer() tfprotov6.ProviderServer { return provider.Server(quick())() }

// EnvClient names the environment variable that has every Test play on the client, in a run that may be long.
const EnvClient = "ECRX_CLIENT_TESTS"

// Test plays the steps: in process, which takes a hundredth of the time, or on the client if the test's name starts with TestClient.
// Those are the sample of what a client may do otherwise than this package, or than another client.
func Test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	TestOn(t, PlacedServer, steps...)
}

// TestOn is Test with another provider, such as one that waits by another clock.
func TestOn(t *testing.T, server func() tfprotov6.ProviderServer, steps ...resource.TestStep) {
	t.Helper()
	if os.Getenv(EnvClient) == "" && !strings.HasPrefix(t.Name(), "TestClient") {
		play(t, server, steps)
		return
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"ecrx": func() (tfprotov6.ProviderServer, error) { return server(), nil },
		},
		Steps: steps,
	})
}

// Core gives a Terraform core in process for a resource of that type, which is quicker than the real client and tells an
// error's attribute. extra is laid over the provider's configuration.
func Core(a *awstest.AWS, resourceType string, extra map[string]any) *lifecycle.Terraform {
	return &lifecycle.Terraform{Provider: Server, ProviderConfig: lifecycle.ProviderConfig(a, extra), Type: resourceType}
}

// ExpectError expects that the provider reported, to Core, an error that contains a text.
func ExpectError(t testing.TB, err error, want string) {
	t.Helper()
	var reported *lifecycle.DiagnosticsError
	if !errors.As(err, &reported) || !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v, want one that contains %q", err, want)
	}
}

// Message matches a text in what the real client says, which breaks its messages into lines and draws a frame around them.
func Message(text string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(text), " ", `[\s│]+`))
}
