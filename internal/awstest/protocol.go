// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// request is a call in AWS's terms. Its parameters are in input (ECR, Organizations: AWS JSON 1.1) or form (IAM, STS,
// EC2: query).
type request struct {
	http      *http.Request
	service   string
	action    string
	region    string
	accessKey string
	body      []byte
	input     map[string]any
	form      url.Values
}

func parseRequest(r *http.Request) (*request, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the request: %w", err)
	}
	req := &request{http: r, body: body}
	req.accessKey, req.region, req.service = credentialScope(r.Header.Get("Authorization"))
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, req.action, _ = strings.Cut(target, ".")
		if len(bytes.TrimSpace(body)) > 0 {
			if err := json.Unmarshal(body, &req.input); err != nil {
				return nil, fmt.Errorf("reading the parameters of %s: %w", req.action, err)
			}
		}
		return req, nil
	}
	req.form, err = url.ParseQuery(string(body))
	if err != nil {
		return nil, fmt.Errorf("reading the parameters: %w", err)
	}
	req.action = req.form.Get("Action")
	if req.service == "" && strings.HasPrefix(req.action, "AssumeRoleWith") {
		// These actions of STS aren't signed.
		req.service = "sts"
	}
	return req, nil
}

// credentialScope reads a Signature Version 4 header: Credential=KEY/DATE/REGION/SERVICE/aws4_request.
func credentialScope(authorization string) (accessKey, region, service string) {
	_, rest, found := strings.Cut(authorization, "Credential=")
	if !found {
		return "", "", ""
	}
	credential, _, _ := strings.Cut(rest, ",")
	parts := strings.Split(credential, "/")
	if len(parts) != 5 {
		return "", "", ""
	}
	return parts[0], parts[2], parts[3]
}

// withInput gives the same call with other JSON parameters.
func (r *request) withInput(input map[string]any) *request {
	changed := *r
	changed.input = input
	changed.body, _ = json.Marshal(input)
	return &changed
}

// is says whether the call is of one of the service's actions.
func (r *request) is(service string, actions ...string) bool {
	if r.service != service {
		return false
	}
	for _, action := range actions {
		if r.action == action {
			return true
		}
	}
	return false
}

// text gives a string parameter of a JSON call, "" when it is absent.
func (r *request) text(name string) string {
	s, _ := r.input[name].(string)
	return s
}

// succeed gives a JSON answer.
func (r *request) succeed(output any) *reply {
	body, err := json.Marshal(output)
	if err != nil {
		return r.fail(http.StatusInternalServerError, "AwstestProxy", err.Error())
	}
	return &reply{status: http.StatusOK, header: http.Header{
		"Content-Type":     {"application/x-amz-json-1.1"},
		"X-Amzn-Requestid": {requestID()},
	}, body: body}
}

type queryError struct {
	XMLName xml.Name `xml:"ErrorResponse"`
	Type    string   `xml:"Error>Type"`
	Code    string   `xml:"Error>Code"`
	Message string   `xml:"Error>Message"`
	ID      string   `xml:"RequestId"`
}

type ec2Error struct {
	XMLName xml.Name `xml:"Response"`
	Code    string   `xml:"Errors>Error>Code"`
	Message string   `xml:"Errors>Error>Message"`
	ID      string   `xml:"RequestID"`
}

// fail gives an error in the form of the service's protocol:
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html,
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html,
// https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html.
func (r *request) fail(status int, code, message string) *reply {
	id := requestID()
	header := http.Header{"X-Amzn-Requestid": {id}}
	if r.http.Header.Get("X-Amz-Target") != "" {
		header.Set("Content-Type", "application/x-amz-json-1.1")
		body, _ := json.Marshal(map[string]string{"__type": code, "message": message})
		return &reply{status: status, header: header, body: body}
	}
	header.Set("Content-Type", "text/xml")
	if r.service == "ec2" {
		body, _ := xml.Marshal(ec2Error{Code: code, Message: message, ID: id})
		return &reply{status: status, header: header, body: body}
	}
	fault := "Sender"
	if status >= http.StatusInternalServerError {
		fault = "Receiver"
	}
	body, _ := xml.Marshal(queryError{Type: fault, Code: code, Message: message, ID: id})
	return &reply{status: status, header: header, body: body}
}

func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	s := hex.EncodeToString(b[:])
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, "-")
}
