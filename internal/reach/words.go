// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

import (
	"slices"
	"strings"
)

// Who says who sends the witness, as a noun phrase: "role arn:aws:iam::222222222222:role/ci of an account outside any
// organization".
func (w *Witness) Who() string {
	arn, _ := w.Request.Context.Get("aws:principalarn")
	var who string
	switch w.Kind {
	case Anonymous:
		return "an anonymous caller"
	case Service:
		who = "the service " + w.Request.Principal
		if source := w.Keys["aws:sourcearn"]; len(source) > 0 {
			return who + " on behalf of " + source[0]
		}
		if source := w.Keys["aws:sourceaccount"]; len(source) > 0 {
			return who + " on behalf of account " + source[0]
		}
		return who
	case Root:
		who = "the root user " + w.Request.Principal
	case User:
		who = "user " + w.Request.Principal
	case FederatedUser:
		who = "federated user " + w.Request.Principal
	case Role:
		who = "role " + arn.List()[0]
	}
	paths, asked := w.Keys["aws:principalorgpaths"]
	ids, askedID := w.Keys["aws:principalorgid"]
	switch {
	case len(paths) > 0:
		return who + " at " + paths[0]
	case len(ids) > 0:
		return who + " of organization " + ids[0]
	case asked || askedID:
		return who + " of an account outside any organization"
	}
	return who
}

// said are the keys that Who speaks of.
var said = []string{
	"aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:principalorgid", "aws:principalorgpaths", "aws:principalisawsservice",
	"aws:principalservicename", "aws:principalservicenameslist", "aws:sourcearn", "aws:sourceaccount", "aws:username",
}

// With says which further condition keys the witness carries, as far as a policy asks for them: "aws:SourceIp 203.0.113.1".
// It is "" where there is none.
func (w *Witness) With() string {
	var parts []string
	for _, key := range sortedKeys(w.Keys) {
		if slices.Contains(said, key) {
			continue
		}
		if values := w.Keys[key]; len(values) > 0 {
			parts = append(parts, key+" "+strings.Join(values, ", "))
		} else {
			parts = append(parts, "no "+key)
		}
	}
	return strings.Join(parts, "; ")
}

// String says what the witness does: who, which action, on what, and with which keys.
func (w *Witness) String() string {
	text := w.Who() + ": " + w.Request.Action + " on " + w.Request.Resource
	if with := w.With(); with != "" {
		text += " (" + with + ")"
	}
	return text
}
