// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/function"
)

// accessCase is a case of a role in another account, with the policies behind it.
func accessCase(policies string) string {
	return `{"v":1,"request":{"principal":"arn:aws:iam::222222222222:role/ci","action":"ecr:BatchGetImage",
		"resource":"arn:aws:ecr:eu-west-1:111111111111:repository/team/app","resourceAccount":"111111111111"}` + policies + `}`
}

const (
	pullByAccount = `"resourcePolicy":{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow",
		"Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"ecr:BatchGetImage"}]}`
	pullByIdentity  = `"identityPolicies":[{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*"}]}]`
	denyByIdentity  = `"identityPolicies":[{"Version":"2012-10-17","Statement":[{"Sid":"No","Effect":"Deny","Action":"*","Resource":"*"}]}]`
	unknownOperator = `"resourcePolicy":{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow","Principal":"*",
		"Action":"ecr:BatchGetImage","Condition":{"StringIsh":{"aws:RequestedRegion":"eu-west-1"}}}]}`
)

func TestEvaluateAccess(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		policies string
		decision string
		reason   string // "" for one of the reasons that isn't looked at
	}{
		"both sides":       {"," + pullByAccount + "," + pullByIdentity, "Allowed", "statement Pull of the repository policy allows it"},
		"one side":         {"," + pullByAccount, "ImplicitlyDenied", "nothing in the identity policies allows ecr:BatchGetImage"},
		"denied":           {"," + pullByAccount + "," + denyByIdentity, "ExplicitlyDenied", "statement No of the identity policy denies it"},
		"unknown operator": {"," + unknownOperator + "," + pullByIdentity, "Unknown", "StringIsh"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := run(t, function.NewEvaluateAccess(), str(accessCase(tc.policies)))
			if err != nil {
				t.Fatal(err)
			}
			attributes := got.(types.Object).Attributes()
			if diff := cmp.Diff(str(tc.decision), attributes["decision"]); diff != "" {
				t.Error(diff)
			}
			if reasons := attributes["reasons"].String(); !strings.Contains(reasons, tc.reason) {
				t.Errorf("the reasons are %s, want one with %q", reasons, tc.reason)
			}
		})
	}
}

func TestEvaluateAccessErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, want string }{
		"not JSON":       {"allow", "the case can't be read"},
		"no request":     {`{"v":1}`, "the case has no request"},
		"unknown part":   {accessCase(`,"policies":[]`), `"policies"`},
		"wrong policy":   {accessCase(`,"scps":[[{"Statement":{"Effect":"Allow"}}]]`), "scps[0][0]: line 1, column "},
		"another format": {strings.Replace(accessCase(""), `"v":1`, `"v":2`, 1), "v is 2; write 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, function.NewEvaluateAccess(), str(tc.text))
			wantError(t, err, 0, tc.want)
		})
	}
}

func TestEvaluateAccessExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../examples/functions/evaluate_access/function.tf")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Test(t, resource.TestStep{
		Config: string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("decision", knownvalue.StringExact("ExplicitlyDenied")),
			statecheck.ExpectKnownOutputValue("reasons", knownvalue.ListPartial(map[int]knownvalue.Check{
				0: knownvalue.StringRegexp(regexp.MustCompile(`^statement DenyOthers of the repository policy denies it: .*:role/service-role/api$`)),
			})),
		},
	})
}

// conformance is what a case expects.
type conformance struct {
	ID       string
	Disputed []string
	Expect   struct{ Decision string }
}

// TestEvaluateAccessConformance evaluates every case in one run of the client.
func TestEvaluateAccessConformance(t *testing.T) {
	t.Parallel()
	var files []string
	want := map[string]conformance{}
	for _, name := range []string{"sample.jsonl", "aws-measured-boundary.jsonl"} {
		file, err := filepath.Abs(filepath.Join("../authz/testdata/conformance", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range readCases(t, file) {
			want[c.ID] = c
		}
		files = append(files, strconv.Quote(file))
	}
	if len(want) != 828 {
		t.Fatalf("the files have %d cases with ids of their own, want 828", len(want))
	}
	acctest.Test(t, resource.TestStep{
		Config: fmt.Sprintf(`
			output "results" {
			  value = {
			    for line in compact(flatten([for name in [%s] : split("\n", file(name))])) :
			    jsondecode(line).id => provider::ecrx::evaluate_access(line)
			  }
			}`, strings.Join(files, ", ")),
		ConfigStateChecks: []statecheck.StateCheck{conform{t, want}},
	})
}

func readCases(t *testing.T, file string) []conformance {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []conformance
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c conformance
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

// conform compares the output "results" with what the cases expect.
type conform struct {
	t    *testing.T
	want map[string]conformance
}

// CheckState implements statecheck.StateCheck.
func (c conform) CheckState(_ context.Context, req statecheck.CheckStateRequest, _ *statecheck.CheckStateResponse) {
	c.t.Helper()
	results, ok := req.State.Values.Outputs["results"].Value.(map[string]any)
	if !ok || len(results) != len(c.want) {
		c.t.Fatalf("%d of %d cases have a result", len(results), len(c.want))
	}
	unknown, disputed := 0, 0
	for id, want := range c.want {
		result := results[id].(map[string]any)
		decision := result["decision"].(string)
		if decision == "Unknown" {
			unknown++
		}
		switch {
		case decision == want.Expect.Decision:
		case len(want.Disputed) > 0:
			disputed++
			c.t.Logf("disputed: %s is %s, the simulator says %s (%s): %q", id, decision, want.Expect.Decision, strings.Join(want.Disputed, ", "), result["reasons"])
		default:
			c.t.Errorf("%s is %s, want %s: %q", id, decision, want.Expect.Decision, result["reasons"])
		}
	}
	c.t.Logf("%d cases: %d unknown, %d decided otherwise where it is disputed", len(results), unknown, disputed)
	if unknown*100 > len(results) {
		c.t.Errorf("%d of %d decisions are Unknown, more than one in a hundred", unknown, len(results))
	}
}
