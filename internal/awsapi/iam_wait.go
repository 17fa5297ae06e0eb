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
// comes next can assume the role or pass it. What the role holds beyond wanted is others', and isn't waited for; an empty
// ARN or UniqueID, a MaxSessionDuration of 0 and the CreateDate aren't compared. The wait ends with ctx, or with an error that
// names what IAM still gives otherwise when that takes longer than Timing.PropagationTimeout. Its progress is in the log.
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (Changes that I make are not always immediately
// visible).
func (c *Clients) WaitRole(ctx context.Context, wanted Role, settle time.Duration) error {
	inline := slices.Sorted(maps.Keys(wanted.Inline))
	waited := time.Duration(0)
	for reads, steady, stale := 1, 0, 0; ; reads++ {
		role, _, err := c.listedRole(ctx, wanted.Name, inline)
		differs := ""
		switch {
		case IsNotFound(err):
			differs = "the role itself"
		case err != nil:
			return fmt.Errorf("the role %s was written, but can't be read back: %w", wanted.Name, err)
		default:
			differs = wanted.differsFrom(role)
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
		c.logWait(ctx, "waiting for IAM to give back a role as it was written", map[string]any{
			"role": wanted.Name, "reads": reads, "reads_that_agree": steady, "differs": differs, "waited": waited.String(),
		})
		if waited >= c.config.Timing.PropagationTimeout {
			return fmt.Errorf("the role %s was written %s ago, but IAM doesn't give it back as written: %s differs; "+
				"see whether something else changes the role, and apply again", wanted.Name, waited, differs)
		}
		if err := c.config.Timing.Wait(ctx, pause); err != nil {
			return fmt.Errorf("the role %s was written, but waiting for IAM to give it back was cut off: %w", wanted.Name, err)
		}
		waited += pause
	}
	if settle <= 0 {
		return nil
	}
	c.logWait(ctx, "waiting for other services to know a role", map[string]any{"role": wanted.Name, "settle": settle.String()})
	if err := c.config.Timing.Wait(ctx, settle); err != nil {
		return fmt.Errorf("the role %s was written and IAM gives it back, but waiting for other services to know it was cut off: %w", wanted.Name, err)
	}
	return nil
}

func (c *Clients) logWait(ctx context.Context, message string, fields map[string]any) {
	logged := tflog.NewSubsystem(ctx, subsystem, tflog.WithLevelFromEnv("TF_LOG_PROVIDER_ECRX_AWSAPI"))
	tflog.SubsystemInfo(logged, subsystem, message, fields)
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
