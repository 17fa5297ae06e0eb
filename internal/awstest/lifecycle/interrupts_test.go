// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

const serveVariable = "ECRX_TINY_SERVE"

// TestMain makes the test binary the plugin, too, when terraform starts it.
func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) != "" {
		if err := tf6server.Serve("registry.terraform.io/ecrx/tiny", newTiny(os.Getenv(bugVariable))); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func TestInterrupts(t *testing.T) {
	t.Parallel()
	lifecycle.Interrupts(t, tinyPlugin(t), tinyCase(""), tinyHCL)
}

func TestInterruptsFindsBugs(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^TestInterrupts$/^(without|create)$/call3")
	cmd.Env = append(os.Environ(), bugVariable+"="+forgetsObject)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if want := "RepositoryAlreadyExistsException"; !errors.As(err, &exit) || !strings.Contains(string(out), want) {
		t.Errorf("the harness ends with %v and doesn't say %q:\n%s", err, want, out)
	}
}

func TestCLI(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createRepository(t, a)
	cli := lifecycle.NewCLI(t, tinyPlugin(t), tinyHCL(a)[0])
	if err := cli.Import(t.Context(), "tiny_share.a", "team/app"); err != nil {
		t.Fatal(err)
	}
	plan, err := cli.PlanJSON(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var planned struct {
		Changes []struct{ Change struct{ Actions []string } } `json:"resource_changes"`
	}
	if err := json.Unmarshal(plan, &planned); err != nil {
		t.Fatal(err)
	}
	if len(planned.Changes) != 1 || strings.Join(planned.Changes[0].Change.Actions, ",") != "update" {
		t.Errorf("the plan after import is %+v, want one update", planned)
	}
	if err := cli.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	if changes, text, err := cli.Plan(t.Context()); err != nil || changes {
		t.Errorf("the plan after apply: %v, %s", err, text)
	}
	if state, err := cli.Show(t.Context()); err != nil || !strings.Contains(string(state), `"account":"222222222222"`) {
		t.Errorf("the state is %s, %v", state, err)
	}
	if err := cli.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	tinyCase("").Gone(t, a)
}

// tinyPlugin gives this test binary as plugin.
func tinyPlugin(t *testing.T) lifecycle.Plugin {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := lifecycle.Plugin{Source: "ecrx/tiny", Dir: t.TempDir()}
	script := fmt.Sprintf("#!/bin/sh\n%s=1 exec %q\n", serveVariable, self)
	if err := os.WriteFile(filepath.Join(p.Dir, "terraform-provider-tiny"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return p
}

func tinyHCL(a *awstest.AWS) []string {
	const config = `provider "tiny" {
  endpoint   = %q
  access_key = %q
  secret_key = %q
}

resource "tiny_share" "a" {
  name    = "team/app"
  account = %q
}
`
	var configs []string
	for _, account := range []string{"222222222222", "333333333333"} {
		configs = append(configs, fmt.Sprintf(config, a.Endpoint(), a.AccessKey, a.SecretKey, account))
	}
	return configs
}
