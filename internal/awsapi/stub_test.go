// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

const (
	account  = "111122223333"
	roleARN  = "arn:aws:iam::" + account + ":role/ci"
	identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
		`<Arn>arn:aws:iam::` + account + `:user/alice</Arn><UserId>AIDAEXAMPLE</UserId><Account>` + account + `</Account>` +
		`</GetCallerIdentityResult></GetCallerIdentityResponse>`
)

// stub is an AWS in the test's process, for what moto can't do. It answers STS itself, and the rest by the test's function.
type stub struct {
	answer   func(call) answer
	identify func() answer // STS; nil: the identity above

	mu    sync.Mutex
	calls []call
}

// call is one attempt that reached the stub.
type call struct {
	action string
	n      int // of this action, from 1
	host   string
	header http.Header
	body   map[string]any
}

type answer struct {
	status int    // 0: 200
	body   any    // text as it is, the rest as JSON
	lost   bool   // the connection breaks instead
	cut    bool   // the connection breaks within the body
	header string // "Name: value"
}

// refusal is AWS's answer to a call that it doesn't accept.
func refusal(code, message string) answer {
	return answer{status: http.StatusBadRequest, body: map[string]string{"__type": code, "message": message}}
}

func (s *stub) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	c := call{action: "GetCallerIdentity", host: r.URL.Host, header: r.Header, n: 1}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, c.action, _ = strings.Cut(target, ".")
		if err := json.Unmarshal(text, &c.body); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	for _, earlier := range s.calls {
		if earlier.action == c.action {
			c.n++
		}
	}
	s.calls = append(s.calls, c)
	s.mu.Unlock()

	a := answer{body: identity}
	switch {
	case c.action != "GetCallerIdentity":
		a = s.answer(c)
	case s.identify != nil:
		a = s.identify()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if a.lost {
		return nil, errors.New("read: connection reset by peer")
	}
	body, isText := a.body.(string)
	if !isText {
		encoded, err := json.Marshal(a.body)
		if err != nil {
			return nil, err
		}
		body = string(encoded)
	}
	response := &http.Response{
		StatusCode: max(a.status, http.StatusOK),
		Header:     http.Header{"X-Amzn-Requestid": {"request-1"}, "Content-Type": {"application/x-amz-json-1.1"}},
		Body:       io.NopCloser(strings.NewReader(body)),
		Request:    r,
	}
	if a.cut {
		response.Body = io.NopCloser(io.MultiReader(bytes.NewReader([]byte(body[:len(body)/2])), broken{}))
	}
	if name, value, ok := strings.Cut(a.header, ": "); ok {
		response.Header.Set(name, value)
	}
	return response, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// actions gives what was called, in order, without STS.
func (s *stub) actions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var actions []string
	for _, c := range s.calls {
		if c.action != "GetCallerIdentity" {
			actions = append(actions, c.action)
		}
	}
	return actions
}

// last gives the last call of an action.
func (s *stub) last(action string) call {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.calls) - 1; i >= 0; i-- {
		if s.calls[i].action == action {
			return s.calls[i]
		}
	}
	return call{}
}

// clients makes clients of the stub. Tests that wait do so in a synctest bubble.
func (s *stub) clients(t *testing.T, change ...func(*awsapi.Config)) *awsapi.Clients {
	t.Helper()
	cfg := awsapi.Config{
		Region:     "eu-west-1",
		AccessKey:  "AKIAEXAMPLE",
		SecretKey:  "secret",
		HTTPClient: &http.Client{Transport: s},
		Timing:     awsapi.Timing{MaxBackoff: time.Millisecond},
	}
	for _, f := range change {
		f(&cfg)
	}
	return awsapi.New(cfg)
}

// described is ECR's answer about repositories, with what ECR does unless it is told otherwise.
func described(names ...string) answer {
	repositories := []any{}
	for _, name := range names {
		repositories = append(repositories, repository(name))
	}
	return answer{body: map[string]any{"repositories": repositories}}
}

func repository(name string) map[string]any {
	return map[string]any{
		"repositoryName":             name,
		"repositoryArn":              fmt.Sprintf("arn:aws:ecr:eu-west-1:%s:repository/%s", account, name),
		"registryId":                 account,
		"repositoryUri":              fmt.Sprintf("%s.dkr.ecr.eu-west-1.amazonaws.com/%s", account, name),
		"imageTagMutability":         "IMMUTABLE",
		"imageScanningConfiguration": map[string]any{"scanOnPush": true},
		"encryptionConfiguration":    map[string]any{"encryptionType": "AES256"},
		"createdAt":                  float64(time.Now().Unix()),
	}
}

// names gives the repositories that a DescribeRepositories asks for.
func (c call) names() []string {
	list, _ := c.body["repositoryNames"].([]any)
	var names []string
	for _, name := range list {
		names = append(names, fmt.Sprint(name))
	}
	return names
}

func notFound(name string) answer {
	return refusal("RepositoryNotFoundException", fmt.Sprintf("The repository with name '%s' does not exist in the registry with id '%s'", name, account))
}
