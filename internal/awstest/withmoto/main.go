// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Command withmoto runs a command beside an emulated AWS:
//
//	go run ./internal/awstest/withmoto [-print] COMMAND [ARGUMENT…]
//
// It finds moto_server in PATH or .venv, installs it into .venv when it is in neither, starts one, sets ECRX_MOTO to its URL
// for the command, stops it when the command ends, and exits as the command did. With ECRX_MOTO set already it uses that
// moto.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/moto"
)

func main() {
	printURL := flag.Bool("print", false, "write moto's URL to standard error first")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: withmoto [-print] COMMAND [ARGUMENT…]")
		os.Exit(2)
	}
	code, err := run(*printURL, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "withmoto:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// run gives the command's exit code.
func run(printURL bool, args []string) (int, error) {
	url := os.Getenv(moto.EnvURL)
	if url == "" {
		server, err := start(context.Background())
		if err != nil {
			return 0, err
		}
		// The command's result stands; a moto that was left over would end with this process anyway.
		defer func() { _ = server.Stop() }()
		url = server.URL
	}
	if printURL {
		fmt.Fprintf(os.Stderr, "%s=%s\n", moto.EnvURL, url)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), moto.EnvURL+"="+url)
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	go passOn(signals, cmd.Process)
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	if code := cmd.ProcessState.ExitCode(); code >= 0 {
		return code, nil
	}
	// A signal ended it; shells say 128 and its number, Go doesn't tell the number on every system.
	return 128, nil
}

// passOn hands SIGTERM to the command. An interrupt came from the terminal to the command as well: a second one would make
// terraform give up at once instead of cleaning up.
func passOn(signals <-chan os.Signal, to *os.Process) {
	for s := range signals {
		if s != os.Interrupt {
			_ = to.Signal(s)
		}
	}
}

func start(ctx context.Context) (*moto.Server, error) {
	root, err := moto.Root()
	if err != nil {
		return nil, err
	}
	path, err := moto.Find(root)
	if errors.Is(err, moto.ErrNotInstalled) {
		fmt.Fprintln(os.Stderr, "withmoto: moto_server isn't there: installing it into .venv")
		if err := moto.Install(ctx, root, os.Stderr); err != nil {
			return nil, err
		}
		path, err = moto.Find(root)
	}
	if err != nil {
		return nil, err
	}
	return moto.Start(path)
}
