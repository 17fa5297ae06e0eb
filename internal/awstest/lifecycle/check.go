// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// checkPlan gives what Terraform core would refuse in a plan: a value other than the configured one, and other than a
// prior one that the provider holds to be the same.
// https://developer.hashicorp.com/terraform/plugin/best-practices/provider-code; core's text for it is "Provider produced
// invalid plan".
func checkPlan(path string, fields map[string]field, prior, config, planned tftypes.Value) []string {
	if config.IsNull() != planned.IsNull() {
		return []string{fmt.Sprintf("%s: planned %s, configured %s", path, planned, config)}
	}
	before, written, plan := parts(prior), parts(config), parts(planned)
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f, at := fields[name], path+"."+name
		p, c, v := before[name], written[name], plan[name]
		switch {
		case v.Equal(c), f.computed && c.IsNull():
		case v.Equal(p) && !p.IsNull() && !c.IsNull():
		case f.nesting == none || c.IsNull() || v.IsNull() || !c.IsKnown() || !v.IsKnown():
			wrong = append(wrong, fmt.Sprintf("%s: planned %s, configured %s", at, v, c))
		default:
			wrong = append(wrong, f.checkNested(at, p, c, v)...)
		}
	}
	return wrong
}

func (f field) checkNested(path string, prior, config, planned tftypes.Value) []string {
	var wrong []string
	switch f.nesting {
	case single:
		return checkPlan(path, f.nested, prior, config, planned)
	case mapping:
		before, written, plan := parts(prior), parts(config), parts(planned)
		if len(written) != len(plan) {
			return []string{fmt.Sprintf("%s: planned %d entries, configured %d", path, len(plan), len(written))}
		}
		for _, key := range slices.Sorted(maps.Keys(written)) {
			v, ok := plan[key]
			if !ok {
				wrong = append(wrong, fmt.Sprintf("%s[%q]: not planned", path, key))
				continue
			}
			wrong = append(wrong, checkPlan(fmt.Sprintf("%s[%q]", path, key), f.nested, before[key], written[key], v)...)
		}
		return wrong
	default:
		return f.checkItems(path, items(prior), items(config), items(planned))
	}
}

func (f field) checkItems(path string, before, written, plan []tftypes.Value) []string {
	var wrong []string
	if len(written) != len(plan) {
		return []string{fmt.Sprintf("%s: planned %d elements, configured %d", path, len(plan), len(written))}
	}
	for i, c := range written {
		if f.nesting == list {
			var p tftypes.Value
			if i < len(before) {
				p = before[i]
			}
			wrong = append(wrong, checkPlan(fmt.Sprintf("%s[%d]", path, i), f.nested, p, c, plan[i])...)
			continue
		}
		if !slices.ContainsFunc(plan, func(v tftypes.Value) bool {
			return len(checkPlan(path, f.nested, tftypes.Value{}, c, v)) == 0
		}) {
			wrong = append(wrong, fmt.Sprintf("%s: the configured element %s isn't planned", path, c))
		}
	}
	return wrong
}

// checkResult gives what Terraform core would refuse in the result of an apply: a value other than the planned one, where
// that was known. Core's text for it is "Provider produced inconsistent result after apply".
func checkResult(path string, planned, got tftypes.Value) []string {
	if !planned.IsKnown() {
		return nil
	}
	differs := []string{fmt.Sprintf("%s: planned %s, then it was %s", path, planned, got)}
	if planned.IsNull() || got.IsNull() {
		if planned.IsNull() != got.IsNull() {
			return differs
		}
		return nil
	}
	var wrong []string
	switch planned.Type().(type) {
	case tftypes.Object, tftypes.Map:
		want, have := parts(planned), parts(got)
		if len(want) != len(have) {
			return differs
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			v, ok := have[name]
			if !ok {
				return differs
			}
			wrong = append(wrong, checkResult(path+"."+name, want[name], v)...)
		}
		return wrong
	case tftypes.List:
		want, have := items(planned), items(got)
		if len(want) != len(have) {
			return differs
		}
		for i := range want {
			wrong = append(wrong, checkResult(fmt.Sprintf("%s[%d]", path, i), want[i], have[i])...)
		}
		return wrong
	case tftypes.Set:
		// Elements that were unknown may turn out equal to others.
		want, have := items(planned), items(got)
		if len(have) > len(want) || planned.IsFullyKnown() && len(have) != len(want) {
			return differs
		}
		for _, w := range want {
			if !slices.ContainsFunc(have, func(h tftypes.Value) bool { return len(checkResult(path, w, h)) == 0 }) {
				wrong = append(wrong, fmt.Sprintf("%s: the planned element %s isn't there", path, w))
			}
		}
		return wrong
	}
	if !planned.Equal(got) {
		return differs
	}
	return nil
}
