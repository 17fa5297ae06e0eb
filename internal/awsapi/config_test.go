// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestConfigOnTheWire(t *testing.T) {
	t.Parallel()
	const own = "https://ecr.example.com"
	tests := map[string]struct {
		config func(*awsapi.Config)
		host   string // of ECR
		sts    string // host of STS
	}{
		"default":            {config: func(*awsapi.Config) {}, host: "api.ecr.eu-west-1.amazonaws.com", sts: "sts.eu-west-1.amazonaws.com"},
		"FIPS":               {config: func(c *awsapi.Config) { c.UseFIPSEndpoint = true; c.Region = "us-east-1" }, host: "api.ecr-fips.us-east-1.amazonaws.com", sts: "sts-fips.us-east-1.amazonaws.com"},
		"dual stack":         {config: func(c *awsapi.Config) { c.UseDualStackEndpoint = true }, host: "ecr.eu-west-1.api.aws", sts: "sts.eu-west-1.api.aws"},
		"China":              {config: func(c *awsapi.Config) { c.Region = "cn-north-1"; c.SkipRegionValidation = true }, host: "api.ecr.cn-north-1.amazonaws.com.cn", sts: "sts.cn-north-1.amazonaws.com.cn"},
		"STS elsewhere":      {config: func(c *awsapi.Config) { c.STSRegion = "us-east-2" }, host: "api.ecr.eu-west-1.amazonaws.com", sts: "sts.us-east-2.amazonaws.com"},
		"endpoints":          {config: func(c *awsapi.Config) { c.Endpoints.ECR = own; c.Endpoints.STS = "https://sts.example.com" }, host: "ecr.example.com", sts: "sts.example.com"},
		"endpoints and FIPS": {config: func(c *awsapi.Config) { c.Endpoints.ECR = own; c.UseFIPSEndpoint = true; c.Region = "us-east-1" }, host: "ecr.example.com", sts: "sts-fips.us-east-1.amazonaws.com"},
		"endpoints and dual": {config: func(c *awsapi.Config) { c.Endpoints.ECR = own; c.UseDualStackEndpoint = true }, host: "ecr.example.com", sts: "sts.eu-west-1.api.aws"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			aws := &stub{answer: func(call) answer { return answer{body: map[string]any{}} }}
			c := aws.clients(t, test.config, func(cfg *awsapi.Config) { cfg.ProviderVersion, cfg.TerraformVersion = "1.2.3", "1.11.4" })
			if _, err := c.HasImages(t.Context(), awsapi.RepositoryKey{Name: "app"}); err != nil {
				t.Fatal(err)
			}
			if got := aws.last("ListImages").host; got != test.host {
				t.Errorf("ECR at %s, want %s", got, test.host)
			}
			if got := aws.last("GetCallerIdentity").host; got != test.sts {
				t.Errorf("STS at %s, want %s", got, test.sts)
			}
			agent := aws.last("ListImages").header.Get("User-Agent")
			if !strings.Contains(agent, "Terraform/1.11.4") || !strings.Contains(agent, "terraform-provider-ecrx/1.2.3") {
				t.Errorf("user agent %s", agent)
			}
		})
	}
}

func TestEndpointOfTheEnvironment(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
	t.Setenv("AWS_ENDPOINT_URL_ECR", "http://localhost:4567")
	aws := &stub{answer: func(call) answer { return answer{body: map[string]any{}} }}
	if _, err := aws.clients(t).HasImages(t.Context(), awsapi.RepositoryKey{Name: "app"}); err != nil {
		t.Fatal(err)
	}
	if got := aws.last("GetCallerIdentity").host + " " + aws.last("ListImages").host; got != "localhost:4566 localhost:4567" {
		t.Errorf("asked %s", got)
	}
}

func TestMaxRetries(t *testing.T) {
	t.Parallel()
	one, none := 1, 0
	for name, test := range map[string]struct {
		retries *int
		mode    string
		want    int
	}{
		"left out": {want: 25},
		"zero":     {retries: &none, want: 25},
		"one":      {retries: &one, want: 1},
		"adaptive": {mode: "adaptive", want: 25},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				aws := &stub{answer: func(call) answer { return answer{lost: true} }}
				c := aws.clients(t, func(cfg *awsapi.Config) { cfg.MaxRetries, cfg.RetryMode = test.retries, test.mode })
				if _, err := c.HasImages(t.Context(), awsapi.RepositoryKey{Name: "app"}); err == nil {
					t.Error("no error")
				}
				if got := len(aws.actions()); got != test.want {
					t.Errorf("%d attempts, want %d", got, test.want)
				}
			})
		})
	}
}

func TestAssumeRole(t *testing.T) {
	t.Parallel()
	const first, second = "arn:aws:iam::222222222222:role/first", "arn:aws:iam::333333333333:role/second"
	for name, test := range map[string]struct {
		config  func(*awsapi.Config)
		account string
	}{
		"none":  {config: func(c *awsapi.Config) { c.AssumeRole = []awsapi.AssumeRole{} }},
		"one":   {config: func(c *awsapi.Config) { c.AssumeRole = []awsapi.AssumeRole{{RoleARN: first, SessionName: "s"}} }, account: "222222222222"},
		"chain": {config: func(c *awsapi.Config) { c.AssumeRole = []awsapi.AssumeRole{{RoleARN: first}, {RoleARN: second}} }, account: "333333333333"},
		"web identity": {
			config: func(c *awsapi.Config) {
				c.AccessKey, c.SecretKey = "", ""
				c.AssumeRoleWithWebIdentity = &awsapi.AssumeRoleWithWebIdentity{RoleARN: first, SessionName: "s", WebIdentityToken: "token"}
			},
			account: "222222222222",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			got, err := clientsOf(a, test.config).Identity(t.Context())
			want := test.account
			if want == "" {
				want = a.AccountID
			}
			if err != nil || got.AccountID != want {
				t.Errorf("identity %+v, %v; want account %s", got, err, want)
			}
		})
	}
}

// A call that is tried again says so while it happens, and warns when that takes more than a minute, be it tried by the SDK or by hand.
func TestRetriesAreLogged(t *testing.T) {
	t.Setenv("TF_LOG", "INFO")
	t.Setenv("TF_LOG_PROVIDER_ECRX_AWSAPI", "INFO")
	for action, made := range map[string]func(context.Context, *awsapi.Clients) error{
		"ecr:ListImages": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.HasImages(ctx, awsapi.RepositoryKey{Name: "app"})
			return err
		},
		"ecr:CreateRepository": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.CreateRepository(ctx, "", awsapi.NewRepository{Name: "app"})
			return err
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			aws := &stub{answer: func(c call) answer {
				time.Sleep(40 * time.Second)
				if c.n == 4 {
					return answer{body: map[string]any{"repository": repository("app")}}
				}
				return refusal("ThrottlingException", "Rate exceeded")
			}}
			var output strings.Builder
			if err := made(tflogtest.RootLogger(t.Context(), &output), aws.clients(t)); err != nil {
				t.Fatal(err)
			}
			lines, err := tflogtest.MultilineJSONDecode(strings.NewReader(output.String()))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, line := range lines {
				if line["action"] == action {
					got = append(got, fmt.Sprint(line["@level"], " ", line["attempt"], ": ", strings.Split(fmt.Sprint(line["error"]), " (")[0]))
				}
			}
			want := []string{
				"info 1: ThrottlingException: Rate exceeded", "warn 2: ThrottlingException: Rate exceeded", "warn 3: ThrottlingException: Rate exceeded",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", action, diff, output.String())
			}
		})
	}
}

func TestACallIsLoggedWithoutItsDocument(t *testing.T) {
	t.Setenv("TF_LOG", "TRACE")
	t.Setenv("TF_LOG_PROVIDER_ECRX_AWSAPI", "TRACE")
	aws := &stub{answer: func(c call) answer {
		if c.n == 1 {
			return refusal("ThrottlingException", "Rate exceeded")
		}
		return refusal("InvalidParameterException", "bad")
	}}
	var output strings.Builder
	ctx := tflogtest.RootLogger(t.Context(), &output)
	const document = `{"rules":["secret-document"]}`
	if err := aws.clients(t).PutLifecyclePolicy(ctx, awsapi.RepositoryKey{Name: "app"}, document); err == nil {
		t.Fatal("no error")
	}
	lines, err := tflogtest.MultilineJSONDecode(strings.NewReader(output.String()))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, line := range lines {
		if line["action"] == "ecr:PutLifecyclePolicy" {
			found = line["region"] == "eu-west-1" && line["attempts"] == 2.0 && line["request_id"] == "request-1" &&
				line["error_code"] == "InvalidParameterException" && line["@level"] == "debug"
		}
	}
	if !found {
		t.Errorf("no such line in:\n%s", output.String())
	}
	if strings.Contains(output.String(), "secret-document") || strings.Contains(output.String(), "AKIAEXAMPLE") {
		t.Errorf("the log tells too much:\n%s", output.String())
	}
}
