import { describe, expect, test } from 'vitest'
import { readParts } from '../../src/shell/parts.ts'
import { libTexts, shimText } from '../../src/shell/shim-text.ts'

const places = { interpreter: '/bin/dash', lib: '/l', root: '/r', host: { os: 'linux', arch: 'amd64' } }
const shimParts = [...readParts()].filter(([name]) =>
  /^(?:go|resolve.*|ask-node|default|fall-back|other-go)(?:\.sh)?$/.test(name),
)
const texts = [
  ['shims/go', shimText(readParts(), places)],
  ...[...libTexts(readParts(), places)].filter(([name]) => shimParts.some(([part]) => part === name)),
] as const

describe('the text of the shim', () => {
  test.each(texts)('%s evaluates nothing, and forks only to ask Node', (name, text) => {
    const commands = text.replace(/^#.*$/gm, '')
    expect(commands).not.toMatch(/\beval\b|`/)
    const substitutions = commands.match(/\$\((?!\()/g) ?? []
    expect(substitutions.length > 0).toBe(name === 'ask-node.sh')
  })

  test('says in its second line what it is, by which the shims of other stores are known', () => {
    const [first, second] = shimText(readParts(), places).split('\n')
    expect(first).toBe('#!/bin/dash')
    expect(second).toMatch(/gv shim/)
  })

  test('has no place that was not filled in', () => {
    for (const [, text] of texts) expect(text).not.toMatch(/@(?:lib|root|goenv)@/)
  })

  test('stays short: dash reads it at each start', () => {
    expect(shimText(readParts(), places).length).toBeLessThan(3200)
  })
})
