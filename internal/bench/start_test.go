// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package bench_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/moto"
)

const (
	maxHandshake = 20 * time.Millisecond
	maxSize      = 40_000_000
	starts       = 21
)

// BenchmarkStart builds the provider as a release is built, and measures its size and the median time from its start to
// the line by which Terraform knows that it serves.
func BenchmarkStart(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "terraform-provider-ecrx")
	build(b, binary, "-trimpath", "-ldflags", "-s -w", ".")
	info, err := os.Stat(binary)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var took []time.Duration
		for range starts {
			took = append(took, handshake(b, binary))
		}
		slices.Sort(took)
		median := took[len(took)/2]
		b.Logf("size %.1f MB, handshake %s (median of %d)", float64(info.Size())/1e6, median, starts)
		b.ReportMetric(float64(info.Size())/1e6, "MB")
		b.ReportMetric(float64(median.Microseconds())/1000, "handshake-ms")
		if median > maxHandshake {
			b.Errorf("the provider takes %s to start; the bound is %s", median, maxHandshake)
		}
	}
	if info.Size() > maxSize {
		b.Errorf("the provider has %d bytes; the bound is %d", info.Size(), maxSize)
	}
}

// build builds a command of this module into a file, as `go build` does with these arguments.
func build(b *testing.B, binary string, arguments ...string) {
	b.Helper()
	root, err := moto.Root()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), "go", append([]string{"build", "-o", binary}, arguments...)...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("building %s: %s\n%s", binary, err, out)
	}
}

// handshake starts the provider as Terraform does (https://github.com/hashicorp/go-plugin) and waits for its line.
func handshake(b *testing.B, binary string) time.Duration {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), binary)
	cmd.Env = append(os.Environ(), "PLUGIN_PROTOCOL_VERSIONS=6",
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	started := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	took := time.Since(started)
	if err != nil || !strings.Contains(line, "|tcp|") && !strings.Contains(line, "|unix|") {
		b.Fatalf("no handshake: %q, %v", line, err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return took
}
