// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// atOnce is what Terraform's ten objects at once ask for, with four calls each.
const atOnce = 40

// TestConnectionsStay makes two waves of calls, each of which is answered when all have come. The second needs no connection
// of its own.
func TestConnectionsStay(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	var wave sync.WaitGroup
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") == "" {
			_, _ = w.Write([]byte(identity))
			return
		}
		wave.Done()
		wave.Wait()
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = w.Write([]byte(`{"policyText":"{}"}`))
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	clients := awsapi.New(awsapi.Config{
		Region: "eu-west-1", AccessKey: "AKIAEXAMPLE", SecretKey: "secret",
		Endpoints: awsapi.Endpoints{ECR: server.URL, STS: server.URL},
	})

	for n := range 2 {
		wave.Add(atOnce)
		var calls sync.WaitGroup
		for range atOnce {
			calls.Go(func() {
				if _, err := clients.RepositoryPolicy(t.Context(), awsapi.RepositoryKey{Name: "app"}); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		if got, most := opened.Load(), int32(atOnce+1); got > most { // one is STS's
			t.Errorf("after wave %d %d connections were opened, want at most %d", n+1, got, most)
		}
	}
}
