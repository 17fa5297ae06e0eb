// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text string
		want policy.Document
	}{
		"scalars and an object for a statement": {
			`{"Id":"x","Statement":{"Sid":"a","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage","Resource":"*"}}`,
			policy.Document{ID: "x", Statements: []policy.Statement{{
				Sid: "a", Effect: policy.Allow, Principal: policy.Principal{Any: true},
				Actions: []string{"ecr:BatchGetImage"}, Resources: []string{"*"},
			}}},
		},
		"lists and negations": {
			`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":["*","111111111111"],"Service":"a.b",
			"Federated":["f"],"CanonicalUser":"c"},"NotAction":["a:b","c:d"],"NotResource":["*"]}]}`,
			policy.New(policy.Statement{
				Effect: policy.Deny,
				NotPrincipal: policy.Principal{
					Any: true, AWS: []string{"111111111111"}, Service: []string{"a.b"}, Federated: []string{"f"}, CanonicalUser: []string{"c"},
				},
				NotActions: []string{"a:b", "c:d"}, NotResources: []string{"*"},
			}),
		},
		"condition values keep their JSON text": {
			`{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"*","Condition":{"Bool":{"aws:SecureTransport":true},
			"NumericEquals":{"s3:max-keys":[12345678901234567890, 1.50]},"StringEquals":{"aws:username":[]},"Null":{}}}]}`,
			policy.Document{Version: policy.Version2008, Statements: []policy.Statement{{
				Effect: policy.Allow, Actions: []string{"*"},
				Conditions: []policy.Condition{
					{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"true"}},
					{Operator: "NumericEquals", Key: "s3:max-keys", Values: []string{"12345678901234567890", "1.50"}},
					{Operator: "StringEquals", Key: "aws:username", Values: []string{}},
				},
			}}},
		},
		"numbers in every form": {
			`{"Statement":{"Effect":"Allow","Action":"*","Condition":{"NumericEquals":{"a:b":[0,-0,10,-1.05,0e1,1E+20,0.5e-07]}}}}`,
			policy.Document{Statements: []policy.Statement{{
				Effect: policy.Allow, Actions: []string{"*"},
				Conditions: []policy.Condition{{
					Operator: "NumericEquals", Key: "a:b", Values: []string{"0", "-0", "10", "-1.05", "0e1", "1E+20", "0.5e-07"},
				}},
			}}},
		},
		"escapes": {
			`{"Id":"\"\\\/\u00e9\ud83d\ude00\ud800","Statement":{"\u0045ffect":"Allow","Action":"\u002a","Principal":{"AWS":["\u002a"]}}}`,
			policy.Document{ID: "\"\\/é😀\ufffd", Statements: []policy.Statement{{
				Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"*"},
			}}},
		},
		"no statements, white space around": {" \n{\"Statement\": []}\r\n\t", policy.Document{Statements: []policy.Statement{}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := policy.Parse(tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	statement := func(elements string) string {
		return `{"Statement":[{"Effect":"Allow","Action":"ecr:*",` + elements + "}]}"
	}
	for name, tc := range map[string]struct {
		text, want string
	}{
		"nothing":              {"", "line 1, column 1: the text ends before the document does"},
		"cut off":              {"{\"Statement\":\n[", "line 2, column 2: the text ends before the document does"},
		"cut off in a member":  {`{"Statement"`, "the text ends before the document does"},
		"not JSON":             {`{"Statement":[],}`, "column 17: this is not JSON"},
		"not JSON in a list":   {`{"Statement":[1 2]}`, "this is not JSON"},
		"wrong bracket":        {`{"Statement":[}`, "this is not JSON"},
		"not JSON in a name":   {`{"Statement":[], "\x":1}`, "column 18: this is not JSON"},
		"no name":              {`{"Id":"x", 1:2}`, "column 12: this is not JSON"},
		"no colon":             {`{"Statement" []}`, "column 14: this is not JSON"},
		"comma for a colon":    {`{"Statement",[]}`, "column 14: this is not JSON"},
		"two commas":           {`{"Statement":[1,,2]}`, "column 18: this is not JSON"},
		"colon in a list":      {`{"Statement":[1:2]}`, "column 17: this is not JSON"},
		"zero before a digit":  {`{"Statement":[01]}`, "column 16: this is not JSON"},
		"minus alone":          {`{"Statement":[-]}`, "column 15: this is not JSON"},
		"no fraction":          {`{"Statement":[1.]}`, "column 15: this is not JSON"},
		"no exponent":          {`{"Statement":[1e+]}`, "column 15: this is not JSON"},
		"true misspelled":      {`{"Statement":trve}`, "column 14: this is not JSON"},
		"more than true":       {`{"Statement":[true1]}`, "column 19: this is not JSON"},
		"control character":    {"{\"Id\":\"a\tb\"}", "column 7: this is not JSON"},
		"unknown escape":       {`{"Id":"a\'b"}`, "column 7: this is not JSON"},
		"cut off in a string":  {`{"Id":"a`, "column 9: the text ends before"},
		"cut off in an escape": {`{"Id":"a\`, "column 10: the text ends before"},
		"cut off in a word":    {`{"Id":tru`, "column 10: the text ends before"},
		"cut off in a number":  {`{"Id":-`, "column 8: the text ends before"},
		"invalid UTF-8":        {"{\"Id\":\"\xff\"}", "line 1, column 8: the text is not valid UTF-8"},
		"typographic quote":    {"{“Statement”:[]}", "line 1, column 2: “ is a typographic quotation mark"},
		"too deep":             {strings.Repeat("[", 99), "nested deeper than any policy"},
		"too long":             {strings.Repeat(" ", 1<<24+1), "line 1, column 1: the text has 16777217 bytes, which is more than any policy has"},
		"trailing document":    {`{"Statement":[]} {}`, "line 1, column 18: there is more text after the document"},
		"trailing comma":       {`{"Statement":[]},`, "line 1, column 17: there is more text after the document"},
		"not an object":        {"[]", "the document must be an object, not a list"},
		"no Statement":         {"{}", "the document has no Statement"},
		"column in characters, after a line of others": {"{\n\"Ié\": \"é\",\n  \"Ié\":1}", "line 3, column 3: \"Ié\" stands twice"},
		"duplicate key":             {`{"Statement":[],"Statement":[]}`, "column 17: \"Statement\" stands twice in this object"},
		"duplicate escaped key":     {`{"Statement":[],"St\u0061tement":[]}`, "stands twice"},
		"unknown element":           {`{"Foo":1}`, "column 2: there is no element \"Foo\"; here stand Version, Id, Statement"},
		"letter case of an element": {`{"version":"2012-10-17"}`, "write \"Version\""},
		"plural of an element":      {statement(`"Resources":"*"`), "there is no element \"Resources\"; write \"Resource\""},
		"singular of an element":    {`{"Statements":[]}`, "write \"Statement\""},
		"Version":                   {`{"Version":"2012-10-18"}`, "Version \"2012-10-18\" is not one"},
		"Version's type":            {`{"Version":2012}`, "Version must be a string, not a number"},
		"Id's type":                 {`{"Id":true}`, "Id must be a string, not a boolean"},
		"null":                      {`{"Statement":null}`, "a statement must be an object, not null"},
		"statement's type":          {`{"Statement":["x"]}`, "a statement must be an object, not a string"},
		"no Effect":                 {`{"Statement":[{"Action":"*"}]}`, "column 15: the statement has no Effect"},
		"no Action":                 {`{"Statement":[{"Effect":"Deny"}]}`, "the statement has no Action"},
		"Effect":                    {`{"Statement":[{"Effect":"allow"}]}`, "Effect \"allow\" is not one"},
		"Effect's type":             {`{"Statement":[{"Effect":["Allow"]}]}`, "Effect must be a string, not a list"},
		"Sid's type":                {statement(`"Sid":1`), "Sid must be a string, not a number"},
		"both principals":           {statement(`"Principal":"*","NotPrincipal":"*"`), "NotPrincipal stands beside its negation"},
		"both resources":            {statement(`"NotResource":"*","Resource":"*"`), "Resource stands beside its negation"},
		"both actions":              {statement(`"NotAction":"*"`), "NotAction stands beside its negation"},
		"empty actions":             {`{"Statement":[{"Effect":"Deny","Action":[]}]}`, "Action is an empty list"},
		"empty action":              {`{"Statement":[{"Effect":"Deny","Action":["ecr:*",""]}]}`, "column 50: Action holds an empty string"},
		"action's type":             {`{"Statement":[{"Effect":"Deny","Action":[{}]}]}`, "Action takes strings, not an object"},
		"NotAction's type":          {`{"Statement":[{"Effect":"Deny","NotAction":1}]}`, "NotAction takes strings, not a number"},
		"empty resources":           {statement(`"Resource":[]`), "Resource is an empty list"},
		"null resource":             {statement(`"NotResource":null`), "NotResource takes strings, not null"},
		"principal's text":          {statement(`"Principal":"111111111111"`), "write {\"AWS\": \"111111111111\"}"},
		"principal's type":          {statement(`"Principal":["*"]`), "Principal must be an object, not a list"},
		"principal of nobody":       {statement(`"NotPrincipal":{}`), "NotPrincipal names nobody"},
		"principal's kind":          {statement(`"Principal":{"aws":"*"}`), "there is no element \"aws\"; write \"AWS\""},
		"empty principals":          {statement(`"Principal":{"Service":[]}`), "Service is an empty list"},
		"condition's type":          {statement(`"Condition":[]`), "Condition must be an object, not a list"},
		"operator's type":           {statement(`"Condition":{"Bool":"x"}`), "a condition operator must be an object, not a string"},
		"condition value's type":    {statement(`"Condition":{"Bool":{"a:b":[null]}}`), "\"a:b\" takes strings, numbers and booleans, not null"},
		"operator twice":            {statement(`"Condition":{"Bool":{"a:b":"true"},"bool":{}}`), "\"bool\" stands twice in this Condition"},
		"condition key twice":       {statement(`"Condition":{"Bool":{"a:b":"true","A:b":"true"}}`), "\"A:b\" stands twice under Bool"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.Parse(tc.text)
			var syntax *policy.SyntaxError
			if !errors.As(err, &syntax) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want a SyntaxError with %q", err, tc.want)
			}
		})
	}
}
