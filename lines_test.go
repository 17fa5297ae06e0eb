// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// wrongLines is a configuration with mistakes. The real client shows each on the line of the nearest argument or element that it
// finds: marked is what that line holds.
const wrongLines = `
data "ecrx_repository_policy_document" "grants" {
  grants = {
    Partner = {
      access   = "pull"
      accounts = ["222222222222"]
    }
    Dev = {
      access   = "pull"
      accounts = ["12"]
    }
  }
}

data "ecrx_lockdown_policy_document" "lockdown" {
  account_id      = "111111111111"
  exempt_accounts = ["13"]
}

data "ecrx_access_matrix" "matrix" {
  principals   = { web = { arn = "arn:aws:iam::222222222222:role/web" } }
  repositories = { app = { arn = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app" } }
  access = [
    "pull",
    "pusch",
  ]
}

data "ecrx_access" "requests" {
  requests = {
    first = { principal_arn = "arn:aws:iam::222222222222:role/web", access = "pull", repository_arn = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app" }
    second = {
      principal_arn  = "nobody"
      access         = "pull"
      repository_arn = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
    }
  }
}

data "ecrx_ecs_task_policy_document" "task" {
  permissions = {
    sqs_send = ["orders"]
  }
}

resource "ecrx_private_endpoints" "ids" {
  vpc_id  = "vpc-0123456789abcdef0"
  compute = ["ec2"]
  subnet_ids = [
    "net-1",
  ]
  route_table_ids = ["rtb-0123456789abcdef0"]
}

resource "ecrx_repository_lockdown" "timeouts" {
  repository    = "team/app"
  exempt_caller = true
  timeouts {
    create = "soon"
  }
}
`

// TestLines shows the mistakes to the real client.
func TestLines(t *testing.T) {
	t.Parallel()
	w := workspace{t: t, dir: t.TempDir()}
	versionsFile, err := os.ReadFile(versions)
	if err != nil {
		t.Fatal(err)
	}
	w.write("versions.tf", string(versionsFile))
	w.write("main.tf", wrongLines)
	if err := os.Symlink(itself(t), filepath.Join(w.dir, "terraform-provider-ecrx")); err != nil {
		t.Fatal(err)
	}
	w.write("dev.tfrc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"ecrx/ecrx\" = %q\n  }\n  direct {}\n}\n", w.dir))
	client := exec.CommandContext(t.Context(), terraform(), "validate", "-json")
	client.Dir = w.dir
	client.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+filepath.Join(w.dir, "dev.tfrc"))
	output, err := client.Output()
	if err == nil {
		t.Fatal("the client finds nothing")
	}
	var result struct {
		Diagnostics []struct {
			Severity, Detail string
			Range            struct{ Start struct{ Line int } }
		}
	}
	if err := json.Unmarshal(output, &result); err != nil {
		t.Fatalf("%s: %s", err, output)
	}
	lines := strings.Split(wrongLines, "\n")
	var got []string
	for _, d := range result.Diagnostics {
		if d.Severity == "error" {
			named, _, _ := strings.Cut(strings.TrimPrefix(d.Detail, "Attribute "), " ")
			got = append(got, strings.TrimSuffix(named, ":")+" on "+strings.TrimSpace(lines[max(d.Range.Start.Line, 1)-1]))
		}
	}
	slices.Sort(got)
	want := []string{
		`access[1] on "pusch",`,
		`exempt_accounts on exempt_accounts = ["13"]`,
		`grants["Dev"].accounts on Dev = {`,
		`permissions.sqs_send on permissions = {`,
		`requests["second"].principal_arn on second = {`,
		`subnet_ids[Value("net-1")] on subnet_ids = [`,
		`timeouts.create on create = "soon"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
