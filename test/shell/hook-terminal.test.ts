import { describe, expect, test } from 'vitest'
import { startTerminal, type Terminal, terminalsAvailable } from '../support/terminal.ts'
import { type HookedHome, type HookedShell, hookedShells, makeHookedHome } from './hooked.ts'

/** A command line, and the screen when it has come to its end. */
type Enter = (line: string) => Promise<string>

async function open(
  home: HookedHome,
  shell: HookedShell,
  more?: string,
): Promise<{ terminal: Terminal; enter: Enter }> {
  const env = { ...home.env, PATH: `${home.store}/bin:${home.env.PATH}` }
  const terminal = await startTerminal(await home.command(shell, more), { env, cwd: home.home, columns: 200, rows: 60 })
  await terminal.until(atPrompt)
  const enter = async (line: string) => {
    await terminal.type(line)
    await terminal.until(new RegExp(`(^|\n)> ${line.replaceAll(/[^\w ]/g, '\\$&')}$`))
    await terminal.press('Enter')
    return terminal.until(atPrompt)
  }
  return { terminal, enter }
}

/** The last line is a prompt, and nothing behind it. */
const atPrompt = /(^|\n)>$/

describe.runIf(terminalsAvailable).each(hookedShells)('%s in a terminal', (shell) => {
  test('starts silently, and follows folders, pins, gv use and nested shells', async () => {
    const home = await makeHookedHome()
    const { terminal, enter } = await open(home, shell)
    expect(await terminal.screen()).toBe('>')
    expect(await enter('cd p')).toMatch(/^gv: go1\.22\.5 \(\.tool-versions:1\)$/m)
    expect(await enter('go')).toMatch(/^this is go1\.22\.5$/m)
    await enter('clear')
    expect(await enter('cd a/b')).not.toMatch(/gv:/)
    expect(await enter('echo golang 1.21.3 >../../.tool-versions')).toMatch(/^gv: go1\.21\.3 \(\.tool-versions:1\)$/m)
    await enter('clear')
    expect(await enter('gv use --shell 1.22.5')).toMatch(/^gv: go1\.22\.5 \(GV_VERSION\)$/m)
    expect(await enter('gv use --shell')).toMatch(/^gv: go1\.21\.3 \(\.tool-versions:1\)$/m)
    await enter('clear')
    await enter((await home.command(shell)).join(' '))
    expect(await enter('go')).toMatch(/^this is go1\.21\.3$/m)
    await enter('cd ~/d')
    await enter('clear')
    expect(await enter('env | grep ^PATH=')).toContain(`\nPATH=${home.plainPath}\n`)
  })

  test('Ctrl-C while the slow path is at work leaves a prompt that works', async () => {
    const home = await makeHookedHome()
    // Instead of Node: what answers a shim when it has to ask.
    const hook = `${home.store}/lib/hook.${shell}`
    const script = `#!/bin/sh\ncase $1 in init) exec cat ${hook} ;; esac\necho "asked about $2" >&2\nsleep 30\n`
    await home.write('store/bin/gv', script, 0o755)
    const { terminal, enter } = await open(home, shell)
    await enter('cd p; echo golang 1.99.9 >.tool-versions')
    await terminal.type('go')
    await terminal.press('Enter')
    await terminal.until(/^asked about go$/m)
    await terminal.press('C-c')
    expect(await enter('echo golang 1.22.5 >.tool-versions')).toMatch(/^gv: go1\.22\.5/m)
    expect(await enter('go')).toMatch(/^this is go1\.22\.5$/m)
  })
})

test.runIf(terminalsAvailable && hookedShells.includes('fish'))(
  'fish: the Go of a folder counts at once, and $status is kept',
  async () => {
    const home = await makeHookedHome()
    const { enter } = await open(home, 'fish')
    expect(await enter('cd p; and go')).toMatch(/^this is go1\.22\.5$/m)
    await enter('cd ~/q; sh -c "exit 7"')
    expect(await enter('echo "status $status"')).toMatch(/^status 7$/m)
    expect(await enter('set -gx GOROOT /mine; cd ~/p; echo "goroot $GOROOT"')).toMatch(/^goroot$/m)
  },
)
