// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"strings"
	"testing"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	const root = `{"id":"a","request":{"principal":"arn:aws:iam::111111111111:root","action":"ecr:ListImages",` +
		`"resource":"arn:aws:ecr:eu-west-1:111111111111:repository/app","resourceAccount":"111111111111"}}`
	var out strings.Builder
	if err := decide(strings.NewReader(root+"\n"+strings.Replace(root, ":root", ":user/ana", 1)+"\n"), &out); err != nil {
		t.Fatal(err)
	}
	if want := "{\"decision\":\"Allowed\",\"id\":\"a\"}\n{\"decision\":\"ImplicitlyDenied\",\"id\":\"a\"}\n"; out.String() != want {
		t.Errorf("got %s, want %s", out.String(), want)
	}
	if err := decide(strings.NewReader("{}\n"), &out); err == nil {
		t.Error("a line that is no case is decided")
	}
}
