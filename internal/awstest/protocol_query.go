// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// list gives a list parameter of a query call: NAME.1, NAME.2 and so on.
func (r *request) list(name string) []string {
	var values []string
	for i := 1; r.form.Has(fmt.Sprintf("%s.%d", name, i)); i++ {
		values = append(values, r.form.Get(fmt.Sprintf("%s.%d", name, i)))
	}
	return values
}

// filters gives the filters of a call to EC2.
func (r *request) filters() map[string][]string {
	filters := map[string][]string{}
	for i := 1; ; i++ {
		prefix := fmt.Sprintf("Filter.%d.", i)
		if !r.form.Has(prefix + "Name") {
			return filters
		}
		filters[r.form.Get(prefix+"Name")] = r.list(prefix + "Value")
	}
}

// ask makes another query call of the same caller, with names and values of parameters, and reads the answer into out. It gives
// what came instead of an answer, nil when there was one.
func (r *request) ask(next handler, out any, action string, parameters ...string) *reply {
	form := url.Values{"Action": {action}, "Version": r.form["Version"]}
	for i := 0; i+1 < len(parameters); i += 2 {
		form.Set(parameters[i], parameters[i+1])
	}
	answer := next(r.withForm(form))
	if answer == nil {
		return r.fail(http.StatusBadGateway, "AwstestProxy", "no answer to "+action)
	}
	if answer.status != http.StatusOK {
		return answer
	}
	if err := xml.Unmarshal(answer.body, out); err != nil {
		return r.fail(http.StatusInternalServerError, "AwstestProxy", err.Error())
	}
	return nil
}

// numbered gives the parameters of a list, for ask.
func numbered(name string, list ...string) []string {
	var parameters []string
	for i, value := range list {
		parameters = append(parameters, fmt.Sprintf("%s.%d", name, i+1), value)
	}
	return parameters
}

// filtered gives the parameters of filters, for ask.
func filtered(filters map[string][]string) []string {
	var parameters []string
	n := 0
	for name, values := range filters {
		n++
		parameters = append(parameters, fmt.Sprintf("Filter.%d.Name", n), name)
		parameters = append(parameters, numbered(fmt.Sprintf("Filter.%d.Value", n), values...)...)
	}
	return parameters
}

// succeedXML gives an answer to a query call.
func (r *request) succeedXML(output any) *reply {
	body, err := xml.Marshal(output)
	if err != nil {
		return r.fail(http.StatusInternalServerError, "AwstestProxy", err.Error())
	}
	return &reply{status: http.StatusOK, header: http.Header{"Content-Type": {"text/xml"}, "X-Amzn-Requestid": {requestID()}}, body: body}
}

// arranges says that the call is one of the test's own.
func (r *request) arranges() bool { return r.http.Header.Get(arrangeHeader) != "" }

// pageOf cuts out the page that a call to EC2 asks for.
func pageOf[T any](r *request, all []T) (page []T, next string) {
	start, _ := position(r.form.Get("NextToken"))
	start = min(start, len(all))
	end := len(all)
	if size, err := strconv.Atoi(r.form.Get("MaxResults")); err == nil && start+size < end {
		end = start + size
		next = base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(end)))
	}
	return all[start:end], next
}
