// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// named gives statements with these Sids, for the action.
func named(action string, sids ...string) []policy.Statement {
	var all []policy.Statement
	for _, sid := range sids {
		all = append(all, policy.Statement{Sid: sid, Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"arn:aws:iam::222222222222:root"}}, Actions: []string{action}})
	}
	return all
}

// TestSuperseded puts what is planned in the place of what is live, and keeps the rest. Statements without a Sid are nobody's.
func TestSuperseded(t *testing.T) {
	t.Parallel()
	live := func(sids ...string) []policy.Statement { return named("ecr:BatchGetImage", sids...) }
	planned := func(sids ...string) []policy.Statement { return named("ecr:PutImage", sids...) }
	for name, tc := range map[string]struct{ foreign, announced, want []policy.Statement }{
		"nothing":       {nil, nil, nil},
		"live alone":    {live("A", ""), nil, live("A", "")},
		"planned alone": {nil, planned("A"), planned("A")},
		"both":          {live("A", "B", ""), planned("C", "B"), slices.Concat(live("A", ""), planned("C", "B"))},
		"without a Sid": {live("", ""), planned(""), slices.Concat(live("", ""), planned(""))},
	} {
		before := slices.Clone(tc.foreign)
		if diff := cmp.Diff(tc.want, statements.Superseded(tc.foreign, tc.announced)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(before, tc.foreign); diff != "" {
			t.Errorf("%s changed what it was given: %s", name, diff)
		}
	}
}

func TestFromState(t *testing.T) {
	t.Parallel()
	want := named("ecr:PutImage", "A")
	for name, tc := range map[string]struct {
		text types.String
		want []policy.Statement
	}{
		"a statement":      {types.StringValue(want[0].Canonical()), want},
		"in others' words": {types.StringValue(`{ "Action": ["ecr:PutImage"], "Principal": {"AWS": "222222222222"}, "Effect": "Allow", "Sid": "A" }`), want},
		"two":              {types.StringValue(`[` + want[0].Canonical() + `,` + want[0].Canonical() + `]`), append(named("ecr:PutImage", "A"), want...)},
		"none":             {types.StringNull(), nil},
		"not known":        {types.StringUnknown(), nil},
		"empty":            {types.StringValue(""), nil},
		"no statement":     {types.StringValue(`"DenyOthers"`), nil},
	} {
		if diff := cmp.Diff(tc.want, statements.FromState(tc.text)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
