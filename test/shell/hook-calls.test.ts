import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { findInSystem } from '../support/shells.ts'
import { type HookedHome, type HookedShell, hookedShells, makeHookedHome } from './hooked.ts'

const strace = findInSystem('strace')

/** Where a session stands, and what happens there: the second time there is nothing new in it. */
const walk = ['~/p', '~/p/a', '~/p/a/b', '~/p', '~/q', '~/d', '~/p', '~/d', '~/q']

/** The hook's own calls of the system at each place of a walk, between marks that are there in the recording. */
async function callsAt(home: HookedHome, shell: HookedShell): Promise<string[][]> {
  const steps = walk.map(
    (place, i) => `cd ${place}\n__gv_hook\ntest -e ${home.root}/mark-${i}\n__gv_hook\ntest -e ${home.root}/end-${i}`,
  )
  const module = shell === 'zsh' ? 'zmodload zsh/system\n' : ''
  const script = await home.write('walk', `${module}. ${home.store}/lib/hook.${shell}\n${steps.join('\n')}\ntrue\n`)
  const flags = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] }[shell]
  const record = home.path('record')
  await promisify(execFile)(strace ?? '', ['-f', '-o', record, join('/usr/bin', shell), ...flags, script], {
    env: home.env,
    cwd: home.home,
  })
  const lines = (await readFile(record, 'latin1')).split('\n')
  const at = (mark: string) => lines.findIndex((line) => line.includes(`/${mark}"`))
  return walk.map((_, i) => lines.slice(at(`mark-${i}`) + 1, at(`end-${i}`)))
}

describe.runIf(strace).each(hookedShells)('%s', (shell) => {
  test('starts no process at a prompt where nothing changed, and asks little of the disk', async () => {
    const home = await makeHookedHome()
    const calls = await callsAt(home, shell)
    const forks = calls.map((lines) => lines.filter((line) => /^\d+ +(clone3?|v?fork|execve|posix_spawn)\(/.test(line)))
    expect(forks).toEqual(walk.map(() => []))
    const looks = calls.map(
      (lines) => lines.filter((line) => /^\d+ +(open|stat|newfstatat|access|faccessat2?|lstat)/.test(line)).length,
    )
    // At q and d all the way up is looked at; at p one pin is read.
    expect(Math.max(...looks.slice(0, 4))).toBeLessThan(25)
    expect(Math.max(...looks)).toBeLessThan(60)
  })

  test('starts none when a folder of the same version is entered, nor to and fro', async () => {
    const home = await makeHookedHome()
    const module = shell === 'zsh' ? 'zmodload zsh/system\n' : ''
    const places = ['~/p', '~/q', '~/d', '~/p/a', '~/p/a/b', '~', '~/d', '~/p', '~/q', '~/p/a']
    const steps = places.map((place, i) => `test -e ${home.root}/mark-${i}\ncd ${place}\n__gv_hook`)
    const script = await home.write(
      'walk',
      `${module}. ${home.store}/lib/hook.${shell}\n${steps.join('\n')}\ntest -e ${home.root}/mark-${places.length}\ntrue\n`,
    )
    const flags = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] }[shell]
    const record = home.path('record')
    const command = ['-f', '-e', 'trace=process,%file', '-o', record, join('/usr/bin', shell), ...flags, script]
    await promisify(execFile)(strace ?? '', command, { env: home.env, cwd: home.home })
    const lines = (await readFile(record, 'latin1')).split('\n')
    const at = (i: number) => lines.findIndex((line) => line.includes(`/mark-${i}"`))
    const forks = places.map(
      (_, i) => lines.slice(at(i), at(i + 1)).filter((line) => /(clone3?|v?fork|execve)\(/.test(line)).length,
    )
    // fish asks sh where an answer is new: at p, q and d, and where p/a and ~ are not come to from beside.
    const asked = forks.flatMap((count, i) => (count > 0 ? [i] : []))
    expect(asked).toEqual(shell === 'fish' ? [0, 1, 2, 3, 5] : [])
  })
})
