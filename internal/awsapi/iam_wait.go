// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// longestPause bounds the pauses between reads, in doublings of the first.
const longestPause = 3

// WaitRole reads the role until IAM gives back what was written, several times in a row, and then waits settle, so that what
// comes next can assume the role or pass it. What was taken from it, without, must be gone from all reads; what it holds
// beside that and beyond wanted is others', and isn't waited for. An empty
// ARN or UniqueID, a MaxSessionDuration of 0 and the CreateDate aren't compared. The wait ends with ctx, or with an error that
// names what IAM still gives otherwise when that takes longer than Timing.PropagationTimeout. Its progress is in the log.
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (Changes that I make are not always immediately
// visible).
func (c *Clients) WaitRole(ctx context.Context, wanted Role, without RoleContents, settle time.Duration) error {
	inline := slices.Concat(slices.Sorted(maps.Keys(wanted.Inline)), without.Inline)
	return c.waitSteady(ctx, "the role "+wanted.Name, settle, func() (differs string, err error) {
		role, listed, err := c.listedRole(ctx, wanted.Name, inline)
		switch {
		case IsNotFound(err):
			return "the role itself", nil
		case err != nil:
			return "", err
		}
		if left := without.leftIn(role, listed); left != "" {
			return left, nil
		}
		// A policy counts that is both listed and readable: a role whose reads disagree isn't settled.
		maps.DeleteFunc(role.Inline, func(policy, _ string) bool { return !slices.Contains(listed, policy) })
		return wanted.differsFrom(role), nil
	})
}

// leftIn names what of the contents a read of the role still shows, be it in the list of its inline policies alone; "" when
// nothing.
func (r RoleContents) leftIn(role Role, listed []string) string {
	for _, name := range r.Inline {
		if _, given := role.Inline[name]; given || slices.Contains(listed, name) {
			return "the inline policy " + name + ", which was removed,"
		}
	}
	for _, arn := range r.Managed {
		if slices.Contains(role.Managed, arn) {
			return "the managed policy " + arn + ", which was detached,"
		}
	}
	for _, key := range r.Tags {
		if _, there := role.Tags[key]; there {
			return "the tag " + key + ", which was removed,"
		}
	}
	return ""
}

// WaitInline is WaitRole for one inline policy, which is JSON.
func (c *Clients) WaitInline(ctx context.Context, role, name, policy string, settle time.Duration) error {
	return c.waitSteady(ctx, "the inline policy "+name+" of the role "+role, settle, func() (differs string, err error) {
		text, err := c.InlinePolicy(ctx, role, name)
		switch {
		case IsNotFound(err):
			return "the policy itself", nil
		case err != nil:
			return "", err
		case !sameJSON(policy, text):
			return "its text", nil
		}
		return "", nil
	})
}

// waitSteady looks at what was written until nothing of it differs, several times in a row, and then waits settle.
func (c *Clients) waitSteady(ctx context.Context, what string, settle time.Duration, look func() (differs string, err error)) error {
	waited := time.Duration(0)
	for reads, steady, stale := 1, 0, 0; ; reads++ {
		differs, err := look()
		if err != nil {
			return fmt.Errorf("%s was written, but can't be read back: %w", what, err)
		}
		pause := c.config.Timing.SecondLook
		if differs == "" {
			steady, stale = steady+1, 0
		} else {
			pause <<= min(stale, longestPause)
			steady, stale = 0, stale+1
		}
		// Each read may be answered by another of IAM's replicas.
		if steady == c.config.Timing.SteadyReads {
			break
		}
		c.logWait(ctx, "waiting for IAM to give back what was written", map[string]any{
			"object": what, "reads": reads, "reads_that_agree": steady, "differs": differs, "waited": waited.String(),
		})
		if waited >= c.config.Timing.PropagationTimeout {
			return fmt.Errorf("%s was written %s ago, but IAM doesn't give it back as written: %s differs; "+
				"see whether something else changes it, and apply again", what, waited, differs)
		}
		if err := c.config.Timing.Wait(ctx, pause); err != nil {
			return fmt.Errorf("%s was written, but waiting for IAM to give it back was cut off: %w", what, err)
		}
		waited += pause
	}
	if settle <= 0 {
		return nil
	}
	c.logWait(ctx, "waiting for other services to know what was written", map[string]any{"object": what, "settle": settle.String()})
	if err := c.config.Timing.Wait(ctx, settle); err != nil {
		return fmt.Errorf("%s was written and IAM gives it back, but waiting for other services to know it was cut off: %w", what, err)
	}
	return nil
}

func (c *Clients) logWait(ctx context.Context, message string, fields map[string]any) {
	tflog.SubsystemInfo(logger(ctx), subsystem, message, fields)
}

// differsFrom names what got lacks of the role that is wanted, or has otherwise; "" when it has all.
func (r Role) differsFrom(got Role) string {
	for _, part := range []struct {
		name string
		same bool
	}{
		{"the name", r.Name == got.Name},
		{"the unique id", r.UniqueID == "" || r.UniqueID == got.UniqueID},
		{"the ARN", r.ARN == "" || r.ARN == got.ARN},
		{"the path", r.Path == got.Path},
		{"the description", r.Description == got.Description},
		{"the trust policy", sameJSON(r.TrustPolicy, got.TrustPolicy)},
		{"the permissions boundary", r.PermissionsBoundary == got.PermissionsBoundary},
		{"the longest session", r.MaxSessionDuration == 0 || r.MaxSessionDuration == got.MaxSessionDuration},
	} {
		if !part.same {
			return part.name
		}
	}
	for _, key := range slices.Sorted(maps.Keys(r.Tags)) {
		if value, ok := got.Tags[key]; !ok || value != r.Tags[key] {
			return "the tag " + key
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Inline)) {
		if policy, ok := got.Inline[name]; !ok || !sameJSON(r.Inline[name], policy) {
			return "the inline policy " + name
		}
	}
	for _, arn := range r.Managed {
		if !slices.Contains(got.Managed, arn) {
			return "the managed policy " + arn
		}
	}
	return ""
}

// sameJSON says whether two policies are equal but for the order of their lists, in which IAM takes no part of the meaning, and
// for a list of one that is written as its only element. It knows nothing of policies beyond that: what is compared was
// written a moment ago.
func sameJSON(a, b string) bool {
	if a == b {
		return true
	}
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	return bytes.Equal(sortedJSON(x), sortedJSON(y))
}

func sortedJSON(value any) json.RawMessage {
	switch value := value.(type) {
	case []any:
		elements := make([]json.RawMessage, len(value))
		for i, element := range value {
			elements[i] = sortedJSON(element)
		}
		if len(elements) == 1 {
			return elements[0]
		}
		slices.SortFunc(elements, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
		return encoded(elements)
	case map[string]any:
		members := make(map[string]json.RawMessage, len(value))
		for name, member := range value {
			members[name] = sortedJSON(member)
		}
		return encoded(members)
	default:
		return encoded(value)
	}
}

// encoded writes what was read from JSON, which can always be written.
func encoded(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return text
}
