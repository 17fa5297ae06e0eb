// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Compares two sets of decisions on conformance cases and prints where they differ.
//
//   node compare.mjs [--all] cases.jsonl left.jsonl [right.jsonl]
//
// left and right hold {id, decision, error?} a line; without right, the cases' own expect.decision is it.
// Fails when a case that isn't disputed is decided differently, when either side fails on a case or leaves one out,
// and when there is no case at all. A case with a layer that one side doesn't have ("unsupported: …") is only counted.
// --all lists every case that it counts against a side, not the first 50 of each kind.

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'

const { values: options, positionals: files } = parseArgs({ allowPositionals: true, options: { all: { type: 'boolean' } } })
if (files.length < 2 || files.length > 3) {
  throw new Error('usage: compare.mjs [--all] cases.jsonl left.jsonl [right.jsonl]')
}
const listed = options.all ? Infinity : 50

// A last line without its newline may be cut off, but then JSON.parse refuses it.
const lines = (file) => readFileSync(file, 'utf8').split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line))

function byID(rows, what) {
  const found = new Map()
  for (const row of rows) {
    if (typeof row.id !== 'string') throw new Error(`${what}: a line without an id`)
    if (found.has(row.id)) throw new Error(`${what}: ${row.id} is there twice`)
    found.set(row.id, row)
  }
  return found
}

const cases = byID(lines(files[0]), 'cases')
const left = byID(lines(files[1]), 'left')
const right = files[2]
  ? byID(lines(files[2]), 'right')
  : new Map([...cases].map(([id, test]) => [id, { id, decision: test.expect?.decision ?? 'Error', error: 'no expectation' }]))
const names = [basename(files[1], '.jsonl'), files[2] ? basename(files[2], '.jsonl') : 'expect']

for (const [side, name] of [[left, names[0]], [right, names[1]]]) {
  for (const id of side.keys()) if (!cases.has(id)) throw new Error(`${name} answers ${id}, which is no case`)
}

const kinds = [
  { name: 'agree', fails: false },
  { name: 'differ', fails: true },
  { name: 'differ, disputed', fails: false },
  { name: 'unknown', fails: true },
  { name: 'unknown, disputed', fails: false },
  { name: 'error', fails: true },
  { name: 'unsupported', fails: false, quiet: true },
  { name: 'unanswered', fails: true },
]

function kindOf(test, a, b) {
  if (!a || !b) return 'unanswered'
  const failed = [a, b].filter((answer) => answer.decision === 'Error')
  if (failed.length > 0) return failed.every((answer) => answer.error?.startsWith('unsupported')) ? 'unsupported' : 'error'
  if (a.decision === b.decision) return 'agree'
  const what = [a, b].some((answer) => answer.decision === 'Unknown') ? 'unknown' : 'differ'
  return test.disputed?.length > 0 ? `${what}, disputed` : what
}

const rows = new Map(kinds.map((kind) => [kind.name, []]))
for (const [id, test] of cases) {
  const [a, b] = [left.get(id), right.get(id)]
  rows.get(kindOf(test, a, b)).push({ id, test, answers: [a, b] })
}

const said = (answer) => (answer ? answer.decision : '-')
console.log(`${names[0]} and ${names[1]} on ${cases.size} cases`)
for (const kind of kinds) {
  const count = rows.get(kind.name).length
  if (count > 0) console.log(`  ${kind.name.padEnd(18)}${String(count).padStart(8)}${kind.fails ? '  fails' : ''}`)
}
for (const kind of kinds) {
  const found = kind.name === 'agree' || kind.quiet ? [] : rows.get(kind.name)
  if (found.length === 0) continue
  console.log(`\n${kind.name}: id, ${names[0]}, ${names[1]}`)
  for (const { id, test, answers } of found.slice(0, listed)) {
    const notes = [...(test.disputed ?? []), ...answers.filter((a) => a?.decision === 'Error').map((a) => (a.error ?? '').slice(0, 300))]
    console.log(`  ${id}  ${said(answers[0])}  ${said(answers[1])}  ${notes.join(' ')}`.trimEnd())
  }
  if (found.length > listed) console.log(`  … and ${found.length - listed} more: compare.mjs --all lists them`)
}

if (cases.size === 0 || kinds.some((kind) => kind.fails && rows.get(kind.name).length > 0)) process.exitCode = 1
