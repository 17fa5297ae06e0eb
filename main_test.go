// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const (
	// What a client sets for a provider that it starts, and what it takes in answer.
	cookieName, cookie = "TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
	versionsName       = "PLUGIN_PROTOCOL_VERSIONS"
)

// TestMain makes the test binary be the provider when a client starts it, so that the tests below run main itself.
func TestMain(m *testing.M) {
	if os.Getenv(cookieName) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// itself is the path of the test binary.
func itself(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestProtocol(t *testing.T) {
	t.Parallel()
	provider := exec.CommandContext(t.Context(), itself(t))
	provider.Env = append(os.Environ(), cookieName+"="+cookie, versionsName+"=5,6")
	output, err := provider.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := provider.Start(); err != nil {
		t.Fatal(err)
	}
	handshake, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := provider.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = provider.Wait() // it was killed
	// https://github.com/hashicorp/go-plugin/blob/main/docs/internals.md: core version | version of the protocol | …
	fields := strings.Split(handshake, "|")
	if len(fields) < 5 || fields[1] != "6" || !strings.HasPrefix(fields[4], "grpc") {
		t.Errorf("handshake %q, want protocol 6 over gRPC", handshake)
	}

	text, err := os.ReadFile("terraform-registry-manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil || strings.Join(manifest.Metadata.ProtocolVersions, " ") != "6.0" {
		t.Errorf("the registry's manifest has %v, %v", manifest, err)
	}
}

// TestQuickstart goes the way of `make quickstart`, and sees that README shows the plan as it is.
func TestQuickstart(t *testing.T) {
	t.Parallel()
	aws := awstest.New(t)
	dir := t.TempDir()
	for _, from := range []string{"main.tf", "outputs.tf", "versions.tf"} {
		text, err := os.ReadFile(filepath.Join("examples", "quickstart", from))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, from), string(text))
	}
	if err := os.Symlink(itself(t), filepath.Join(dir, "terraform-provider-ecrx")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "dev.tfrc"), fmt.Sprintf(`provider_installation {
  dev_overrides {
    "ecrx/ecrx" = %q
  }
  direct {}
}
`, dir))
	client := func(arguments ...string) string {
		t.Helper()
		command := exec.CommandContext(t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), arguments...)
		command.Dir = dir
		command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
			"TF_CLI_CONFIG_FILE="+filepath.Join(dir, "dev.tfrc"),
			"AWS_ENDPOINT_URL="+aws.Endpoint(), "AWS_REGION=eu-west-1",
			"AWS_ACCESS_KEY_ID="+aws.AccessKey, "AWS_SECRET_ACCESS_KEY="+aws.SecretKey)
		var problems strings.Builder
		command.Stderr = &problems
		output, err := command.Output()
		if err != nil {
			t.Fatalf("%s: %s\n%s%s", arguments, err, output, &problems)
		}
		return strings.ReplaceAll(string(output), aws.AccountID, "111111111111")
	}

	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, found := strings.Cut(string(readme), "```text\n")
	if !found {
		t.Fatal("README shows no plan: put parts of it into a block of text")
	}
	shown, _, _ = strings.Cut(shown, "```\n")
	plan := client("plan", "-no-color", "-out=tfplan")
	rest := plan
	for part := range strings.SplitSeq(shown, "…\n") {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("README shows\n%s\nwhich is not, or not there, in the plan\n%s", part, plan)
		}
		rest = after
	}
	client("apply", "-no-color", "tfplan")
	want := `"DevelopmentOU: the accounts of ou-ab12-11111111 and of every unit below it; their own identity policies decide who of them"`
	if got := client("output", "-no-color", "who_may_pull"); !strings.Contains(got, want) {
		t.Errorf("who_may_pull is %s, want %s", got, want)
	}
	if got, want := client("output", "-raw", "repository_url"), "111111111111.dkr.ecr.eu-west-1.amazonaws.com/quickstart/app"; got != want {
		t.Errorf("repository_url is %s, want %s", got, want)
	}
	client("destroy", "-no-color", "-auto-approve")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
