// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
)

// OIDCProvider gives the ARN of the account's OIDC provider for an issuer, whose URL may be written with or without https://
// and a slash at its end. It is asked for once per instance; a failure isn't remembered, nor that there is none, which is an
// error ([IsNotFound]).
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html.
func (c *Clients) OIDCProvider(ctx context.Context, issuer string) (arn string, err error) {
	return "", errNotYet
}
