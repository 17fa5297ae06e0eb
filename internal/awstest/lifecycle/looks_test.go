// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
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
