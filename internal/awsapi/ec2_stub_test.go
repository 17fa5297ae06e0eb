// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// ec2Stub is an EC2 in the test's process, which answers by the test's function. Its clock is the test's.
type ec2Stub struct {
	answer func(ec2Call) answer

	mu    sync.Mutex
	calls []ec2Call
}

type ec2Call struct {
	action string
	n      int // of this action, from 1
	form   url.Values
	host   string
	scope  string // the Region that the call is signed for
}

func (s *ec2Stub) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	a := answer{body: identity}
	if action := form.Get("Action"); action != "GetCallerIdentity" {
		form.Del("Action")
		form.Del("Version")
		c := ec2Call{action: action, form: form, n: 1, host: r.URL.Host, scope: strings.Split(r.Header.Get("Authorization"), "/")[2]}
		s.mu.Lock()
		for _, earlier := range s.calls {
			if earlier.action == action {
				c.n++
			}
		}
		s.calls = append(s.calls, c)
		s.mu.Unlock()
		a = s.answer(c)
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if a.lost {
		return nil, errors.New("read: connection reset by peer")
	}
	text, _ := a.body.(string)
	return &http.Response{
		StatusCode: max(a.status, http.StatusOK),
		Header:     http.Header{"X-Amzn-Requestid": {"request-1"}, "Content-Type": {"text/xml"}},
		Body:       io.NopCloser(strings.NewReader(text)),
		Request:    r,
	}, nil
}

func (s *ec2Stub) actions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var actions []string
	for _, c := range s.calls {
		actions = append(actions, c.action)
	}
	return actions
}

// sent gives the parameters of each call of an action, without those that are the same in all, sorted.
func (s *ec2Stub) sent(action string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, c := range s.calls {
		if c.action != action {
			continue
		}
		var parameters []string
		for name, values := range c.form {
			parameters = append(parameters, name+"="+values[0])
		}
		slices.Sort(parameters)
		all = append(all, strings.Join(parameters, " "))
	}
	return all
}

// clients makes clients of the EC2. Tests that wait do so in a synctest bubble.
func (s *ec2Stub) clients(change ...func(*awsapi.Config)) *awsapi.Clients {
	cfg := awsapi.Config{
		Region: "eu-west-1", AccessKey: "AKIAEXAMPLE", SecretKey: "secret",
		HTTPClient: &http.Client{Transport: s},
		Timing:     awsapi.Timing{MaxBackoff: time.Millisecond},
	}
	for _, f := range change {
		f(&cfg)
	}
	return awsapi.New(cfg)
}

// given is EC2's answer with that content.
func given(c ec2Call, text string) answer {
	return answer{body: fmt.Sprintf("<%[1]sResponse><requestId>request-1</requestId>%[2]s</%[1]sResponse>", c.action, text)}
}

// ec2Refusal is EC2's answer to a call that it doesn't accept.
func ec2Refusal(code, message string) answer {
	return answer{
		status: http.StatusBadRequest,
		body:   "<Response><Errors><Error><Code>" + code + "</Code><Message>" + escaped(message) + "</Message></Error></Errors><RequestID>request-1</RequestID></Response>",
	}
}

// endpointItem is an endpoint of S3 in EC2's XML; more is put into it as it is.
func endpointItem(id, state, more string) string {
	return "<vpcEndpointId>" + id + "</vpcEndpointId><vpcEndpointType>Gateway</vpcEndpointType><vpcId>vpc-1</vpcId>" +
		"<serviceName>com.amazonaws.eu-west-1.s3</serviceName><ownerId>" + account + "</ownerId><state>" + state + "</state>" + more
}

func endpointSet(items ...string) string {
	return "<vpcEndpointSet><item>" + strings.Join(items, "</item><item>") + "</item></vpcEndpointSet>"
}

func retries(n int) func(*awsapi.Config) {
	return func(cfg *awsapi.Config) { cfg.MaxRetries = &n }
}
