// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// TestLooks expects each chosen call's number in the phase, and its number among the calls of its action.
func TestLooks(t *testing.T) { //nolint:paralleltest // it sets the environment
	read, list, tags := awstest.Call{Service: "iam", Action: "GetRole"}, awstest.Call{Service: "iam", Action: "ListTags"}, awstest.Call{Service: "ecr", Action: "ListTags"}
	calls := []awstest.Call{read, list, read, tags, read, list}
	first := [][2]int{{1, 1}, {2, 1}, {4, 1}}
	for _, test := range []struct {
		every string
		looks int
		want  [][2]int
	}{
		{"", 0, first},
		{"", 1, first},
		{"", 2, [][2]int{{1, 1}, {2, 1}, {3, 2}, {4, 1}, {6, 2}}},
		{"1", 1, [][2]int{{1, 1}, {2, 1}, {3, 2}, {4, 1}, {5, 3}, {6, 2}}},
	} {
		t.Setenv(everyCall, test.every)
		var got [][2]int
		for _, l := range (Case{Looks: test.looks}).looks(calls) {
			got = append(got, [2]int{l.number, l.nth})
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("Looks %d, %s=%q (-want +got):\n%s", test.looks, everyCall, test.every, diff)
		}
	}
}

// TestWritesOnly leaves out the reads, unless every call is asked for.
func TestWritesOnly(t *testing.T) { //nolint:paralleltest // it sets the environment
	read, write := awstest.Call{Service: "iam", Action: "GetRole"}, awstest.Call{Service: "iam", Action: "CreateRole"}
	for every, want := range map[string][][2]int{"": {{2, 1}}, "1": {{1, 1}, {2, 1}, {3, 2}, {4, 2}}} {
		t.Setenv(everyCall, every)
		var got [][2]int
		for _, l := range (Case{WritesOnly: true}).looks([]awstest.Call{read, write, read, write}) {
			got = append(got, [2]int{l.number, l.nth})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s=%q (-want +got):\n%s", everyCall, every, diff)
		}
	}
}

// TestFaultsOf takes all kinds for a write, and for a read those that no retry mends, unless every call is asked for.
func TestFaultsOf(t *testing.T) { //nolint:paralleltest // it sets the environment
	read, write := awstest.Call{Service: "iam", Action: "GetRole"}, awstest.Call{Service: "iam", Action: "CreateRole"}
	const all = "AccessDenied AccessDenied-stays Throttling ServerError ServerError-stays DropBefore"
	for _, test := range []struct {
		every string
		call  awstest.Call
		want  string
	}{
		{"", read, "AccessDenied-stays ServerError-stays DropAfter-stays"},
		{"1", read, all + " DropAfter-stays"},
		{"", write, all + " DropAfter DropAfter-stays"},
		{"1", write, all + " DropAfter DropAfter-stays"},
	} {
		t.Setenv(everyCall, test.every)
		var got []string
		for _, f := range faultsOf(test.call) {
			name := string(f.Kind)
			if f.Sticky {
				name += "-stays"
			}
			got = append(got, name)
		}
		if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s, %s=%q (-want +got):\n%s", test.call.Action, everyCall, test.every, diff)
		}
	}
}

// TestInterrupted leaves out the reads but the last of those that are looked at.
func TestInterrupted(t *testing.T) { //nolint:paralleltest // it sets the environment
	read, write, list := awstest.Call{Service: "iam", Action: "GetRole"}, awstest.Call{Service: "iam", Action: "CreateRole"}, awstest.Call{Service: "iam", Action: "ListTags"}
	for _, test := range []struct {
		every string
		calls []awstest.Call
		want  []int
	}{
		{"", nil, nil},
		{"", []awstest.Call{read, write, read, list, read}, []int{2, 4}},
		{"", []awstest.Call{read, list, write}, []int{3}},
		{"1", []awstest.Call{read, write, read}, []int{1, 2, 3}},
	} {
		t.Setenv(everyCall, test.every)
		var got []int
		for _, l := range (Case{}).interrupted(test.calls) {
			got = append(got, l.number)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%v, %s=%q (-want +got):\n%s", test.calls, everyCall, test.every, diff)
		}
	}
}
