// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func TestSizeAndLimit(t *testing.T) {
	t.Parallel()
	d := policy.New(policy.Statement{Sid: "é f", Effect: policy.Deny, Actions: []string{"ecr:*"}})
	const text = len(`{"Version":"2012-10-17","Statement":[{"Sid":"e f","Effect":"Deny","Action":"ecr:*"}]}`)
	for kind, want := range map[policy.Kind]struct{ size, limit int }{
		policy.KindRepository: {text, 10240},
		policy.KindRegistry:   {text, 10240},
		policy.KindIdentity:   {text - 1, 10240},
		policy.KindTrust:      {text - 1, 2048},
		policy.KindEndpoint:   {text, 20480},
		"other":               {text, 0},
	} {
		if size, limit := policy.Size(d, kind), policy.Limit(kind); size != want.size || limit != want.limit {
			t.Errorf("%s: %d of %d, want %d of %d", kind, size, limit, want.size, want.limit)
		}
	}
}
