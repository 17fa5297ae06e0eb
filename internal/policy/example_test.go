// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy_test

import (
	"fmt"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func ExampleParse() {
	d, err := policy.Parse(`{"Version": "2012-10-17", "Statement": {
		"Effect": "Allow", "Principal": {"AWS": ["222222222222"]}, "Action": ["ecr:batchgetimage"]
	}}`)
	fmt.Println(d.Canonical(), err)

	_, err = policy.Parse("{\"Version\": \"2012-10-17\",\n \"Statement\": [{\"Effect\": \"allow\"}]}")
	fmt.Println(err)
	// Output:
	// {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"ecr:BatchGetImage"}]} <nil>
	// line 2, column 27: Effect "allow" is not one; write "Allow" or "Deny"
}

func ExampleEqual() {
	account := policy.New(policy.Statement{
		Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"222222222222"}}, Actions: []string{"ecr:PutImage"},
	})
	root := policy.New(policy.Statement{
		Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"arn:aws:iam::222222222222:root"}}, Actions: []string{"ecr:putimage"},
	})
	fmt.Println(policy.Equal(account, root))
	// Output: true
}

func ExampleFindings() {
	d := policy.New(policy.Statement{
		Sid: "AllowPull", Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:ListImages"},
	})
	for _, f := range policy.Findings(d, policy.KindRepository) {
		fmt.Println(f.Severity, f.Code, f.Path)
		fmt.Println(f.Message)
	}
	// Output:
	// error PUBLIC_ACCESS Statement[0].Principal
	// everybody with an AWS account may do this; name accounts in Principal, or add a condition with fixed values, such as StringEquals on aws:PrincipalOrgID
}
