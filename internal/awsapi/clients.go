// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import "context"

// Clients makes the calls to AWS for one provider instance. It is safe for concurrent use.
type Clients struct {
	config Config
}

// New gives the clients of one provider instance. It makes no call and reads no file.
func New(cfg Config) *Clients { return &Clients{config: cfg} }

// Region is the provider's default Region as the SDK resolves it: the argument, else AWS_REGION or AWS_DEFAULT_REGION, else the
// profile's in the shared configuration files. It is "" when there is none. It needs no credentials and no network.
func (c *Clients) Region() string { return c.config.Region }

// Calls gives how often each AWS action was called so far, retries not counted, by "service:Action".
func (c *Clients) Calls() map[string]int { return nil }

// Identity is the answer of sts:GetCallerIdentity.
type Identity struct {
	AccountID, Partition, ARN, UserID string
}

// Identity tells who calls. STS is asked once per instance; a failure is not remembered.
func (c *Clients) Identity(ctx context.Context) (Identity, error) {
	return Identity{}, errNotBuilt
}
