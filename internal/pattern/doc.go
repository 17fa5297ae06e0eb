// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package pattern turns an intent about Amazon ECR into the documents that AWS needs for it: who may pull becomes a
// repository policy, how long to keep images becomes a lifecycle policy.
//
// Each file is one access pattern: typed input in, documents and problems out. The package is pure. It makes no call,
// reads no clock and knows nothing of Terraform, so that a plan, a data source and a test get the same bytes from the
// same input.
package pattern
