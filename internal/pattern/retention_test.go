// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

func TestLifecyclePolicyGolden(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]pattern.Retention{
		"retention-keep-last": {KeepLast: 50},
		"retention-untagged":  {UntaggedDays: 7},
		"retention-archive":   {ArchiveAfterDays: 30, ExpireArchivedDays: 365, UntaggedDays: 7, KeepTagPrefixes: []string{"v"}},
		"retention-unpulled":  {ArchiveUnpulledDays: 90},
		"retention-all":       {KeepLast: 50, UntaggedDays: 7, KeepTagPrefixes: []string{"v", "release-", "v"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := r.LifecyclePolicy()
			var indented bytes.Buffer
			if err := json.Indent(&indented, []byte(text), "", "  "); err != nil {
				t.Fatal(err)
			}
			golden(t, name, indented.String())
			if err := pattern.ValidateLifecyclePolicy(text); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestLifecyclePolicyOfNothing(t *testing.T) {
	t.Parallel()
	for _, r := range []pattern.Retention{{}, {KeepTagPrefixes: []string{"v"}}} {
		if got := r.LifecyclePolicy(); got != "" {
			t.Errorf("%+v gives %s", r, got)
		}
	}
}

func TestLifecyclePolicyIgnoresOrder(t *testing.T) {
	t.Parallel()
	r := pattern.Retention{KeepLast: 1, KeepTagPrefixes: []string{"a", "b", "c"}}
	want := r.LifecyclePolicy()
	slices.Reverse(r.KeepTagPrefixes)
	if got := r.LifecyclePolicy(); got != want {
		t.Errorf("order changed the bytes:\n%s\n%s", want, got)
	}
}

func TestValidateRetention(t *testing.T) {
	t.Parallel()
	prefixes := func(n int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprint("v", i))
		}
		return all
	}
	for name, tc := range map[string]struct {
		retention pattern.Retention
		at, want  string
	}{
		"nothing":             {pattern.Retention{}, "", "names no rule"},
		"prefixes and a rule": {pattern.Retention{KeepLast: 1, KeepTagPrefixes: prefixes(47)}, "", ""},
		"archive and expire":  {pattern.Retention{ArchiveAfterDays: 1, ExpireArchivedDays: 90}, "", ""},
		"prefixes alone":      {pattern.Retention{KeepTagPrefixes: prefixes(1)}, "keep_tag_prefixes", "Set keep_last, untagged_days"},
		"too many prefixes":   {pattern.Retention{UntaggedDays: 1, KeepTagPrefixes: prefixes(48)}, "keep_tag_prefixes", "Keep at most 47 prefixes"},
		"count and age":       {pattern.Retention{KeepLast: 1, ArchiveAfterDays: 1}, "archive_after_days", "retention.keep_last and retention.archive_after_days each make a rule for any image"},
		"age and last pull":   {pattern.Retention{ArchiveAfterDays: 1, ArchiveUnpulledDays: 1}, "archive_unpulled_days", "each make a rule for any image"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := pattern.ValidateRetention(tc.retention)
			switch {
			case tc.want == "" && len(problems) == 0:
			case len(problems) != 1 || tc.want == "" || !strings.Contains(problems[0].Detail, tc.want):
				t.Errorf("got %+v, want %q", problems, tc.want)
			case strings.Join(problems[0].Path, ".") != tc.at || !pattern.HasErrors(problems):
				t.Errorf("got %+v", problems)
			}
		})
	}
}
