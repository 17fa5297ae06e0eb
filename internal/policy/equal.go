// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// Equal reports whether two documents mean the same and carry the same Sids and Id. It ignores order, duplicates, the
// difference of a scalar and a list of one, "*" and {"AWS": "*"}, an account's id and its root ARN in any partition, and
// the letter case of actions, operators and condition keys; the tag key after a slash keeps its case. Version makes a
// difference only where "${" is in a Resource or condition value, because an older document takes it literally.
func Equal(a, b Document) bool {
	return a.Upgrade().text(Statement.folded) == b.Upgrade().text(Statement.folded)
}

// EqualText is Equal of two texts. The error is a *SyntaxError of the first that isn't a policy document.
func EqualText(a, b string) (bool, error) {
	first, err := Parse(a)
	if err != nil {
		return false, err
	}
	second, err := Parse(b)
	if err != nil {
		return false, err
	}
	return Equal(first, second), nil
}

// Equal reports whether two statements of the same language version mean the same and carry the same Sid.
func (s Statement) Equal(t Statement) bool {
	return s.folded().text() == t.folded().text()
}

// folded gives the statement with all that Equal ignores taken away.
func (s Statement) folded() Statement {
	s = s.normal()
	s.Principal.AWS = sorted(s.Principal.AWS, foldRoot)
	s.NotPrincipal.AWS = sorted(s.NotPrincipal.AWS, foldRoot)
	s.Actions = sorted(s.Actions, fold)
	s.NotActions = sorted(s.NotActions, fold)
	s.Conditions = sortedConditions(s.Conditions, func(c Condition) Condition {
		c.Operator, c.Key = fold(c.Operator), foldKey(c.Key)
		return c
	})
	return s
}

// foldRoot gives the account id for a root ARN of any partition. A policy names accounts of its own partition only, so
// the partition tells nothing.
func foldRoot(principal string) string {
	a, err := arn.Parse(principal)
	if err == nil && a.Service == "iam" && a.Region == "" && a.Resource == "root" && isAccountID(a.AccountID) {
		return a.AccountID
	}
	return principal
}
