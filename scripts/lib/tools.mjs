// Programs that tests and checks use beside Node.
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from './run-program.mjs'

/** Programs, each with Debian's package for it. */
const packageOf = {
  zsh: 'zsh',
  fish: 'fish',
  dash: 'dash',
  busybox: 'busybox',
  tmux: 'tmux',
  shellcheck: 'shellcheck',
  shfmt: 'shfmt',
  strace: 'strace',
  curl: 'curl',
  openssl: 'openssl',
  setfacl: 'acl',
  'mkfs.btrfs': 'btrfs-progs',
  gpg: 'gnupg',
}

/**
 * Installs what is missing, as root on Debian; elsewhere tells what is missing.
 * @param {(line: string) => void} say
 */
export async function installTools(say) {
  const missing = Object.entries(packageOf).filter(([program]) => !isInPath(program))
  if (missing.length === 0) return
  if (process.getuid?.() === 0 && isInPath('apt-get')) {
    const packages = [...new Set(missing.map(([, name]) => name))]
    say(`installing ${packages.join(', ')} …`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const updated = await runProgram('apt-get', ['update', '-qq'], { root: '/', env })
    const installed = await runProgram('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...packages], {
      root: '/',
      env,
    })
    if (installed.ok) return
    say(`${updated.ok ? '' : updated.output.trimEnd()}\n${installed.output.trimEnd()}`.trim())
  }
  const still = missing.filter(([program]) => !isInPath(program)).map(([program]) => program)
  if (still.length > 0)
    say(`missing: ${still.join(', ')}; the tests that need them are skipped, and checks by them fail`)
}

/** @param {string} program */
function isInPath(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => isExecutable(join(folder || '.', program)))
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
