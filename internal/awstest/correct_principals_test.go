// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestRolePropagation(t *testing.T) {
	t.Parallel()
	clock := &clock{now: time.Unix(0, 0)}
	a := awstest.New(t, awstest.RolePropagation(10*time.Second, clock.Now))
	createRepository(t, a.ECR(), "team/app")
	arn := createRole(t, a)
	for _, step := range []struct {
		name, arn string
		age       time.Duration
		want      string
	}{
		{"a young role", arn, 9 * time.Second, "InvalidParameterException"},
		{"an old role", arn, time.Second, ""},
		{"no role", arn + "x", 0, "InvalidParameterException"},
		{"a role elsewhere", "arn:aws:iam::222222222222:role/x", 0, ""},
	} {
		clock.add(step.age)
		_, err := setPolicy(t, a, naming(step.arn))
		if code(err) != step.want {
			t.Errorf("%s gives %v, want code %q", step.name, err, step.want)
		}
		if err != nil && !strings.Contains(err.Error(), "Invalid repository policy provided") {
			t.Errorf("%s gives another text: %s", step.name, err)
		}
	}
}

func TestDeletedRolesBecomeIDs(t *testing.T) {
	t.Parallel()
	a := awstest.New(t, awstest.DeletedRolesBecomeIDs())
	createRepository(t, a.ECR(), "team/app")
	arn := createRole(t, a)
	if _, err := setPolicy(t, a, naming(arn)); err != nil {
		t.Fatal(err)
	}
	if text := getPolicy(t, a); !strings.Contains(text, arn) {
		t.Errorf("with the role the policy is %s", text)
	}
	if _, err := a.IAM().DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String("puller")}); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"deleted", "made again"} {
		if text := getPolicy(t, a); !strings.Contains(text, `"AROA`) || strings.Contains(text, arn) {
			t.Errorf("with the role %s the policy is %s", when, text)
		}
		if when == "deleted" {
			createRole(t, a)
		}
	}
	if _, err := setPolicy(t, a, naming(arn)); err != nil {
		t.Fatal(err)
	}
	if text := getPolicy(t, a); !strings.Contains(text, arn) {
		t.Errorf("written again the policy is %s", text)
	}
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func createRole(t *testing.T, a *awstest.AWS) string {
	t.Helper()
	out, err := a.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName:                 aws.String("puller"),
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.Role.Arn)
}

func naming(arn string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":%q},"Action":"ecr:BatchGetImage"}]}`, arn)
}
