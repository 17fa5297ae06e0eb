// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package bench measures what a user waits for: calls to AWS, the time of a plan above Terraform's own, the provider's
// start and size. Bounds are counts, and ratios taken in one run; a benchmark that misses one fails. `make bench` runs
// it, and no test does.
package bench
