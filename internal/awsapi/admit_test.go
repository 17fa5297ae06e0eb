// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// withoutSTS lets no connection to STS be made, as in a subnet that has endpoints of ECR alone.
type withoutSTS struct{ http.RoundTripper }

func (w withoutSTS) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Host, "sts.") {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	}
	return w.RoundTripper.RoundTrip(r)
}

// ECR can be read while STS is out of reach, unless the account has to be checked first.
func TestCallsWithoutSTS(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		allowed []string
		want    bool
	}{
		"no lists":         {nil, true},
		"allowed accounts": {[]string{account}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			aws := &stub{answer: func(c call) answer { return described(c.names()...) }}
			once := 1
			c := aws.clients(t, func(cfg *awsapi.Config) {
				cfg.HTTPClient = &http.Client{Transport: withoutSTS{aws}}
				cfg.MaxRetries = &once
				cfg.AllowedAccountIDs = test.allowed
			})
			_, err := c.Repository(t.Context(), awsapi.RepositoryKey{Name: "app"})
			if (err == nil) != test.want {
				t.Errorf("the read gives %v", err)
			}
			if !test.want && (!awsapi.IsUnreachable(err) || len(aws.actions()) > 0) {
				t.Errorf("the read gives %v after the calls %q", err, aws.actions())
			}
		})
	}
}
