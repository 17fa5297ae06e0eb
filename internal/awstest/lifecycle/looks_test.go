// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestLooks(t *testing.T) {
	t.Parallel()
	read, list, tags := awstest.Call{Service: "iam", Action: "GetRole"}, awstest.Call{Service: "iam", Action: "ListTags"}, awstest.Call{Service: "ecr", Action: "ListTags"}
	calls := []awstest.Call{read, list, read, tags, read, list}
	for limit, want := range map[int][]int{0: {1, 2, 3, 4, 5, 6}, 1: {1, 2, 4}, 2: {1, 2, 3, 4, 6}} {
		if diff := cmp.Diff(want, looks(calls, limit)); diff != "" {
			t.Errorf("at most %d (-want +got):\n%s", limit, diff)
		}
	}
}
