// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package moto finds, installs, starts and stops moto_server, the emulator of AWS that the tests run against
// (https://docs.getmoto.org/en/latest/docs/server_mode.html). Package awstest stands in front of it.
package moto

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"
)

// EnvURL names the environment variable that holds the URL of a moto that runs already.
const EnvURL = "ECRX_MOTO"

// ErrNotInstalled is given by Find; its text says how to install moto.
var ErrNotInstalled = errors.New("moto_server is neither in PATH nor in .venv/bin of the module: " +
	"run `go run ./internal/awstest/withmoto true` in the module's root, which installs it into .venv, " +
	"or `python3 -m venv .venv && .venv/bin/pip install -r internal/awstest/requirements.txt`")

// watchdog starts moto and ends it when standard input closes, as it does when the process that holds the other end
// ends in any way, a panic or SIGKILL included. The interrupt of a terminal goes to every process of its group:
// moto ignores it, so that tests can still clean up.
const watchdog = `trap '' INT; "$@" & moto=$!; exec 2>&-; cat >/dev/null; kill $moto; wait $moto`

const startTimeout = 60 * time.Second

var listening = regexp.MustCompile(`Running on (http://127\.0\.0\.1:\d+)`)

// Server is a running moto.
type Server struct {
	// URL is where it answers.
	URL string

	process *exec.Cmd
	stdin   io.Closer
}

// Root gives the directory of the go.mod above the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the module's root: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("finding the module's root: no go.mod above the working directory")
		}
		dir = parent
	}
}

// Find gives the path of moto_server: the one in PATH, else the one in root's .venv, else ErrNotInstalled.
func Find(root string) (string, error) {
	if path, err := exec.LookPath("moto_server"); err == nil {
		return path, nil
	}
	path := filepath.Join(root, ".venv", "bin", "moto_server")
	if _, err := os.Stat(path); err != nil {
		return "", ErrNotInstalled
	}
	return path, nil
}

// Install puts the moto that requirements.txt pins into root's .venv. What pip says goes to out.
func Install(ctx context.Context, root string, out io.Writer) error {
	for _, args := range [][]string{
		{"python3", "-m", "venv", ".venv"},
		{filepath.Join(".venv", "bin", "pip"), "install", "-r", filepath.Join("internal", "awstest", "requirements.txt")},
	} {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = root, out, out
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("installing moto (%s): %w", args[0], err)
		}
	}
	return nil
}

// Start runs the moto_server at path on a port of its own choice and returns when it answers.
func Start(path string) (*Server, error) {
	cmd := exec.Command("sh", "-c", watchdog, "moto", path, "-H", "127.0.0.1", "-p", "0")
	// AttachRolePolicy knows AWS's own policies only when told to.
	cmd.Env = append(os.Environ(), "MOTO_IAM_LOAD_MANAGED_POLICIES=true", "PYTHONUNBUFFERED=1")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting moto: %w", err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, fmt.Errorf("starting moto: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting moto: %w", err)
	}
	server := &Server{process: cmd, stdin: stdin}
	url, err := address(stderr)
	if err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	server.URL = url
	if err := Ping(url); err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return server, nil
}

// Stop ends the server.
func (s *Server) Stop() error {
	if err := s.stdin.Close(); err != nil {
		return fmt.Errorf("stopping moto: %w", err)
	}
	// The exit code is that of a killed process: it says nothing.
	_ = s.process.Wait()
	return nil
}

// Ping says whether a moto answers at url.
func Ping(url string) error {
	client := http.Client{Timeout: startTimeout}
	response, err := client.Get(url + "/moto-api/")
	if err != nil {
		return fmt.Errorf("moto doesn't answer at %s: %w", url, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("moto answers at %s with status %d", url, response.StatusCode)
	}
	return nil
}

// address reads moto's log up to the line that names its address, and keeps reading after it: a full pipe would
// stop moto.
func address(log io.Reader) (string, error) {
	found := make(chan string, 1)
	said := make(chan string, 1)
	go func() {
		var text []byte
		lines := bufio.NewScanner(log)
		for lines.Scan() {
			if len(text) < 4096 {
				text = append(append(text, lines.Bytes()...), '\n')
			}
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
				break
			}
		}
		said <- string(text)
		_, _ = io.Copy(io.Discard, log)
	}()
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	select {
	case url := <-found:
		return url, nil
	case <-timeout.C:
		return "", fmt.Errorf("moto didn't say its address in %s", startTimeout)
	case text := <-said:
		// Both channels are ready when the address was found.
		select {
		case url := <-found:
			return url, nil
		default:
			return "", fmt.Errorf("moto ended at once and said: %s", text)
		}
	}
}
