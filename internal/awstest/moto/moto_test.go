// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package moto_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/moto"
)

func TestFind(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	root := t.TempDir()
	if _, err := moto.Find(root); !errors.Is(err, moto.ErrNotInstalled) || !strings.Contains(err.Error(), "pip install") {
		t.Errorf("without moto: %v, want ErrNotInstalled with how to install", err)
	}
	path := executable(t, filepath.Join(root, ".venv", "bin"), "")
	if got, err := moto.Find(root); err != nil || got != path {
		t.Errorf("in .venv: %s, %v, want %s", got, err, path)
	}
	first := executable(t, os.Getenv("PATH"), "")
	if got, err := moto.Find(root); err != nil || got != first {
		t.Errorf("in PATH: %s, %v, want %s", got, err, first)
	}
}

func TestStartSaysWhatMotoSaid(t *testing.T) {
	t.Parallel()
	path := executable(t, t.TempDir(), "echo no module named moto >&2; exit 1")
	if _, err := moto.Start(path); err == nil || !strings.Contains(err.Error(), "no module named moto") {
		t.Errorf("starting a broken moto gives %v", err)
	}
}

func TestStopEndsMoto(t *testing.T) {
	t.Parallel()
	root, err := moto.Root()
	if err != nil {
		t.Fatal(err)
	}
	path, err := moto.Find(root)
	if err != nil {
		t.Fatal(err)
	}
	server, err := moto.Start(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	if moto.Ping(server.URL) == nil {
		t.Error("moto answers after Stop")
	}
}

func executable(t *testing.T, dir, script string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "moto_server")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}
