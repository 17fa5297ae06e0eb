// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// FuzzCase reads and decides cases: without a panic, the same in both ways, and never from Unknown or a denial to Allowed
// when everything is denied besides.
func FuzzCase(f *testing.F) {
	for _, file := range corpus(f) {
		for _, text := range file.Cases {
			f.Add(string(text))
		}
	}
	for _, line := range conformanceCases(f)[:50] {
		f.Add(line)
	}
	f.Add(`{"request":{"principal":"` + unknown + `","action":"ecr:*","resource":"*","resourceAccount":"1"},"scps":[[],[{"Statement":{"Effect":"Deny","NotAction":"` + unknown + `"}}]]}`)
	denial := authz.Compile("denial", policy.New(policy.Statement{Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"*"}, Resources: []string{"*"}}))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := authz.ParseCase(text)
		if err != nil {
			return
		}
		result := decideBoth(t, c)
		for _, reason := range result.Reasons() {
			if strings.TrimSpace(reason) == "" {
				t.Errorf("an empty reason among %q", result.Reasons())
			}
		}
		if result.Decision == authz.Allowed && result.Denied() {
			t.Error("allowed and denied")
		}
		c.Layers.Registry = append(c.Layers.Registry, denial)
		if d := authz.Decide(&c.Request, &c.Layers); d != authz.ExplicitlyDenied && result.Decision != authz.Unknown {
			t.Errorf("%s under a denial of everything to everybody; %s without it", d, result.Decision)
		}
	})
}

// FuzzPattern compares a text with a pattern of StringLike, and checks the answer against one found in another way.
func FuzzPattern(f *testing.F) {
	for _, seed := range [...][2]string{
		{"*", ""}, {"a*b?c", "axxbyc"}, {"*a*a*a", "aaaa"}, {"?*?", "é"}, {"", "x"}, {"**", "xy"}, {"a?", "a"}, {"*ü", "blü"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		// A document without a Version knows no variables, so every "$" is one.
		condition, err := json.Marshal(map[string]map[string]string{"StringLike": {"ecr:x": pattern}})
		if err != nil || len(pattern)+len(text) > 200 || strings.Contains(pattern+text, unknown) || !utf8.ValidString(text) {
			return
		}
		d, err := policy.Parse(`{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": ` + string(condition) + `}}`)
		if err != nil {
			return
		}
		// JSON replaces what isn't UTF-8.
		pattern = d.Statements[0].Conditions[0].Values[0]
		request := authz.Request{Principal: aRole, Action: aPull, Resource: anApp, ResourceAccount: anOwner}
		request.Context.Set("ecr:x", authz.Single(text))
		layers := identity(d)
		want := authz.ImplicitlyDenied
		if matchesEveryWay([]rune(pattern), []rune(text)) {
			want = authz.Allowed
		}
		if got := authz.Decide(&request, &layers); got != want {
			t.Errorf("%q against %q: %s, want %s", text, pattern, got, want)
		}
	})
}

// matchesEveryWay keeps all places of the text that the pattern so far can end at.
func matchesEveryWay(pattern, text []rune) bool {
	ends := make([]bool, len(text)+1)
	ends[0] = true
	for _, p := range pattern {
		next := make([]bool, len(text)+1)
		for i := range ends {
			switch {
			case !ends[i]:
			case p == '*':
				for j := i; j <= len(text); j++ {
					next[j] = true
				}
			case i < len(text) && (p == '?' || p == text[i]):
				next[i+1] = true
			}
		}
		ends = next
	}
	return ends[len(text)]
}
