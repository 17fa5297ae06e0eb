// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// RecognizeECSExecution gives the valid input with which ECSExecutionPolicy builds a policy, which is the way back for an
// import. ok is false when none does. Of several that build the same it is the shortest.
func RecognizeECSExecution(d policy.Document) (e ECSExecution, ok bool) {
	recognizePresets(ecsExecutionPresets, ValidateECSExecution, d.Statements, &e)
	for _, s := range d.Statements {
		switch s.Sid {
		case pullSid:
			e.RepositoryARNs = sortedOnce(s.Resources)
			e.SourceVPCIDs = sortedOnce(conditionValues(s, "StringEquals", sourceVPCKey))
			e.SourceVPCEIDs = sortedOnce(conditionValues(s, "StringEquals", sourceVPCEKey))
		case decryptSid:
			e.KMSKeyARNs = sortedOnce(s.Resources)
		}
	}
	if HasErrors(ValidateECSExecution(e)) || !policy.Equal(ECSExecutionPolicy(e), d) {
		return ECSExecution{}, false
	}
	return e, true
}

// RecognizeECSPermissions gives the permissions with which ECSTaskPolicy builds a policy, which is the way back for an
// import: each attribute that makes all its statements, and all other statements as they are. ok is false when none do, as
// for a policy with an Id or a statement with NotAction.
func RecognizeECSPermissions(d policy.Document) (p ECSPermissions, ok bool) {
	left := recognizePresets(ecsPresets, ValidateECSPermissions, d.Statements, &p)
	left, p.ECSExec = without(left, ecsExec())
	left = p.recognizeMetrics(left)
	p.Statements = append(p.Statements, p.recognizeKeys(left)...) // nil where none is left
	if !policy.Equal(ECSTaskPolicy(p), d) || slices.ContainsFunc(p.Statements, unwritable) {
		return ECSPermissions{}, false
	}
	return p, true
}

// unwritable says that no argument has a place for a part of the statement.
func unwritable(s policy.Statement) bool {
	return len(s.NotActions)+len(s.NotResources) > 0 || !s.Principal.IsZero() || !s.NotPrincipal.IsZero()
}

func (p *ECSPermissions) recognizeMetrics(left []policy.Statement) []policy.Statement {
	for _, s := range left {
		alone := ECSPermissions{CloudWatchMetrics: sortedOnce(conditionValues(s, "StringEquals", namespaceKey))}
		if s.Equal(putMetrics(alone.CloudWatchMetrics)) && !HasErrors(ValidateECSPermissions(alone)) {
			p.CloudWatchMetrics = alone.CloudWatchMetrics
			left, _ = without(left, s)
			break
		}
	}
	return left
}

// recognizeKeys finds the keys of what is recognized so far.
func (p *ECSPermissions) recognizeKeys(left []policy.Statement) []policy.Statement {
	decrypt, encrypt := keyUses(ecsPresets, p)
	for _, s := range left {
		if s.Sid != decryptSid {
			continue
		}
		with := *p
		with.KMSKeyARNs = sortedOnce(s.Resources)
		if rest, made := without(left, useOfKeys(with.KMSKeyARNs, decrypt, encrypt)...); made && !HasErrors(ValidateECSPermissions(with)) {
			p.KMSKeyARNs = with.KMSKeyARNs
			return rest
		}
	}
	return left
}

// RecognizeECSTask gives the input with which ECSTaskRole builds the trust policy and the inline policy of a role, which is
// the way back for an import. A document without statements stands for no inline policy. ok is false when no input does; the
// permissions alone may still be recognized then.
func RecognizeECSTask(trust, inline policy.Document, site Site) (t ECSTask, ok bool) {
	for _, s := range trust.Statements {
		for _, source := range conditionValues(s, "ArnLike", "aws:SourceArn") {
			parts, _ := splitARN(source)
			if _, known := PartitionOfRegion(parts.region); !known {
				return ECSTask{}, false
			}
			t.SourceRegions = append(t.SourceRegions, parts.region)
		}
	}
	if t.SourceRegions = sortedOnce(t.SourceRegions); slices.Equal(t.SourceRegions, []string{site.Region}) {
		t.SourceRegions = nil
	}
	t.Permissions, ok = RecognizeECSPermissions(inline)
	if !ok || !policy.Equal(t.trust(site).Document(site.Partition), trust) {
		return ECSTask{}, false
	}
	return t, true
}

// recognizePresets fills the attributes whose statements are all there and that are valid by themselves, and gives the
// statements that are left.
func recognizePresets[T any](presets []ecsPreset[T], validate func(T) []Problem, statements []policy.Statement, into *T) []policy.Statement {
	for i := range presets {
		preset := &presets[i]
		arns := preset.find(statements)
		if len(arns) == 0 {
			continue
		}
		var alone T
		*preset.arns(&alone) = arns
		if HasErrors(validate(alone)) {
			continue
		}
		if rest, made := without(statements, preset.statements(arns)...); made {
			*preset.arns(into), statements = arns, rest
		}
	}
	return statements
}

// find gives the ARNs that the attribute's own statements name: of each kind, the first that an ARN makes.
func (p *ecsPreset[T]) find(statements []policy.Statement) []string {
	var sids, resources []string
	for _, kind := range p.kinds {
		sids = append(sids, p.statements([]string{kind.example})[0].Sid)
	}
	for _, s := range statements {
		if slices.Contains(sids, s.Sid) {
			resources = append(resources, s.Resources...)
		}
	}
	if p.inverse != nil {
		resources = p.inverse(resources)
	}
	return sortedOnce(resources)
}

// without takes statements out of others. made is false, and nothing is taken, unless all of them are there.
func without(statements []policy.Statement, taken ...policy.Statement) (rest []policy.Statement, made bool) {
	rest = slices.Clone(statements)
	for _, s := range taken {
		i := slices.IndexFunc(rest, func(other policy.Statement) bool { return other.Sid == s.Sid && other.Equal(s) })
		if i < 0 {
			return statements, false
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return rest, true
}
