// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package apprunneraccessrole_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// diagnosed gives each diagnostic of a failed plan or apply as "severity attribute: summary: detail".
func diagnosed(err error) []string {
	var reported *lifecycle.DiagnosticsError
	var all []string
	if !errors.As(err, &reported) {
		return nil
	}
	clean := strings.NewReplacer(`AttributeName("`, "", `ElementKeyString("`, "", `ElementKeyValue(tftypes.String<"`, "", `">)`, "", `")`, "")
	for _, d := range reported.Diagnostics {
		all = append(all, d.Severity.String()+" "+clean.Replace(d.Attribute.String())+": "+d.Summary+": "+d.Detail)
	}
	return all
}

func expectOne(t *testing.T, err error, begin, contains string) {
	t.Helper()
	for _, text := range diagnosed(err) {
		if strings.HasPrefix(text, begin) && strings.Contains(text, contains) {
			return
		}
	}
	t.Errorf("the error is %v, and none of\n%s\nis %q … %q", err, strings.Join(diagnosed(err), "\n"), begin, contains)
}

// TestBadInput fails the plan on the attribute at fault.
func TestBadInput(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	many := make([]string, 200)
	for i := range many {
		many[i] = fmt.Sprint(web, "/", i)
	}
	for test, c := range map[string]struct {
		extra    map[string]any
		begin    string
		contains string
	}{
		"name with a space":     {map[string]any{"name": "web pull"}, "ERROR name: ", "1 to 64"},
		"name with a path":      {map[string]any{"name": "team/web"}, "ERROR name: ", "1 to 64"},
		"65 characters":         {map[string]any{"name": strings.Repeat("a", 65)}, "ERROR name: ", "1 to 64"},
		"empty name":            {map[string]any{"name": ""}, "ERROR name: ", "1 to 64"},
		"name and prefix":       {map[string]any{"name_prefix": "web-"}, "ERROR name: ", "cannot be specified when"},
		"prefix of 39":          {map[string]any{"name": nil, "name_prefix": strings.Repeat("a", 39)}, "ERROR name_prefix: ", "1 to 38"},
		"path without the last": {map[string]any{"path": "/team"}, "ERROR path: ", "begin and end with a slash"},
		"path without a slash":  {map[string]any{"path": "team/"}, "ERROR path: ", "begin and end with a slash"},
		"path with a space":     {map[string]any{"path": "/a b/"}, "ERROR path: ", "begin and end with a slash"},
		"path of 513":           {map[string]any{"path": "/" + strings.Repeat("a", 511) + "/"}, "ERROR path: ", "512"},
		"Greek description":     {map[string]any{"description": "ρόλος"}, "ERROR description: ", "Latin characters"},
		"long description":      {map[string]any{"description": strings.Repeat("a", 1001)}, "ERROR description: ", "1000"},
		"session of 3,599":      {map[string]any{"max_session_duration": 3599}, "ERROR max_session_duration: ", "3600"},
		"session of 43,201":     {map[string]any{"max_session_duration": 43201}, "ERROR max_session_duration: ", "43200"},
		"boundary that is a role": {
			map[string]any{"permissions_boundary": "arn:aws:iam::111111111111:role/boundary"}, "ERROR permissions_boundary: ", "ARN of a managed policy",
		},
		"negative settling":  {map[string]any{"settle_seconds": -1}, "ERROR settle_seconds: ", "between 0 and 300"},
		"no repository":      {map[string]any{"repository_arns": []string{}}, "ERROR repository_arns: No repositories: ", "Name a repository"},
		"a queue":            {map[string]any{"repository_arns": []string{"arn:aws:sqs:eu-west-1:111111111111:queue"}}, "ERROR repository_arns: Invalid repository ARN: ", "arn:aws:sqs"},
		"10-digit account":   {map[string]any{"repository_arns": []string{"arn:aws:ecr:eu-west-1:1111111111:repository/web"}}, "ERROR repository_arns: ", "12 digits"},
		"every account":      {map[string]any{"repository_arns": []string{"arn:aws:ecr:eu-west-1:*:repository/web"}}, "ERROR repository_arns: ", "Wildcard in the account"},
		"a name of no ECR":   {map[string]any{"repository_arns": []string{"arn:aws:ecr:eu-west-1:111111111111:repository/ρ"}}, "ERROR repository_arns: ", "can't be the ARN"},
		"another partition":  {map[string]any{"repository_arns": []string{"arn:aws-cn:ecr:cn-north-1:111111111111:repository/web"}}, "ERROR repository_arns: ", "arn:aws-cn"},
		"too many to write":  {map[string]any{"repository_arns": many}, "ERROR ", "and IAM takes 10240"},
		"tag of AWS":         {map[string]any{"tags": map[string]string{"aws:team": "web"}}, "ERROR tags.aws:team: ", "AWS keeps for itself"},
		"the malformed seed": {map[string]any{"repository_arns": []string{"arn:aws:ecr::eu-west-1:111111111111:repository/web"}}, "ERROR repository_arns: ", "Invalid repository ARN"},
	} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			config := map[string]any{"name": name}
			for argument, value := range c.extra {
				config[argument] = value
			}
			_, err := core(a, &clock{}, nil).Plan(t.Context(), config)
			expectOne(t, err, c.begin, c.contains)
		})
	}
}

// TestBadInputThatWasUnknown fails the apply before anything is written.
func TestBadInputThatWasUnknown(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := core(a, &clock{}, nil)
	config := func(arn any) map[string]any { return map[string]any{"name": name, "repository_arns": []any{arn}} }
	fails := func(when string) {
		t.Helper()
		if _, err := tf.Plan(t.Context(), config(lifecycle.Unknown{})); err != nil {
			t.Errorf("%s: what isn't known yet fails the plan: %s", when, err)
		}
		a.ResetCalls()
		_, err := tf.ApplyLater(t.Context(), config(lifecycle.Unknown{}), config("arn:aws:sqs:eu-west-1:111111111111:queue"))
		expectOne(t, err, "ERROR repository_arns: Invalid repository ARN: ", "arn:aws:sqs")
		if calls := acctest.Writes(a); len(calls) > 0 {
			t.Errorf("%s: there were the calls %q", when, calls)
		}
	}
	fails("create")
	gone(t, a)
	apply(t, a, tf, config(web), lifecycle.Create, "CreateRole", "PutRolePolicy")
	fails("update")
	a.ResetCalls()
	_, err := tf.ApplyLater(t.Context(), config(lifecycle.Unknown{}), config(api))
	must(t, err)
	unchanged(t, tf, config(api))
}
