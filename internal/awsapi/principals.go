// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// namedPrincipals are the roles and users that a policy names as its principals: those that IAM may have made so lately
// that ECR doesn't know them. A policy that can't be read names none: AWS says what is wrong with it.
func namedPrincipals(policy string) []string {
	var document struct {
		Statement json.RawMessage
	}
	if json.Unmarshal([]byte(policy), &document) != nil {
		return nil
	}
	named := map[string]struct{}{}
	for _, statement := range oneOrMore[struct{ Principal, NotPrincipal json.RawMessage }](document.Statement) {
		for _, element := range []json.RawMessage{statement.Principal, statement.NotPrincipal} {
			var principal struct{ AWS json.RawMessage }
			if json.Unmarshal(element, &principal) != nil {
				continue // absent, or "*"
			}
			for _, arn := range oneOrMore[string](principal.AWS) {
				if strings.Contains(arn, ":role/") || strings.Contains(arn, ":user/") {
					named[arn] = struct{}{}
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(named))
}

// oneOrMore reads what a policy may write as a list or as its only element.
func oneOrMore[T any](raw json.RawMessage) []T {
	var many []T
	if json.Unmarshal(raw, &many) == nil {
		return many
	}
	var one T
	if json.Unmarshal(raw, &one) == nil {
		return []T{one}
	}
	return nil
}

// principalsError adds to an error that waiting for IAM did not cure which principals it may be about.
func principalsError(err error, principals []string, waited time.Duration) error {
	if judge(err) != propagation || len(principals) == 0 {
		return err
	}
	return fmt.Errorf("%w; ECR was asked for %s: check that these principals exist: %s", err, waited, strings.Join(principals, ", "))
}
