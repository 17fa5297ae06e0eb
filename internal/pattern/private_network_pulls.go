// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// pulls looks at what keeps each pull back beside the endpoints' own policies, which held tells of: the principal's policies, which may
// name other endpoints, and the repositories'. Each pull has one finding at most.
func (d *diagnoser) pulls(held map[string]bool) {
	ids, known := d.ecrEndpoints()
	for _, name := range slices.Sorted(maps.Keys(d.Pulls)) {
		at := fmt.Sprintf("pulls[%q]", name)
		input := d.Pulls[name]
		here, abroad := d.reached(input.RepositoryARNs)
		if len(abroad) > 0 {
			severity, way := d.internet(d.from)
			d.add(severity, "REPOSITORY_OF_ANOTHER_REGION", at, "The endpoints of %s reach the repositories of that Region alone, and %s is elsewhere. %sReplicate it to %s, and pull it from there.", d.Site.Region, inWords(abroad), way, d.Site.Region)
		}
		if len(here) == 0 {
			continue
		}
		input.RepositoryARNs, input.VPCID, input.EndpointIDs, input.Fargate, input.Mixed = here, d.VPCID, ids, d.Fargate, d.Mixed
		prover := newPullProver(input, d.Site)
		prover.layers.Endpoint = nil
		proof := prover.prove()
		if len(proof.Problems) > 0 {
			d.deniedPull(at, proof.Problems)
		} else if known && !held[name] {
			d.say(proof.Lines)
		}
	}
}

// ecrEndpoints gives the ids of ECR's endpoints. One that isn't there, or wasn't read, may have any id: what denies a pull through it
// whatever its id is is found all the same.
func (d *diagnoser) ecrEndpoints() (ids map[string]string, known bool) {
	ids, known = map[string]string{}, true
	for _, service := range []string{ecrAPI, ecrDKR} {
		if _, needed := d.Services[service]; !needed {
			continue
		}
		ids[service] = ""
		for _, e := range d.usable[service] {
			ids[service] = e.ID
		}
		known = known && ids[service] != ""
	}
	return ids, known
}

func (d *diagnoser) deniedPull(at string, problems []Problem) {
	severity := policy.SeverityWarning
	var reasons []string
	for _, problem := range problems {
		if problem.Severity == policy.SeverityError {
			severity = policy.SeverityError
		}
		reasons = append(reasons, problem.Detail)
	}
	d.add(severity, "PULL_DENIED", at, "%s\nChange the policies that are named, or what they name.", strings.Join(reasons, "\n"))
}

// say adds lines, each once.
func (d *diagnoser) say(lines []string) {
	for _, line := range lines {
		if !slices.Contains(d.out.Lines, line) {
			d.out.Lines = append(d.out.Lines, line)
		}
	}
}

// reached parts repositories into those that the endpoints reach, and the others.
func (d *diagnoser) reached(repositories []string) (here, abroad []string) {
	for _, text := range repositories {
		if parts, ok := splitARN(text); ok && !fits(parts.region, d.Site.Region) {
			abroad = append(abroad, text)
		} else {
			here = append(here, text)
		}
	}
	return here, abroad
}
