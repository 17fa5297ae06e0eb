// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// arrangeHeader marks the calls of a test's own clients.
const arrangeHeader = "X-Awstest-Arrange"

// ECR gives a client for arranging and looking. Its calls are corrected, but neither recorded nor faulted nor slowed.
func (a *AWS) ECR() *ecr.Client { return ecr.NewFromConfig(a.arrange()) }

// IAM is like ECR.
func (a *AWS) IAM() *iam.Client { return iam.NewFromConfig(a.arrange()) }

// EC2 is like ECR.
func (a *AWS) EC2() *ec2.Client { return ec2.NewFromConfig(a.arrange()) }

// Organizations is like ECR.
func (a *AWS) Organizations() *organizations.Client { return organizations.NewFromConfig(a.arrange()) }

// STS is like ECR.
func (a *AWS) STS() *sts.Client { return sts.NewFromConfig(a.arrange()) }

func (a *AWS) arrange() aws.Config {
	config := a.Config()
	config.HTTPClient = &http.Client{Transport: arranging{a.transport}}
	return config
}

// Config gives the configuration of a client whose calls count as the tested code's: recorded, faulted and slowed. It
// doesn't retry.
func (a *AWS) Config() aws.Config {
	key := aws.Credentials{AccessKeyID: a.AccessKey, SecretAccessKey: a.SecretKey}
	if key.AccessKeyID == "" {
		key = aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "unknown"}
	}
	return aws.Config{
		Region:           a.Region,
		BaseEndpoint:     aws.String(a.Endpoint()),
		Credentials:      staticCredentials(key),
		RetryMaxAttempts: 1,
	}
}

func staticCredentials(key aws.Credentials) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return key, nil })
}

// arranging has a transport of its own, with a connection for each call, since the end of each httptest.Server closes idle connections of
// the default one. It reads an answer at once: SDKs read long ones bit by bit, and on a busy machine a connection was seen to be closed
// meanwhile.
type arranging struct{ transport *http.Transport }

func (a arranging) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(arrangeHeader, "true")
	response, err := a.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}
