// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// OIDCProvider gives the ARN of the account's OIDC provider for an issuer, whose URL may be written with or without https://. It
// is asked for once per instance; a failure isn't remembered, nor that there is none, which is an error ([IsNotFound]). Where
// there is only one whose URL differs in a slash at its end, that one is given, for the caller to tell: IAM keeps the slash,
// and the provider isn't that of tokens whose iss has none.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html.
func (c *Clients) OIDCProvider(ctx context.Context, issuer string) (arn string, err error) {
	return c.issuers.get(ctx, issuerName(issuer), func(ctx context.Context) (string, error) {
		return c.findOIDCProvider(ctx, issuerName(issuer))
	})
}

func (c *Clients) findOIDCProvider(ctx context.Context, issuer string) (string, error) {
	var out *iam.ListOpenIDConnectProvidersOutput
	err := c.iamCall(ctx, func(client *iam.Client) (err error) {
		out, err = client.ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{})
		return err
	})
	if err != nil {
		return "", err
	}
	near := ""
	for _, provider := range out.OpenIDConnectProviderList {
		arn := aws.ToString(provider.Arn)
		// The ARN holds the issuer's URL without its scheme: arn:aws:iam::111122223333:oidc-provider/gitlab.example.com/path.
		_, url, ok := strings.Cut(arn, ":oidc-provider/")
		switch {
		case !ok:
		case issuerName(url) == issuer:
			return arn, nil
		case strings.TrimSuffix(issuerName(url), "/") == strings.TrimSuffix(issuer, "/"):
			near = arn
		}
	}
	if near != "" {
		return near, nil
	}
	return "", &Error{
		Service: "iam", Operation: "ListOpenIDConnectProviders", Code: codeNoSuchEntity,
		Message: fmt.Sprintf("the account has no OIDC provider for https://%s", issuer),
	}
}

// issuerName is an issuer's URL as its provider's ARN has it. Host names are equal in any case; of a path it matters.
func issuerName(url string) string {
	if scheme, rest, ok := strings.Cut(url, "://"); ok && strings.EqualFold(scheme, "https") {
		url = rest
	}
	host, path, nested := strings.Cut(url, "/")
	if !nested {
		return strings.ToLower(host)
	}
	return strings.ToLower(host) + "/" + path
}
