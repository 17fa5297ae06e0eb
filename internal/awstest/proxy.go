// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Call is one call that reached the proxy.
type Call struct {
	// Service is the signing name: ecr, iam, sts, ec2, organizations.
	Service string
	// Action is AWS's name of the API action.
	Action string
	// Status is the HTTP status of the answer, 0 when there was none (a drop, or OnCall, which comes before it).
	Status int
	// Parameters are what was sent: JSON, or a form.
	Parameters string
}

// Reads says that the action changes nothing.
func (c Call) Reads() bool { return reads(c.Action) }

func reads(action string) bool {
	return slices.ContainsFunc([]string{"Describe", "Get", "List"}, func(verb string) bool { return strings.HasPrefix(action, verb) })
}

// Calls gives the calls since ResetCalls in the order in which they came.
func (a *AWS) Calls() []Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	calls := make([]Call, 0, len(a.calls))
	for _, c := range a.calls {
		calls = append(calls, *c)
	}
	return calls
}

// ResetCalls forgets the calls so far. Faults count from here, too.
func (a *AWS) ResetCalls() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = nil
}

// OnCall sets a callback that gets each call, with its number since ResetCalls (from 1), before it goes on to moto. It may
// change something at AWS by the clients of a, send a signal, or block: other calls go on meanwhile. nil removes it.
func (a *AWS) OnCall(f func(n int, c Call)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.onCall = f
}

// handler answers a call. Each correction wraps one.
type handler func(*request) *reply

// reply is an answer; nil means that the connection is cut instead.
type reply struct {
	status int
	header http.Header
	body   []byte

	fleeting bool // it will be another without a write: RememberReads doesn't keep it
}

// ServeHTTP is the proxy: latency, record, fault, correction, moto.
func (a *AWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req, err := parseRequest(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var answer *reply
	if r.Header.Get(arrangeHeader) != "" {
		answer = a.handle(req)
	} else {
		answer = a.observed(req)
	}
	if answer == nil {
		cut(w)
		return
	}
	for name, values := range answer.header {
		// moto ends each connection; the caller's to the proxy may live on.
		if name != "Connection" && name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body)
}

// observed handles a call of the tested code.
func (a *AWS) observed(req *request) *reply {
	a.delay(req)
	call := &Call{Service: req.service, Action: req.action, Parameters: string(req.body)}
	a.mu.Lock()
	a.calls = append(a.calls, call)
	n, onCall := len(a.calls), a.onCall
	fault := a.faultFor(*call)
	a.mu.Unlock()
	if onCall != nil {
		onCall(n, Call{Service: req.service, Action: req.action, Parameters: string(req.body)})
	}
	answer := a.faulted(fault, req)
	if answer != nil {
		a.mu.Lock()
		call.Status = answer.status
		a.mu.Unlock()
	}
	return answer
}

// toMoto sends the call to moto.
func (a *AWS) toMoto(req *request) *reply {
	out, err := http.NewRequestWithContext(req.http.Context(), req.http.Method, a.moto+req.http.URL.RequestURI(), bytes.NewReader(req.body))
	if err != nil {
		return req.fail(http.StatusBadGateway, "AwstestProxy", err.Error())
	}
	out.Header = req.http.Header.Clone()
	out.Header.Del(arrangeHeader)
	out.Header.Del("Accept-Encoding")
	out.Header.Set("X-Moto-Account-Id", a.accountOf(req))
	response, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		if req.http.Context().Err() != nil {
			return nil
		}
		return req.fail(http.StatusBadGateway, "AwstestProxy", "moto doesn't answer: "+err.Error())
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return req.fail(http.StatusBadGateway, "AwstestProxy", "moto's answer broke off: "+err.Error())
	}
	if response.StatusCode == http.StatusInternalServerError && strings.Contains(response.Header.Get("Content-Type"), "text/html") {
		message := fmt.Sprintf("moto lacks %s:%s, or failed on it: correct it in internal/awstest", req.service, req.action)
		a.t.Errorf("awstest: %s", message)
		return req.fail(http.StatusBadRequest, "NotInMoto", message)
	}
	return &reply{status: response.StatusCode, header: response.Header, body: body}
}

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if connection, _, err := hijacker.Hijack(); err == nil {
			_ = connection.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}
