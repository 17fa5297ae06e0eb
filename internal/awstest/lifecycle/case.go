// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// Case is a resource whose life Faults and Interrupts go through.
type Case struct {
	// Type is the resource's type.
	Type string
	// Object is how errors must call the object, such as a repository's name.
	Object string
	// Provider gives a new provider. A provider that waits or retries is given a clock that doesn't, here, and few
	// retries, in ProviderConfig.
	Provider func() tfprotov6.ProviderServer
	// ProviderConfig is the configuration of a provider that talks to a; nil: ProviderConfig(a, nil).
	ProviderConfig func(a *awstest.AWS) map[string]any
	// Configs are the configurations of the life: the first is created, the others are updates (or replacements).
	Configs func(a *awstest.AWS) []map[string]any
	// Options are for the AWS of each run.
	Options []awstest.Option
	// Looks is how many calls of each action in a phase get a fault or an interrupt, the first ones; 0 is 1. A resource that
	// makes calls for two objects in a phase says 2. With the environment variable ECRX_EVERY_CALL (make every-call), all do.
	Looks int
	// WritesOnly puts faults at the calls that change something alone, where another Case of the resource has the reads. With
	// ECRX_EVERY_CALL, all calls get them.
	WritesOnly bool

	// Arrange makes what must be there before; AfterCreate adds what others do later, such as a foreign statement.
	Arrange, AfterCreate func(t testing.TB, a *awstest.AWS)
	// Check is called whenever the plan is empty: is the foreign statement still there?
	Check func(t testing.TB, a *awstest.AWS)
	// Gone is called whenever no object is in state any more: is nothing left?
	Gone func(t testing.TB, a *awstest.AWS)
	// Sweep removes what Arrange and AfterCreate made, since runs share accounts; nil: all repositories.
	Sweep func(t testing.TB, a *awstest.AWS)
}

// ProviderConfig gives the configuration of an ecrx provider that talks to a. extra is laid over it.
func ProviderConfig(a *awstest.AWS, extra map[string]any) map[string]any {
	endpoints := map[string]any{}
	for _, service := range []string{"ec2", "ecr", "iam", "organizations", "sts"} {
		endpoints[service] = a.Endpoint()
	}
	config := map[string]any{
		"region":     a.Region,
		"access_key": a.AccessKey,
		"secret_key": a.SecretKey,
		"endpoints":  []any{endpoints},
	}
	for name, value := range extra {
		config[name] = value
	}
	return config
}
