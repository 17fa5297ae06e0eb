// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestOIDCProvider(t *testing.T) {
	t.Parallel()
	const github, gitlab = "token.actions.githubusercontent.com", "gitlab.example.com/Sub"
	const slashed, both = "octo-org.eu.auth0.com/", "ci.example.com"
	for issuer, want := range map[string]string{
		"https://" + github:       github,
		github:                    github,
		"https://" + github + "/": github, // the nearest
		"https://" + slashed:      slashed,
		"https://" + strings.TrimSuffix(slashed, "/"): slashed,
		"https://" + both:                             both,
		"https://" + both + "/":                       both + "/",
		"HTTPS://Token.Actions.GithubUserContent.com": github,
		"https://" + gitlab:                           gitlab,
		"https://gitlab.example.com/sub":              "",
		"https://gitlab.example.com":                  "",
		"http://" + github:                            "",
		"https://actions.githubusercontent.com":       "",
	} {
		t.Run(issuer, func(t *testing.T) {
			t.Parallel()
			aws := &roles{issuers: []string{"other.example.com", github, gitlab, slashed, both, both + "/"}}
			c := aws.clients()
			var got string
			var err error
			for range 2 {
				got, err = c.OIDCProvider(t.Context(), issuer)
			}
			if want == "" {
				if !awsapi.IsNotFound(err) || !strings.Contains(err.Error(), "the account has no OIDC provider for https://") {
					t.Errorf("got %q, %v, want not found", got, err)
				}
				if len(aws.calls) != 2 {
					t.Errorf("asked %d times: what isn't there may come", len(aws.calls))
				}
				return
			}
			if arn := "arn:aws:iam::" + account + ":oidc-provider/" + want; got != arn || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, arn)
			}
			if len(aws.calls) != 1 {
				t.Errorf("asked %d times", len(aws.calls))
			}
		})
	}
}

func TestOIDCProviderOnTheWire(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	c := clientsOf(a)
	const issuer = "https://token.actions.githubusercontent.com"
	if _, err := c.OIDCProvider(t.Context(), issuer); !awsapi.IsNotFound(err) {
		t.Errorf("before: %v", err)
	}
	out, err := a.IAM().CreateOpenIDConnectProvider(t.Context(), &iam.CreateOpenIDConnectProviderInput{
		Url: aws.String(issuer), ClientIDList: []string{"sts.amazonaws.com"}, ThumbprintList: []string{strings.Repeat("a", 40)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.OIDCProvider(t.Context(), issuer); got != aws.ToString(out.OpenIDConnectProviderArn) || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	a.Inject(awstest.Fault{Kind: awstest.AccessDenied, Action: "ListOpenIDConnectProviders"})
	if _, err := clientsOf(a).OIDCProvider(t.Context(), issuer); !awsapi.IsAccessDenied(err) || awsapi.IsNotFound(err) {
		t.Errorf("denied: %v", err)
	}
	if !slices.ContainsFunc(a.Calls(), func(c awstest.Call) bool { return c.Status == 403 }) {
		t.Error("no fault took place")
	}
}
