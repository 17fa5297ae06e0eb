// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package cipushrole_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestProviderOfAnotherAccount warns. An error beside the warning lets it be seen.
func TestProviderOfAnotherAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	_, err := acctest.Core(a, resourceType, nil).Plan(t.Context(), arguments(map[string]any{
		"issuer": nil, "oidc_provider_arn": "arn:aws:iam::999999999999:oidc-provider/gitlab.com", "audiences": []any{"ecr"},
		"repository_arns": []any{"arn:aws-cn:ecr:cn-north-1:111111111111:repository/app"},
	}))
	if !acctest.Diagnosed(err, "WARNING", "oidc_provider_arn", "is in account 999999999999") {
		t.Errorf("no warning in %v", err)
	}
}

// TestProviderOfAnotherName takes a provider only if its URL is the issuer's, with a slash at its end or without, and shows what
// to write: at plan, and without an account at apply.
func TestProviderOfAnotherName(t *testing.T) {
	t.Parallel()
	for has, asked := range map[string]string{"https://ci.example.com/": "https://ci.example.com", "https://ci.example.com": "https://ci.example.com/"} {
		t.Run(asked, func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			arn := createProvider(t, a, has, "ecr")
			config := arguments(map[string]any{"issuer": asked, "audiences": []any{"ecr"}})
			for _, skip := range []bool{false, true} {
				tf := acctest.Core(a, resourceType, map[string]any{"skip_requesting_account_id": skip})
				_, err := tf.Plan(t.Context(), config)
				if !acctest.Diagnosed(err, "ERROR", "issuer", "no provider for "+asked+", but "+arn+", ") || !acctest.Diagnosed(err, "ERROR", "issuer", "write issuer = \""+has+"\"; ") {
					t.Errorf("the provider is %s, the error is %v", arn, err)
				}
				later := arguments(map[string]any{"issuer": lifecycle.Unknown{}, "audiences": []any{"ecr"}})
				if _, err := tf.ApplyLater(t.Context(), later, config); !acctest.Diagnosed(err, "ERROR", "issuer", "no provider for "+asked+", but "+arn+", ") {
					t.Errorf("the apply gives %v", err)
				}
			}
			if calls := acctest.Writes(a); len(calls) > 0 {
				t.Errorf("before the errors there were the calls %q", calls)
			}
		})
	}
}

// TestIssuerWithSlash keeps the slash at the end of an issuer's URL, as Auth0's have it: in the provider's ARN, in the condition
// keys, and in the issuer after an import.
func TestIssuerWithSlash(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	createProvider(t, a, "https://octo-org.eu.auth0.com", "ecr") // which isn't the issuer's
	arn := createProvider(t, a, "https://octo-org.eu.auth0.com/", "ecr")
	config := arguments(map[string]any{
		"settle_seconds": 0, "issuer": "https://octo-org.eu.auth0.com/", "audiences": []any{"ecr"}, "subjects": []any{"aBcD1234@clients"},
	})
	tf := acctest.Core(a, resourceType, nil)
	if _, err := tf.Apply(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	out, err := a.IAM().GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(name)})
	if err != nil {
		t.Fatal(err)
	}
	live, err := url.PathUnescape(*out.Role.AssumeRolePolicyDocument)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{`"Federated":"` + arn + `"`, `"octo-org.eu.auth0.com/:aud":"ecr"`, `"octo-org.eu.auth0.com/:sub":"aBcD1234@clients"`} {
		if !strings.Contains(live, text) {
			t.Errorf("the trust policy is %s, without %s", live, text)
		}
	}
	if action, err := tf.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
		t.Errorf("the plan after the apply is %s, %v", action, err)
	}
	imported := acctest.Core(a, resourceType, nil)
	if err := imported.Import(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	config["settle_seconds"] = nil
	for _, over := range []map[string]any{nil, {"issuer": nil, "oidc_provider_arn": arn}} {
		maps.Copy(config, over)
		if action, err := imported.Plan(t.Context(), config); err != nil || action != lifecycle.NoOp {
			t.Errorf("%v: the plan after the import is %s, %v", over, action, err)
		}
	}
}

// TestValidateWithoutAccount finds what depends on the issuer before the provider block is known, and so without an account.
func TestValidateWithoutAccount(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	tf := acctest.Core(a, resourceType, map[string]any{"region": lifecycle.Unknown{}})
	if _, err := tf.Plan(t.Context(), arguments(map[string]any{"issuer": "gitlab"})); !acctest.Diagnosed(err, "ERROR", "audiences", "No audience") {
		t.Errorf("the error is %v", err)
	}
}
