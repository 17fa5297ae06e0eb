// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// TestClientPullRequestComment takes the way of the example's workflow: plan, show as JSON, and the value that its jq names.
func TestClientPullRequestComment(t *testing.T) {
	t.Parallel()
	const dir = "examples/pull-request-comment/"
	workflow, err := os.ReadFile(dir + "access.yml")
	if err != nil {
		t.Fatal(err)
	}
	path := regexp.MustCompile(`terraform show -json plan\.bin \| jq --raw-output '\.([a-z_.]+)' > access\.md`).FindSubmatch(workflow)
	if path == nil {
		t.Fatal("the workflow doesn't take a value out of the plan")
	}
	aws := awstest.New(t)
	w := newWorkspace(t, aws, dir+"versions.tf", dir+"main.tf")
	w.run("plan", "-out=plan.bin")
	var value any
	if err := json.Unmarshal([]byte(w.run("show", "-json", "plan.bin")), &value); err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Split(string(path[1]), ".") {
		object, ok := value.(map[string]any)
		if !ok {
			t.Fatalf("the plan has no %s", path[1])
		}
		value = object[name]
	}
	comment, ok := value.(string)
	if !ok || !strings.HasPrefix(comment, "| Principal | team/web: pull | team/web: push |\n") || !strings.Contains(comment, "| development | ✅ | 🟡 |\n") {
		t.Errorf("the comment is %v", value)
	}
	if calls := aws.Calls(); len(calls) > 0 {
		t.Errorf("the plan called %v", calls)
	}
}
