// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const (
	// Mine is the statement of a grant Mine that gives the accounts 222222222222 pull.
	Mine = `{"Sid":"Mine","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},
		"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`
	// theirs is one that a grant can express too.
	theirs = `{"Sid":"Theirs","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::333333333333:root"},
		"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`
	// denyOthers is one that a lockdown can express.
	denyOthers = `{"Sid":"DenyOthers","Effect":"Deny","Principal":"*","Action":"ecr:PutImage",
		"Condition":{"StringNotEquals":{"aws:PrincipalAccount":["ACCOUNT","222222222222","333333333333"]}}}`
)

// ForeignKinds gives statements of every kind that others can have in the policy: those that a grant or a lockdown can express, one
// whose Sid looks like a part of Mine, one without a Sid, one with NotPrincipal, one with an operator and a key that
// the engine can't decide, and Foreign.
func ForeignKinds(a *awstest.AWS) []string {
	return []string{
		theirs,
		strings.ReplaceAll(denyOthers, "ACCOUNT", a.AccountID),
		strings.ReplaceAll(theirs, "Theirs", "MineAccounts"),
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444444444444:root"},"Action":"ecr:DescribeImages"}`,
		`{"Sid":"NotThem","Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::` + a.AccountID + `:root","arn:aws:iam::` + a.AccountID + `:user/awstest"]},"Action":"ecr:DeleteRepository"}`,
		`{"Sid":"Future","Effect":"Deny","Principal":"*","Action":"ecr:PutImage","Condition":{"BinaryEquals":{"future:Key":"QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}}`,
		Foreign,
	}
}

// SetForeignKinds makes a policy of Mine and ForeignKinds.
func SetForeignKinds(t testing.TB, a *awstest.AWS) {
	t.Helper()
	all := []policy.Statement{parse(t, Mine)}
	for _, text := range ForeignKinds(a) {
		all = append(all, parse(t, text))
	}
	SetPolicy(t, a, policy.New(all...).Canonical())
}

// ExpectForeignKinds expects the policy to have all of ForeignKinds, and statements with the Sids beside them, given in the order of
// the alphabet.
func ExpectForeignKinds(t testing.TB, a *awstest.AWS, own ...string) {
	t.Helper()
	for _, text := range ForeignKinds(a) {
		ExpectStatement(t, a, text)
	}
	sids := slices.Concat(own, []string{"", "DenyOthers", "Future", "LambdaECRImageRetrievalPolicy", "MineAccounts", "NotThem", "Theirs"})
	slices.Sort(sids)
	ExpectSids(t, a, sids...)
}
