// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"fmt"
	"slices"
)

// Merge joins documents as the data source aws_iam_policy_document of hashicorp/aws does with its source and override
// documents: the sources' statements stand one after the other and must not share a Sid; a statement of an override
// replaces the one with its Sid, or is added. The last Id stands.
//
// Unlike there, every document is upgraded first, so that none changes its meaning when a newer one stands beside it.
func Merge(sources, overrides []Document) (Document, error) {
	merged := New()
	sids := map[string]int{}
	for i, source := range sources {
		for _, s := range source.Statements {
			if first, found := sids[s.Sid]; found && s.Sid != "" {
				return Document{}, fmt.Errorf("source documents %d and %d share the Sid %q; give each statement its own, "+
					"or pass the second as an override", first+1, i+1, s.Sid)
			}
			sids[s.Sid] = i
		}
		merged = merged.with(source)
	}
	for _, override := range overrides {
		merged = merged.with(override)
	}
	return merged, nil
}

// with gives the document with the other's statements put in by Sid.
func (d Document) with(other Document) Document {
	if other.ID != "" {
		d.ID = other.ID
	}
	for _, s := range other.Upgrade().Statements {
		i := slices.IndexFunc(d.Statements, func(t Statement) bool { return t.Sid == s.Sid })
		if i >= 0 && s.Sid != "" {
			d.Statements[i] = s
		} else {
			d.Statements = append(d.Statements, s)
		}
	}
	return d
}
