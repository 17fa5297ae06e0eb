// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"encoding/json"
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

// TestClientQuickstart goes the way of `make quickstart`, and sees that README shows the plan as it is.
func TestClientQuickstart(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("examples/quickstart/*.tf")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorkspace(t, awstest.New(t), files...)
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, found := strings.Cut(string(readme), "```text\n")
	if !found {
		t.Fatal("README shows no plan: put parts of it into a block of text")
	}
	shown, _, _ = strings.Cut(shown, "```\n")
	plan := w.run("plan", "-out=tfplan")
	rest := plan
	for part := range strings.SplitSeq(shown, "…\n") {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("README shows\n%s\nwhich is not, or not there, in the plan\n%s", part, plan)
		}
		rest = after
	}
	w.run("apply", "tfplan")
	want := `"DevelopmentOU gives pull access to principals of the accounts in o-a1b2c3d4e5/*/ou-ab12-11111111/*",`
	if got := w.run("output", "who_may_pull"); !strings.Contains(got, want) {
		t.Errorf("who_may_pull is %s, want %s", got, want)
	}
	if got, want := w.run("output", "-raw", "repository_url"), "111111111111.dkr.ecr.eu-west-1.amazonaws.com/quickstart/app"; got != want {
		t.Errorf("repository_url is %s, want %s", got, want)
	}
	w.run("destroy", "-auto-approve")
}
