// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// KnownStrings gives the known strings of a set or list, sorted, and whether all of it is known. A null element isn't: validators
// refuse it, and what is missing without it is nobody's to say.
func KnownStrings(collection interface {
	attr.Value
	Elements() []attr.Value
},
) (known []string, all bool) {
	all = !collection.IsUnknown()
	for _, element := range collection.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsUnknown() || text.IsNull() {
			all = false
			continue
		}
		known = append(known, text.ValueString())
	}
	slices.Sort(known)
	return known, all
}

// StringSet gives a set of strings, null for none.
func StringSet(values []string) types.Set {
	if len(values) == 0 {
		return types.SetNull(types.StringType)
	}
	elements := make([]attr.Value, len(values))
	for i, v := range values {
		elements[i] = types.StringValue(v)
	}
	return types.SetValueMust(types.StringType, elements)
}

// StringList gives a list of strings, empty for none.
func StringList(values []string) types.List {
	elements := make([]attr.Value, len(values))
	for i, v := range values {
		elements[i] = types.StringValue(v)
	}
	return types.ListValueMust(types.StringType, elements)
}

// OptionalString gives a string, null for "".
func OptionalString(value string) types.String {
	if value == "" {
		return types.StringNull()
	}
	return types.StringValue(value)
}

func isUnknown(v attr.Value) bool { return v.IsUnknown() }

func attrValues(m map[string]string) map[string]attr.Value {
	values := make(map[string]attr.Value, len(m))
	for k, v := range m {
		values[k] = types.StringValue(v)
	}
	return values
}
