import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { makeSandbox } from '../sandbox.ts'
import { findShells } from '../shells.ts'
import { startTerminal, terminalsAvailable } from '../terminal.ts'

describe.skipIf(!terminalsAvailable)('a terminal', () => {
  test('shows, records, takes keys and tells the end', async () => {
    const { env, cwd } = await makeSandbox({ env: { WORD: 'a "word"' } })
    const script =
      'stty size; echo "$WORD"; printf "half\\rdone\\n"; trap "echo caught; exit 7" INT; while :; do sleep 0.1; done'
    const terminal = await startTerminal(['sh', '-c', script], { env, cwd, columns: 90, rows: 20 })
    expect(await terminal.until(/done/)).toContain('20 90\na "word"\ndone')
    expect(terminal.written()).toContain('half\rdone')
    await terminal.resize(70, 10)
    await terminal.press('C-c')
    expect(await terminal.ended()).toBe(7)
    expect(await terminal.screen()).toContain('caught')
  })
})

test.each(findShells())('$name runs a script', ({ path, args }) => {
  expect(execFileSync(path, [...args, '-c', 'echo "a b"'], { encoding: 'utf8' })).toBe('a b\n')
})
