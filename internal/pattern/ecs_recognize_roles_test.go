// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// anyExecution is a valid input of an execution role, another one for each seed.
func anyExecution(seed uint64) pattern.ECSExecution {
	r := rand.New(rand.NewPCG(seed, 2))
	const secret = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:"
	e := pattern.ECSExecution{
		RepositoryARNs: append(some(r, taskRepository+"-*"), taskRepository), LogGroupARNs: some(r, taskLogs, taskLogs+":*", taskLogs+"-*"),
		SecretARNs:    some(r, secret+"full-AbCdEf", secret+"digits-abcde1", secret+"bare", secret+"db-secret", secret+"app/*", secret+"bare-??????", secret+"db-secret-??????", secret+"full-AbCdEf-??????", secret+"app/*-??????"),
		ParameterARNs: some(r, taskParameter, taskParameter+"/*"), SourceVPCIDs: some(r, "vpc-0a1b2c3d", "vpc-0f1e2d3c"), SourceVPCEIDs: some(r, "vpce-0a1b2c3d"),
	}
	if len(e.SecretARNs)+len(e.ParameterARNs) > 0 {
		e.KMSKeyARNs = some(r, taskKey, taskKey+"0")
	}
	return e
}

func TestRecognizeECSExecution(t *testing.T) {
	t.Parallel()
	cases := slices.Collect(maps.Values(goldenExecutions()))
	for seed := range uint64(300) {
		cases = append(cases, anyExecution(seed))
	}
	for _, e := range cases {
		if problems := pattern.ValidateECSExecution(e); len(problems) > 0 {
			t.Fatalf("the case itself is wrong: %s", problemsText(problems))
		}
		d := asStored(t, pattern.ECSExecutionPolicy(e))
		got, ok := pattern.RecognizeECSExecution(d)
		if !ok || !policy.Equal(pattern.ECSExecutionPolicy(got), d) {
			t.Fatalf("recognized: %t\n%+v\nof %+v", ok, got, e)
		}
	}
	got, ok := pattern.RecognizeECSExecution(asStored(t, pattern.ECSExecutionPolicy(everyExecution())))
	if diff := cmp.Diff(everyExecution(), got, anyOrder); diff != "" || !ok {
		t.Errorf("recognized: %t (-want +got):\n%s", ok, diff)
	}
}

// Of all spellings of secrets the shortest is found.
func TestRecognizeSecrets(t *testing.T) {
	t.Parallel()
	for spelled, want := range map[string]string{
		"bare":                             "bare",
		"bare-??????":                      "bare",
		"full-AbCdEf":                      "full-AbCdEf",
		"full-AbCdEf-??????":               "full-AbCdEf-??????",
		"db-secret":                        "db-secret",
		"db-secret-??????":                 "db-secret-??????",
		"db-secret db-secret-??????":       "db-secret",
		"app/*":                            "app/*",
		"bare bare-?????? full-AbCdEf a-*": "a-* bare full-AbCdEf",
	} {
		var e pattern.ECSExecution
		for _, name := range strings.Fields(spelled) {
			e.SecretARNs = append(e.SecretARNs, "arn:aws:secretsmanager:eu-west-1:111111111111:secret:"+name)
		}
		got, ok := pattern.RecognizeECSExecution(pattern.ECSExecutionPolicy(e))
		if names := strings.ReplaceAll(strings.Join(got.SecretARNs, " "), "arn:aws:secretsmanager:eu-west-1:111111111111:secret:", ""); !ok || names != want {
			t.Errorf("%s: recognized: %t, %s, want %s", spelled, ok, names, want)
		}
	}
}

func TestRecognizeECSExecutionTampered(t *testing.T) {
	t.Parallel()
	whole := pattern.ECSExecutionPolicy(everyExecution())
	cases := lessened(whole, "")
	maps.Copy(cases, more(whole))
	for _, key := range []string{"aws:SourceVpc", "aws:SourceVpce", "kms:ViaService"} {
		without := policy.Document{Version: whole.Version, Statements: slices.Clone(whole.Statements)}
		for i := range without.Statements {
			s := &without.Statements[i]
			s.Conditions = slices.DeleteFunc(slices.Clone(s.Conditions), func(c policy.Condition) bool { return c.Key == key })
		}
		if key == "kms:ViaService" {
			cases["without "+key] = without
		} else if got, ok := pattern.RecognizeECSExecution(without); !ok || len(got.SourceVPCIDs)*len(got.SourceVPCEIDs) > 0 {
			t.Errorf("without %s: recognized: %t, %+v", key, ok, got)
		}
	}
	for i, s := range whole.Statements {
		cases["without "+s.Sid] = policy.New(slices.Delete(slices.Clone(whole.Statements), i, i+1)...)
	}
	// What stays is a role for less.
	delete(cases, "without Logs")
	delete(cases, "without KMSDecrypt")
	const secret = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:"
	read := func(names ...string) policy.Document {
		d := pattern.ECSExecutionPolicy(pattern.ECSExecution{SecretARNs: []string{secret + "x-AbCdEf"}})
		d.Statements[0].Resources = nil
		for _, name := range names {
			d.Statements[0].Resources = append(d.Statements[0].Resources, secret+name)
		}
		return d
	}
	maps.Copy(cases, map[string]policy.Document{
		"nothing": policy.New(), "all secrets": read("*"), "a secret without what is behind it": read("bare"), "small letters alone": read("db-secret"),
		"all repositories": pattern.ECSExecutionPolicy(pattern.ECSExecution{RepositoryARNs: []string{"*"}}),
		"AWS's": policy.New(allow([]string{
			"ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "logs:CreateLogStream", "logs:PutLogEvents",
		}, "*")),
	})
	for what, d := range cases {
		if got, ok := pattern.RecognizeECSExecution(d); ok || !cmp.Equal(got, pattern.ECSExecution{}) {
			t.Errorf("%s: recognized: %t, %+v", what, ok, got)
		}
	}
}

func TestRecognizeECSTask(t *testing.T) {
	t.Parallel()
	none := policy.Document{}
	for name, want := range map[string]pattern.ECSTask{
		"nothing":       {},
		"permissions":   {Permissions: everyPermission()},
		"Regions":       {SourceRegions: []string{"eu-west-1", "us-east-1"}},
		"another":       {SourceRegions: []string{"us-east-1"}, Permissions: everyPermission()},
		"Region itself": {SourceRegions: []string{"eu-west-1"}},
	} {
		role := pattern.ECSTaskRole(want, ireland())
		if name == "Region itself" {
			want.SourceRegions = nil
		}
		got, ok := pattern.RecognizeECSTask(asStored(t, role.Trust), role.Inline["task"], ireland())
		if diff := cmp.Diff(want, got, anyOrder); diff != "" || !ok {
			t.Errorf("%s: recognized: %t (-want +got):\n%s", name, ok, diff)
		}
	}
	trust := func(change func(*pattern.Trust)) policy.Document {
		t := pattern.Trust{Services: []string{ecsTasks}, SourceAccount: "111111111111", SourceARNs: []string{"arn:aws:ecs:eu-west-1:111111111111:*"}}
		change(&t)
		return t.Document("aws")
	}
	if _, ok := pattern.RecognizeECSTask(trust(func(*pattern.Trust) {}), none, ireland()); !ok {
		t.Error("the trust itself isn't recognized")
	}
	for what, d := range map[string]policy.Document{
		"no sources":      trust(func(t *pattern.Trust) { t.SourceARNs = nil }),
		"no account":      trust(func(t *pattern.Trust) { t.SourceAccount = "" }),
		"another account": trust(func(t *pattern.Trust) { t.SourceAccount = "222222222222" }),
		"another source":  trust(func(t *pattern.Trust) { t.SourceARNs = []string{"arn:aws:ecs:eu-west-1:222222222222:*"} }),
		"a cluster":       trust(func(t *pattern.Trust) { t.SourceARNs = []string{"arn:aws:ecs:eu-west-1:111111111111:cluster/web"} }),
		"any Region":      trust(func(t *pattern.Trust) { t.SourceARNs = []string{"arn:aws:ecs:*:111111111111:*"} }),
		"no ARN":          trust(func(t *pattern.Trust) { t.SourceARNs = []string{"x"} }),
		"another service": trust(func(t *pattern.Trust) { t.Services = []string{"ecs.amazonaws.com"} }),
		"an account too":  trust(func(t *pattern.Trust) { t.Accounts = []string{"222222222222"} }),
		"nobody":          none,
	} {
		if got, ok := pattern.RecognizeECSTask(d, none, ireland()); ok || !cmp.Equal(got, pattern.ECSTask{}) {
			t.Errorf("%s: recognized: %t, %+v", what, ok, got)
		}
	}
	withID := pattern.ECSTaskPolicy(everyPermission())
	withID.ID = "mine"
	if got, ok := pattern.RecognizeECSTask(trust(func(*pattern.Trust) {}), withID, ireland()); ok || !cmp.Equal(got, pattern.ECSTask{}) {
		t.Errorf("permissions with an Id: recognized: %t, %+v", ok, got)
	}
}
