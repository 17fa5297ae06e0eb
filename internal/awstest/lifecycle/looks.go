// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"os"
	"slices"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// everyCall is the environment variable that makes Faults and Interrupts take every call, in a run that may be long.
const everyCall = "ECRX_EVERY_CALL"

// look is a call that a run puts a fault or an interrupt at.
type look struct {
	awstest.Call
	number int // in its phase, from 1
	nth    int // of its action, from 1
}

// looks chooses the calls of a phase. A resource that reads again and again until the reads agree makes calls that go the
// same way: an ordinary run takes the first ones of each action.
func (c Case) looks(calls []awstest.Call) []look {
	limit := max(c.Looks, 1)
	if os.Getenv(everyCall) != "" {
		return firstOfEach(calls, len(calls))
	}
	chosen := firstOfEach(calls, limit)
	if c.WritesOnly {
		chosen = slices.DeleteFunc(chosen, func(l look) bool { return l.Reads() })
	}
	return chosen
}

// interrupted chooses, of the looks, those at which an ordinary run interrupts a client, which takes seconds: the calls that
// change something, and the last one, which mostly is a read of what was written. Whoever is interrupted before has done nothing.
func (c Case) interrupted(calls []awstest.Call) []look {
	chosen := c.looks(calls)
	if os.Getenv(everyCall) != "" || len(chosen) == 0 {
		return chosen
	}
	last := chosen[len(chosen)-1].number
	return slices.DeleteFunc(chosen, func(l look) bool { return l.Reads() && l.number != last })
}

// faultsOf gives the faults that are put at a call. Of a read an ordinary run takes the three ways in which it can't be done: refused,
// failing, and out of reach. One that comes once is mended by the SDK's retry, whoever reads.
func faultsOf(call awstest.Call) []awstest.Fault {
	if call.Reads() && os.Getenv(everyCall) == "" {
		return []awstest.Fault{{Kind: awstest.AccessDenied, Sticky: true}, {Kind: awstest.ServerError, Sticky: true}, {Kind: awstest.DropAfter, Sticky: true}}
	}
	var faults []awstest.Fault
	for _, kind := range awstest.FaultKinds() {
		// A read has no effect after which its answer could be lost: that is the drop before it. For good, a drop is the same before and after.
		if kind != awstest.DropAfter || !call.Reads() {
			faults = append(faults, awstest.Fault{Kind: kind})
		}
		if kind != awstest.Throttling && kind != awstest.DropBefore {
			faults = append(faults, awstest.Fault{Kind: kind, Sticky: true})
		}
	}
	return faults
}

// firstOfEach gives the first calls of each action, limit at most.
func firstOfEach(calls []awstest.Call, limit int) (chosen []look) {
	seen := map[string]int{}
	for i, call := range calls {
		action := call.Service + ":" + call.Action
		seen[action]++
		if seen[action] <= limit {
			chosen = append(chosen, look{Call: call, number: i + 1, nth: seen[action]})
		}
	}
	return chosen
}
