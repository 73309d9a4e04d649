import { execFile } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realToolchain } from '../support/real-toolchain.ts'
import { makeSharedSandbox, type Sandbox } from '../support/sandbox.ts'
import { findInSystem } from '../support/shells.ts'
import { startTerminal, terminalsAvailable } from '../support/terminal.ts'

// Two real releases through the GOPROXY of this machine; from there on `go` has no network.
const real = await realToolchain()
const unavailable = 'unavailable' in real ? real.unavailable : undefined
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`)

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

let sandbox: Sandbox
/** PATH as users have it, no network for `go`, and a module cache with nothing in it. */
let env: Record<string, string>

async function setUp(): Promise<void> {
  sandbox = await makeSharedSandbox({ network: true })
  const installed = await sandbox.gv(['install', '1.22.5', '1.25.14'])
  if (installed.status !== 0) throw new Error(installed.stderr)
  await sandbox.gv(['reshim'])
  await mkdir(sandbox.path('mod'))
  env = {
    ...sandbox.env,
    PATH: `${sandbox.store}/shims:${sandbox.env.PATH}`,
    GOPROXY: 'off',
    GOENV: 'off',
    GOFLAGS: '-modcacherw',
    GOMODCACHE: sandbox.path('mod'),
    // Outside the sandbox: the standard library is compiled once on this machine.
    GOCACHE: join(tmpdir(), 'gv-test-cache/build'),
    GOMAXPROCS: '2',
  }
}

function runGo(cwd: string, args: readonly string[], more: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile('go', args, { cwd: sandbox.path(cwd), env: { ...env, ...more } }, (_, stdout, stderr) => {
      resolve({ status: child.exitCode, stdout, stderr })
    })
  })
}

describe.skipIf(unavailable !== undefined)('the real go, through the shim', () => {
  beforeAll(setUp)
  afterAll(() => sandbox.remove())

  test.each(['auto', 'path', 'go1.25.14', 'local+auto', 'go1.22.5+auto'])(
    "GOTOOLCHAIN=%s switches to gv's own toolchain where a pin is too old",
    async (GOTOOLCHAIN) => {
      await sandbox.write('old/go.mod', 'module m\n\ngo 1.25.14\n')
      await sandbox.write('old/.go-version', '1.22.5\n')
      const { stdout, stderr } = await runGo('old', ['env', 'GOVERSION', 'GOROOT'], { GOTOOLCHAIN })
      expect({ stdout, stderr }).toEqual({ stdout: `go1.25.14\n${sandbox.store}/versions/go1.25.14\n`, stderr: '' })
      expect(await readdir(sandbox.path('mod'))).toEqual([])
    },
  )

  test('GOTOOLCHAIN=go1.22.5 is that one, whatever the project asks for', async () => {
    await sandbox.write('new/go.mod', 'module m\n\ngo 1.22\n')
    await sandbox.write('new/.go-version', '1.25.14\n')
    const exact = await runGo('new', ['env', 'GOVERSION', 'GOROOT'], { GOTOOLCHAIN: 'go1.22.5' })
    expect(exact.stdout).toBe(`go1.22.5\n${sandbox.store}/versions/go1.22.5\n`)
    expect(await readdir(sandbox.path('mod'))).toEqual([])
  })

  test('GOTOOLCHAIN=local does not switch: the error is its own', async () => {
    await sandbox.write('local/go.mod', 'module m\n\ngo 1.25.14\n')
    await sandbox.write('local/.go-version', '1.22.5\n')
    const result = await runGo('local', ['list'], { GOTOOLCHAIN: 'local' })
    expect(result.status).toBe(1)
    expect(result.stderr).toMatch(/go\.mod requires go >= 1\.25\.14 \(running go 1\.22\.5; GOTOOLCHAIN=local\)/)
  })

  test.each([
    ['go 1.22\n', undefined],
    ['go 1.22.5\n', undefined],
    ['go 1.22.3\n', undefined],
    ['go 1.22\n\ntoolchain go1.22.5\n', undefined],
    ['go 1.22\n\ntoolchain go1.25.1\n', undefined],
    ['go 1.25\n', undefined],
    ['go 1.25.14\n', undefined],
    ['go 1.25.3\n', undefined],
    ['go 1.22\n\nrequire ()\n\ntoolchain go1.25.14\n', undefined],
    ['go 1.22\n', 'go 1.25.14\n'],
    ['go 1.22.1\n', 'go 1.22.5\n\ntoolchain go1.25.2\n'],
    ['go 1.25\n', 'go 1.25.14\n'],
  ])('after gv has chosen, go never switches: go.mod %j, go.work %j', async (goMod, goWork) => {
    const name = `chosen-${Buffer.from(`${goMod}${goWork}`).toString('hex').slice(0, 100)}`
    await sandbox.write(`${name}/m/go.mod`, `module m\n\n${goMod}`)
    if (goWork) await sandbox.write(`${name}/go.work`, `${goWork}\nuse ./m\n`)
    const cwd = `${name}/m`
    const current = await sandbox.gv(['current', '--json'], { cwd: sandbox.path(cwd) })
    const { version } = JSON.parse(current.stdout)
    // A go that had switched would tell the version that it switched to.
    const { stdout } = await runGo(cwd, ['env', 'GOVERSION'], { GOTOOLCHAIN: 'auto' })
    expect(stdout).toBe(`go${version}\n`)
  })

  test.skipIf(!terminalsAvailable)(
    'a program of `go run` has the terminal: its size, its signals, its stops',
    async () => {
      await sandbox.write('run/go.mod', 'module m\n\ngo 1.22.5\n')
      await sandbox.write('run/main.go', terminalProgram)
      const shell = findInSystem('bash') ?? 'bash'
      const terminal = await startTerminal([shell, '--norc', '--noprofile', '-i'], {
        env: { ...env, PS1: '> ' },
        cwd: sandbox.path('run'),
        columns: 90,
        rows: 25,
      })
      await terminal.until(/^>/m)
      await terminal.type('go run .')
      await terminal.press('Enter')
      await terminal.until(/size 90x25/, 240_000)
      await terminal.resize(70, 20)
      await terminal.until(/resized to 70x20/)
      await terminal.press('C-z')
      await terminal.until(/Stopped +go run/)
      await terminal.type('fg')
      await terminal.press('Enter')
      await terminal.until(/continued/)
      await terminal.press('C-c')
      await terminal.until(/interrupted/)
      await terminal.type('echo "status $?"')
      await terminal.press('Enter')
      await terminal.until(/status 1$/m)
    },
  )

  test.skipIf(!terminalsAvailable)('`go test -v` shows each line as it comes, with its colours', async () => {
    await sandbox.write('live/go.mod', 'module m\n\ngo 1.22.5\n')
    await sandbox.write('live/live_test.go', liveTest)
    const gate = sandbox.path('live/gate')
    const terminal = await startTerminal([`${sandbox.store}/shims/go`, 'test', '-v', '-count=1'], {
      env: { ...env, GATE: gate },
      cwd: sandbox.path('live'),
    })
    // The test goes on when this line has been seen.
    await terminal.until(/first half/, 240_000)
    expect(await terminal.screen()).not.toMatch(/second half|PASS/)
    expect(terminal.written()).toContain('\u001b[32mfirst half\u001b[0m')
    await sandbox.write('live/gate', '')
    await terminal.until(/second half[\s\S]*--- PASS: TestLive[\s\S]*ok +m/)
    expect(await terminal.ended()).toBe(0)
  })
})

const terminalProgram = `package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"unsafe"
)

func size() string {
	var w struct{ rows, columns, x, y uint16 }
	syscall.Syscall(syscall.SYS_IOCTL, 1, syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&w)))
	return fmt.Sprintf("%dx%d", w.columns, w.rows)
}

func main() {
	signals := make(chan os.Signal, 10)
	signal.Notify(signals, syscall.SIGWINCH, syscall.SIGCONT, os.Interrupt)
	fmt.Println("size", size())
	for one := range signals {
		switch one {
		case syscall.SIGWINCH:
			fmt.Println("resized to", size())
		case syscall.SIGCONT:
			fmt.Println("continued")
		default:
			fmt.Println("interrupted")
			os.Exit(7)
		}
	}
}
`

const liveTest = `package m

import (
	"fmt"
	"os"
	"testing"
	"time"
)

func TestLive(t *testing.T) {
	fmt.Println("\\x1b[32mfirst half\\x1b[0m")
	for {
		if _, err := os.Stat(os.Getenv("GATE")); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	fmt.Println("second half")
}
`
