// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package bench_test

import (
	"os"
	"runtime"
	"syscall"
)

// peakMemory gives, in bytes, the peak of the largest process among an ended one and those that it waited for, of which
// the provider is one.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}
