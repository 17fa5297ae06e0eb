// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ecsPreset is what one attribute of T stands for, which is ECSPermissions or ECSExecution.
type ecsPreset[T any] struct {
	attribute string
	arns      func(*T) *[]string
	kinds     []ecsResource
	// statements are those of ARNs. In the first that an ARN makes stands the ARN itself, or what inverse undoes.
	statements func(arns []string) []policy.Statement
	// inverse gives the ARNs of resources, in their shortest spelling; nil: they are the same.
	inverse func(resources []string) []string
	// via is the service, as kms:ViaService names it, that uses KMS keys for the caller. It always decrypts; encrypts says
	// that it makes data keys too.
	via      string
	encrypts bool
}

// each applies a change to every text.
func each(change func(string) string) func([]string) []string {
	return func(texts []string) []string {
		changed := make([]string, len(texts))
		for i, text := range texts {
			changed[i] = change(text)
		}
		return changed
	}
}

// presetStatements are the statements of all attributes.
func presetStatements[T any](presets []ecsPreset[T], input *T) []policy.Statement {
	var statements []policy.Statement
	for i := range presets {
		if arns := *presets[i].arns(input); len(arns) > 0 {
			statements = append(statements, presets[i].statements(arns)...)
		}
	}
	return statements
}

// keyUses gives the services that decrypt, and those that make data keys.
func keyUses[T any](presets []ecsPreset[T], input *T) (decrypt, encrypt []string) {
	for i := range presets {
		preset := &presets[i]
		if preset.via == "" || len(*preset.arns(input)) == 0 {
			continue
		}
		decrypt = append(decrypt, preset.via)
		if preset.encrypts {
			encrypt = append(encrypt, preset.via)
		}
	}
	return decrypt, encrypt
}

// The Sids of useOfKeys.
const (
	decryptSid         = "KMSDecrypt"
	generateDataKeySid = "KMSGenerateDataKey"
)

const viaServiceKey = "kms:ViaService"

// useOfKeys lets services use KMS keys for the caller, and never the caller itself. A service uses keys of its own Region,
// and its name ends the same in every partition (AWS KMS Developer Guide, conditions-kms).
func useOfKeys(keys, decrypt, encrypt []string) []policy.Statement {
	var statements []policy.Statement
	for _, use := range []struct {
		sid, action string
		services    []string
	}{{decryptSid, "kms:Decrypt", decrypt}, {generateDataKeySid, "kms:GenerateDataKey", encrypt}} {
		if len(keys) == 0 || len(use.services) == 0 {
			continue
		}
		via := policy.Condition{Operator: "StringEquals", Key: viaServiceKey}
		for _, key := range keys {
			parts, _ := splitARN(key)
			if strings.ContainsAny(parts.region, "*?") {
				via.Operator = "StringLike"
			}
			for _, service := range use.services {
				via.Values = append(via.Values, service+"."+parts.region+".amazonaws.com")
			}
		}
		statements = append(statements, ecsAllow(use.sid, []string{use.action}, keys, via))
	}
	return statements
}

func ecsAllow(sid string, actions, resources []string, conditions ...policy.Condition) policy.Statement {
	return policy.Statement{Sid: sid, Effect: policy.Allow, Actions: actions, Resources: resources, Conditions: conditions}
}

// sortedOnce gives the texts sorted, each once.
func sortedOnce(texts []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(texts)))
}
