// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package awstest gives a test an AWS of its own. Behind it is moto (https://docs.getmoto.org), one process for all
// tests; before moto stands a proxy, one for each test, that
//   - keeps tests apart: every New has a fresh account,
//   - records calls,
//   - injects faults, latency and callbacks,
//   - corrects moto where the provider depends on what AWS does (the files correct_*.go, each with AWS's own text).
//
// moto is found by the environment variable ECRX_MOTO (internal/awstest/withmoto sets it), else started once for each
// test process; it ends with the process. An action that moto lacks fails the test and is named.
package awstest

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/moto"
)

// AWS is an AWS account that one test has for itself. Its methods may be called from several goroutines.
type AWS struct {
	AccountID, AccessKey, SecretKey string
	// Region is the default region of the clients and of ProviderBlock.
	Region string

	t      testing.TB
	moto   string
	proxy  *httptest.Server
	handle handler
	// transport is that of the test's own clients.
	transport *http.Transport
	account   *account
	config    settings

	mu      sync.Mutex
	calls   []*Call
	faults  []*Fault
	onCall  func(int, Call)
	latency latency
}

// account is what the corrections remember of an AWS account. Proxies made by InAccountOf share it.
type account struct {
	id, accessKey, secretKey string

	mu       sync.Mutex
	settings map[string]string // REGION/NAME -> value: correct_account_setting.go, correct_lifecycle.go
	sessions map[string]string // access key -> account: correct_sessions.go
	roles    map[string]role   // ARN -> role: correct_principals.go
	pinned   map[string]map[string]string

	endpoints endpoints        // correct_endpoints.go
	services  endpointServices // correct_endpoint_services.go
}

// Option changes what New makes.
type Option func(*settings)

type settings struct {
	region           string
	of               *AWS
	propagation      propagation
	principalIDs     bool
	rememberReads    bool
	iamLag           int // reads: correct_iam_lag.go
	endpointReads    int // correct_endpoints.go
	endpointZones    map[string][]string
	endpointServices []string     // by suffix: correct_endpoint_services.go
	endpointFate     endpointFate // correct_endpoint_fate.go
	vpcOwner         string
}

// InRegion sets the default region; without it, it is eu-west-1.
func InRegion(region string) Option { return func(s *settings) { s.region = region } }

// InAccountOf makes New stand in front of another AWS's account, with its own record, faults and latency. A new account
// costs moto 0.2 s and 5 MB, so runs that leave nothing behind can share one.
func InAccountOf(other *AWS) Option { return func(s *settings) { s.of = other } }

// New gives a test an AWS account with an IAM user, whose access key it holds. The test fails when there is no moto.
func New(t testing.TB, opts ...Option) *AWS {
	t.Helper()
	server, err := sharedMoto()
	if err != nil {
		t.Fatalf("awstest: %s", err)
	}
	s := settings{region: "eu-west-1", endpointReads: 1}
	for _, opt := range opts {
		opt(&s)
	}
	if s.rememberReads && s.iamLag > 0 {
		t.Fatal("awstest: RememberReads would remember the stale answers of IAMLag for ever")
	}
	a := &AWS{Region: s.region, t: t, moto: server.URL, config: s, transport: &http.Transport{DisableKeepAlives: true}}
	if s.of != nil {
		a.account = s.of.account
	} else {
		a.account = &account{
			id: randomAccountID(t), settings: map[string]string{}, sessions: map[string]string{},
			roles: map[string]role{}, pinned: map[string]map[string]string{},
			endpoints: endpoints{byID: map[string]*endpoint{}, created: map[string]creation{}},
			services:  endpointServices{byRegion: map[string][]endpointService{}},
		}
	}
	a.handle = a.corrected()
	if s.rememberReads {
		a.handle = a.rememberReads(a.handle)
	}
	a.proxy = httptest.NewServer(a)
	t.Cleanup(a.proxy.Close)
	a.AccountID = a.account.id
	if s.of == nil {
		a.createUser()
	}
	a.AccessKey, a.SecretKey = a.account.accessKey, a.account.secretKey
	return a
}

// Endpoint is the URL that stands for every AWS service.
func (a *AWS) Endpoint() string { return a.proxy.URL }

// ProviderBlock gives the HCL of a provider "ecrx" block that points here. extra is put into the block as it is.
func (a *AWS) ProviderBlock(extra string) string {
	return fmt.Sprintf(`provider "ecrx" {
  region                      = %[1]q
  access_key                  = %[2]q
  secret_key                  = %[3]q
  skip_credentials_validation = true
  skip_metadata_api_check     = "true"
  endpoints {
    ec2           = %[4]q
    ecr           = %[4]q
    iam           = %[4]q
    organizations = %[4]q
    sts           = %[4]q
  }
%[5]s
}
`, a.Region, a.AccessKey, a.SecretKey, a.Endpoint(), extra)
}

// createUser makes the caller. For a key that it doesn't know moto answers GetCallerIdentity with
// arn:aws:sts::…:user/moto, a form that AWS never gives.
func (a *AWS) createUser() {
	a.t.Helper()
	ctx := context.Background()
	name := aws.String("awstest")
	if _, err := a.IAM().CreateUser(ctx, &iam.CreateUserInput{UserName: name}); err != nil {
		a.t.Fatalf("awstest: creating the caller: %s", err)
	}
	out, err := a.IAM().CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: name})
	if err != nil {
		a.t.Fatalf("awstest: creating the caller's access key: %s", err)
	}
	a.account.accessKey = aws.ToString(out.AccessKey.AccessKeyId)
	a.account.secretKey = aws.ToString(out.AccessKey.SecretAccessKey)
}

// sharedMoto gives the moto that all tests of the process use. Nothing stops it: it ends with the process (package moto
// says how). The server is kept, not its URL alone: were it collected, the pipe that holds moto would close.
var sharedMoto = sync.OnceValues(func() (*moto.Server, error) {
	if url := os.Getenv(moto.EnvURL); url != "" {
		if err := moto.Ping(url); err != nil {
			return nil, fmt.Errorf("%s is set, but: %w", moto.EnvURL, err)
		}
		return &moto.Server{URL: url}, nil
	}
	root, err := moto.Root()
	if err != nil {
		return nil, err
	}
	path, err := moto.Find(root)
	if err != nil {
		return nil, err
	}
	return moto.Start(path)
})

func randomAccountID(t testing.TB) string {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(900_000_000_000))
	if err != nil {
		t.Fatalf("awstest: %s", err)
	}
	return fmt.Sprint(n.Int64() + 100_000_000_000)
}
