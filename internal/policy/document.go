// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"slices"
	"strings"
)

// The versions of the policy language. A document that names none is read by AWS as Version2008, which knows no policy
// variables (IAM User Guide, reference_policies_elements_version).
const (
	Version2008 = "2008-10-17"
	Version2012 = "2012-10-17"
)

// Effect says whether a statement allows or denies.
type Effect string

// The two effects, spelled as AWS spells them.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Document is a policy document. Version is "" when its text named none, which means Version2008; New gives a document
// of Version2012.
type Document struct {
	Version, ID string
	Statements  []Statement
}

// Statement is one statement of a document. A nil list, a zero Principal and an empty Sid stand for an absent element.
type Statement struct {
	Sid                     string
	Effect                  Effect
	Principal, NotPrincipal Principal
	Actions, NotActions     []string
	Resources, NotResources []string
	Conditions              []Condition
}

// Principal is the value of a Principal or NotPrincipal element. Any stands for "*" and for {"AWS": "*"}, which mean the
// same (IAM User Guide, reference_policies_elements_principal).
type Principal struct {
	Any                                    bool
	AWS, Service, Federated, CanonicalUser []string
}

// Condition is one operator with one key. All conditions of a statement must hold; of the values one is enough.
type Condition struct {
	Operator, Key string
	Values        []string
}

// New gives a document of Version2012 with the given statements.
func New(statements ...Statement) Document {
	return Document{Version: Version2012, Statements: statements}
}

// IsZero reports whether the element is absent.
func (p Principal) IsZero() bool {
	return !p.Any && len(p.AWS)+len(p.Service)+len(p.Federated)+len(p.CanonicalUser) == 0
}

// WithPartition writes each bare account id among the AWS principals as the account's root ARN in the partition ("aws",
// "aws-cn", …). Canonical alone takes "aws".
func (d Document) WithPartition(partition string) Document {
	return d.mapStatements(func(s Statement) Statement {
		s.Principal.AWS = rootARNs(s.Principal.AWS, partition)
		s.NotPrincipal.AWS = rootARNs(s.NotPrincipal.AWS, partition)
		return s
	})
}

// Upgrade gives the document in Version2012 with the meaning it had: in an older document "${" is plain text, so it is
// escaped as "${$}{" (IAM User Guide, reference_policies_variables, on special characters).
func (d Document) Upgrade() Document {
	if d.Version == Version2012 {
		return d
	}
	d.Version = Version2012
	return d.mapStatements(func(s Statement) Statement {
		s.Resources = escapeVariables(s.Resources)
		s.NotResources = escapeVariables(s.NotResources)
		s.Conditions = slices.Clone(s.Conditions)
		for i := range s.Conditions {
			s.Conditions[i].Values = escapeVariables(s.Conditions[i].Values)
		}
		return s
	})
}

// mapStatements gives a copy of the document with each statement replaced; the receiver's slice stays as it is.
func (d Document) mapStatements(change func(Statement) Statement) Document {
	d.Statements = mapList(d.Statements, change)
	return d
}

// mapList keeps nil as nil, because nil stands for an absent element.
func mapList[T any](list []T, change func(T) T) []T {
	if list == nil {
		return nil
	}
	out := make([]T, len(list))
	for i, v := range list {
		out[i] = change(v)
	}
	return out
}

func escapeVariables(values []string) []string {
	return mapList(values, func(v string) string { return strings.ReplaceAll(v, "${", "${$}{") })
}

func rootARNs(principals []string, partition string) []string {
	return mapList(principals, func(p string) string {
		if isAccountID(p) {
			return "arn:" + partition + ":iam::" + p + ":root"
		}
		return p
	})
}

func isAccountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}
