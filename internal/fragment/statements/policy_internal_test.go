// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func statement(sid, account string) policy.Statement {
	return policy.Statement{
		Sid: sid, Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"arn:aws:iam::" + account + ":root"}},
		Actions: []string{"ecr:BatchGetImage"},
	}
}

func text(statements ...policy.Statement) string { return policy.New(statements...).Canonical() }

const (
	a = "111111111111"
	b = "222222222222"
)

func TestEdit(t *testing.T) {
	t.Parallel()
	deny := policy.Statement{
		Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:DeleteRepository"},
	}
	for name, tc := range map[string]struct {
		change Change
		live   string
		want   string
	}{
		"first statement":            {Change{Desired: []policy.Statement{statement("A", a)}}, "", text(statement("A", a))},
		"beside foreign ones":        {Change{Desired: []policy.Statement{statement("A", a)}}, text(statement("F", b), deny), text(statement("A", a), statement("F", b), deny)},
		"other content":              {Change{Owned: []string{"A"}, Desired: []policy.Statement{statement("A", b)}}, text(statement("A", a), deny), text(statement("A", b), deny)},
		"other name":                 {Change{Owned: []string{"A"}, Desired: []policy.Statement{statement("B", a)}}, text(statement("A", a), statement("F", b)), text(statement("B", a), statement("F", b))},
		"one of two":                 {Change{Owned: []string{"A", "B"}, Desired: []policy.Statement{statement("A", a)}}, text(statement("A", a), statement("B", b)), text(statement("A", a))},
		"drifted twice":              {Change{Owned: []string{"A"}, Desired: []policy.Statement{statement("A", a)}}, text(statement("A", b), statement("A", a), deny), text(statement("A", a), deny)},
		"removed":                    {Change{Owned: []string{"A"}}, text(statement("A", a), statement("F", b)), text(statement("F", b))},
		"last one removed":           {Change{Owned: []string{"A"}}, text(statement("A", a)), ""},
		"removed, none there":        {Change{Owned: []string{"A"}}, "", ""},
		"removed, gone already":      {Change{Owned: []string{"A"}}, text(statement("F", b)), text(statement("F", b))},
		"foreign removed":            {Change{Desired: []policy.Statement{statement("A", a)}, OnUnmanaged: Remove}, text(statement("F", b), deny), text(statement("A", a))},
		"everything removed":         {Change{Owned: []string{"A"}, OnUnmanaged: Remove}, text(statement("A", a), deny), ""},
		"no Sid is owned by no name": {Change{Owned: []string{""}, Desired: []policy.Statement{statement("A", a)}}, text(deny), text(statement("A", a), deny)},
		"the document's Id stays": {
			Change{Desired: []policy.Statement{statement("A", a)}},
			policy.Document{Version: "2012-10-17", ID: "x", Statements: []policy.Statement{deny}}.Canonical(),
			policy.Document{Version: "2012-10-17", ID: "x", Statements: []policy.Statement{statement("A", a), deny}}.Canonical(),
		},
		"an older document keeps its meaning": {
			Change{Desired: []policy.Statement{statement("A", a)}},
			`{"Version":"2008-10-17","Statement":{"Sid":"F","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"${x}"}}}}`,
			`{"Version":"2012-10-17","Statement":[` + statement("A", a).Canonical() +
				`,{"Sid":"F","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"${$}{x}"}}}]}`,
		},
		"what an older document holds already is left as it is": {
			Change{Owned: []string{"A"}, Desired: []policy.Statement{statement("A", a)}},
			`{"Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":["ecr:batchgetimage"]}]}`,
			`{"Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":["ecr:batchgetimage"]}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tc.change.edit(tc.live, true)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			// What stands there after the write is ours.
			again, err := tc.change.edit(got, false)
			if err != nil || again != got {
				t.Errorf("the edit of its own result gives %s (%v)", again, err)
			}
		})
	}
}

func TestEditErrors(t *testing.T) {
	t.Parallel()
	taken := Change{Owned: []string{"Old"}, Desired: []policy.Statement{statement("A", a)}}
	for name, live := range map[string]string{
		"same content":  text(statement("A", a)),
		"other content": text(statement("Old", a), statement("A", b)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := taken.edit(live, true)
			var conflict *ConflictError
			if !errors.As(err, &conflict) || conflict.Sid != "A" || !strings.Contains(err.Error(), "import this resource") {
				t.Errorf("got error %v, want a conflict that says how to import", err)
			}
			if got, err := taken.edit(live, false); err != nil || got != text(statement("A", a)) {
				t.Errorf("after the first write: %s (%v)", got, err)
			}
			removing := taken
			removing.OnUnmanaged = Remove
			if _, err := removing.edit(live, true); !errors.As(err, &conflict) {
				t.Errorf("remove takes over a statement: %v", err)
			}
		})
	}
	if _, err := taken.edit(`{"Statement":`, true); err == nil || !strings.Contains(err.Error(), "can't be read, so it isn't changed") {
		t.Errorf("a broken policy: %v", err)
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	unnamed := statement("", b)
	own, foreign, err := Split(text(statement("A", a), statement("B", a), unnamed), []string{"A", "", "Gone"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]policy.Statement{statement("A", a)}, own); diff != "" {
		t.Errorf("own:\n%s", diff)
	}
	if diff := cmp.Diff(text(statement("B", a), unnamed), text(foreign...)); diff != "" {
		t.Errorf("foreign:\n%s", diff)
	}
	if own, foreign, err := Split("", []string{"A"}); err != nil || len(own)+len(foreign) > 0 {
		t.Errorf("no policy gives %v and %v (%v)", own, foreign, err)
	}
	if _, _, err := Split("no", nil); err == nil {
		t.Error("a broken policy was split")
	}
}

// Statements in unmanaged_statements of the state read back as they were.
func TestUnmanagedValueReadsBack(t *testing.T) {
	t.Parallel()
	want := []policy.Statement{
		statement("", b),
		{
			Sid: "With space & ${aws:username}", Effect: policy.Deny, NotPrincipal: policy.Principal{AWS: []string{"arn:aws:iam::" + a + ":root"}},
			NotActions: []string{"ecr:ListImages"}, Conditions: []policy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
		},
	}
	if diff := cmp.Diff(want, Foreign(UnmanagedValue(want))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := Foreign(UnknownUnmanaged()); len(got) > 0 {
		t.Errorf("an unknown list holds %v", got)
	}
	if got := UnmanagedValue(nil); got.IsNull() || len(got.Elements()) > 0 {
		t.Errorf("no foreign statements are %s, want an empty list", got)
	}
}
