// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/moto"
)

// EnvBinary names the environment variable that holds the path of the terraform or tofu to use; without it, PATH is searched.
const EnvBinary = "ECRX_TERRAFORM"

// Plugin is a provider's executable.
type Plugin struct {
	// Source is the provider's address, such as "ecrx/ecrx".
	Source string
	// Dir holds the executable terraform-provider-NAME.
	Dir string
}

// BuildPlugin builds the ecrx provider. Build it once in a test and share it with the subtests.
func BuildPlugin(t testing.TB) Plugin {
	t.Helper()
	root, err := moto.Root()
	if err != nil {
		t.Fatal(err)
	}
	p := Plugin{Source: "ecrx/ecrx", Dir: t.TempDir()}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(p.Dir, "terraform-provider-ecrx"), ".")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the provider: %s\n%s", err, out)
	}
	return p
}

// CLI is the real terraform or tofu in a directory of its own, with the plugin as development override: no init, no
// registry, no network, no AWS variable. Its methods give an error that holds what the command printed.
type CLI struct {
	// Dir holds the configuration (main.tf, which Configure writes) and the state.
	Dir string

	binary string
}

// NewCLI makes a directory for the plugin with a configuration: a provider block, such as AWS.ProviderBlock gives, and
// resources.
func NewCLI(t testing.TB, p Plugin, config string) *CLI {
	t.Helper()
	c := &CLI{Dir: t.TempDir(), binary: os.Getenv(EnvBinary)}
	if c.binary == "" {
		for _, name := range []string{"terraform", "tofu"} {
			if found, err := exec.LookPath(name); err == nil {
				c.binary = found
				break
			}
		}
	}
	if c.binary == "" {
		t.Fatalf("neither terraform nor tofu is in PATH: install one, or set %s to its path", EnvBinary)
	}
	c.write(t, "cli.tfrc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", p.Source, p.Dir))
	c.write(t, "versions.tf", fmt.Sprintf("terraform {\n  required_providers {\n    %s = {\n      source = %q\n    }\n  }\n}\n", path.Base(p.Source), p.Source))
	c.Configure(t, config)
	return c
}

// Configure replaces main.tf.
func (c *CLI) Configure(t testing.TB, config string) {
	t.Helper()
	c.write(t, "main.tf", config)
}

func (c *CLI) write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Command gives a command of the binary that isn't started yet.
func (c *CLI) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.binary, args...)
	cmd.Dir = c.Dir
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "TF_") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0",
		"TF_CLI_CONFIG_FILE="+filepath.Join(c.Dir, "cli.tfrc"))
	return cmd
}

// Apply runs apply -auto-approve.
func (c *CLI) Apply(ctx context.Context, args ...string) error {
	_, err := c.run(ctx, append([]string{"apply", "-auto-approve", "-no-color"}, args...)...)
	return err
}

// Destroy runs destroy -auto-approve.
func (c *CLI) Destroy(ctx context.Context, args ...string) error {
	return c.Apply(ctx, append([]string{"-destroy"}, args...)...)
}

// Plan runs plan and says whether it would change anything, and what it printed.
func (c *CLI) Plan(ctx context.Context, args ...string) (changes bool, text string, err error) {
	out, err := c.run(ctx, append([]string{"plan", "-detailed-exitcode", "-no-color"}, args...)...)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 2 {
		return true, string(out), nil
	}
	return false, string(out), err
}

// PlanJSON gives a plan in the form of show -json.
func (c *CLI) PlanJSON(ctx context.Context, args ...string) ([]byte, error) {
	if _, err := c.run(ctx, append([]string{"plan", "-out=plan.out", "-no-color"}, args...)...); err != nil {
		return nil, err
	}
	return c.run(ctx, "show", "-json", "plan.out")
}

// Show gives the state in the form of show -json.
func (c *CLI) Show(ctx context.Context) ([]byte, error) { return c.run(ctx, "show", "-json") }

// Import runs import.
func (c *CLI) Import(ctx context.Context, address, id string) error {
	_, err := c.run(ctx, "import", "-no-color", address, id)
	return err
}

func (c *CLI) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := c.Command(ctx, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(c.binary), strings.Join(args, " "), err, out, &stderr)
	}
	return out, nil
}
