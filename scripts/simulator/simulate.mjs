// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Asks iam-simulate, an IAM simulator that nobody of this project wrote, what it decides on conformance cases.
//
//   node simulate.mjs < cases.jsonl                   a line {id, decision, error?} for each case
//   node simulate.mjs --bench SECONDS < cases.jsonl   one line {decisions, seconds, perSecond, …}
//
// iam-simulate is AGPL-3.0-or-later. scripts/difftest installs it when it is first run, into a directory that git
// ignores, and it runs in this process alone: nothing of it is part of ecrx, which sees its decisions only.

import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
// The package's other entry, runUnsafeSimulation, skips the checks. In the pinned version it throws on every case with
// a resource policy and decides one in eight of the others differently, so it can be neither an oracle nor a yardstick.
import { anonymousPrincipal, runSimulation } from '@cloud-copilot/iam-simulate'

const { values: options } = parseArgs({ options: { bench: { type: 'string' } } })
const benchSeconds = Number(options.bench)
if (options.bench !== undefined && !(benchSeconds > 0)) {
  throw new Error(`--bench ${options.bench}: expected a number of seconds`)
}

const named = (documents, name) => documents.map((policy, i) => ({ name: `${name}${i}`, policy }))
const levels = (lists, name) =>
  lists.map((documents, i) => ({ orgIdentifier: `${name}${i}`, policies: named(documents, `${name}${i}-`) }))
// A list that is there and empty would be a layer that allows nothing; in a case it is no layer.
const layer = (documents, name) => (documents.length > 0 ? named(documents, name) : undefined)

function simulation(test) {
  const { principal, action, resource, resourceAccount, context } = test.request
  return {
    request: {
      principal: principal.type === 'Anonymous' ? anonymousPrincipal : principal,
      action,
      resource: { resource, accountId: resourceAccount },
      contextVariables: context,
    },
    identityPolicies: named(test.identityPolicies, 'identity'),
    serviceControlPolicies: levels(test.scps, 'scp'),
    resourceControlPolicies: levels(test.rcps, 'rcp'),
    resourcePolicy: test.resourcePolicy ?? undefined,
    permissionBoundaryPolicies: layer(test.permissionsBoundaries, 'boundary'),
    vpcEndpointPolicies: layer(test.vpcEndpointPolicies, 'endpoint'),
    sessionPolicy: test.sessionPolicy ?? undefined,
  }
}

async function decide(test) {
  // compare.mjs tells by the word "unsupported" a layer that the simulator lacks from a case that it fails on.
  if (test.registryPolicy) return { decision: 'Error', error: 'unsupported: iam-simulate has no registry policies' }
  try {
    const answer = await runSimulation(simulation(test), {})
    if (answer.resultType === 'error') return { decision: 'Error', error: JSON.stringify(answer.errors) }
    return { decision: answer.overallResult }
  } catch (err) {
    return { decision: 'Error', error: String(err) }
  }
}

// One pass is each case once, the next asked when the last is answered, as a caller with one question at a time does.
// The documents are objects: reading the JSON text isn't timed. Parsing the objects is, because the package takes no
// parsed form, so there is one figure, and not one for cold and one for compiled documents.
async function pass(inputs) {
  const start = performance.now()
  for (const input of inputs) await runSimulation(input, {})
  return (performance.now() - start) / 1000
}

async function bench(tests, atLeast) {
  const inputs = []
  for (const test of tests) if ((await decide(test)).decision !== 'Error') inputs.push(simulation(test))
  if (inputs.length === 0) throw new Error('no case that the simulator decides')
  for (let warm = 0; warm < Math.min(5, atLeast); ) warm += await pass(inputs)

  const before = process.cpuUsage()
  let seconds = 0
  let passes = 0
  let best = Infinity
  while (seconds < atLeast) {
    const took = await pass(inputs)
    seconds += took
    best = Math.min(best, took)
    passes++
  }
  const cpu = process.cpuUsage(before)
  return {
    decisions: passes * inputs.length,
    seconds: Number(seconds.toFixed(3)),
    perSecond: Math.round((passes * inputs.length) / seconds),
    perSecondInBestPass: Math.round(inputs.length / best),
    // More than `seconds` where the garbage collector's threads ran beside the one thread.
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    cases: inputs.length,
    casesLeftOut: tests.length - inputs.length,
    policyParsing: 'included',
  }
}

const tests = []
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue
  const test = JSON.parse(line)
  if (test.v !== 1) throw new Error(`case ${test.id} is of format ${test.v}, expected 1`)
  if (options.bench !== undefined) tests.push(test)
  else console.log(JSON.stringify({ id: test.id, ...(await decide(test)) }))
}
if (options.bench !== undefined) console.log(JSON.stringify(await bench(tests, benchSeconds)))
