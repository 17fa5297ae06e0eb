// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package awsapi is the only package of the provider that talks to AWS. It gives narrow methods in ECR's and Organizations'
// own terms, and keeps to itself how AWS wants to be asked: authentication, clients per Region, batched reads, retries,
// waiting for propagation, not-found, and the care that a shared repository policy needs. It knows no access pattern and no
// Terraform type.
//
// Nothing happens before it is needed: [New] makes no call and reads no file; the credentials are resolved and the account
// is checked at the first call.
package awsapi
