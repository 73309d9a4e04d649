/** Which start-up files of a user's shells load gv, and which others are read after them. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import type { ShellName } from './quote.ts'
import { parseShellName } from './quote.ts'
import type { StartupPurpose } from './startup.ts'

/** A start-up file that is to hold gv's block. */
export interface Profile {
  /** Absolute, as the shell names it: links are not followed yet. */
  readonly path: string
  readonly shell: ShellName
  readonly purpose: StartupPurpose
  /** Files that this shell reads after this one, where a line could come before gv. */
  readonly readLater: readonly string[]
}

type Place = Pick<Context, 'env' | 'home' | 'host'>

/** The shells that a user seems to use: the login shell first, then those with start-up files of their own. */
export function shellsInUse(place: Place): readonly ShellName[] {
  const login = parseShellName(place.env.SHELL ?? '')
  const signs: readonly (readonly [ShellName, string])[] = [
    ['bash', join(place.home, '.bashrc')],
    ['zsh', join(zshFolder(place), '.zshrc')],
    ['fish', join(fishFolder(place), 'config.fish')],
  ]
  const others = signs.flatMap(([shell, file]) => (existsSync(file) ? [shell] : []))
  return [...new Set([...(login ? [login] : []), ...others])]
}

/**
 * The start-up files for a shell. An interactive shell gets the whole session; a login shell that is not interactive, as
 * editors and display managers start it to learn the environment, gets PATH.
 */
export function profilesOf(shell: ShellName, place: Place): readonly Profile[] {
  switch (shell) {
    case 'bash':
      return bashProfiles(place)
    case 'zsh': {
      const at = (name: string) => join(zshFolder(place), name)
      return [
        { path: at('.zshrc'), shell, purpose: 'session', readLater: [at('.zlogin')] },
        { path: at('.zprofile'), shell, purpose: 'path', readLater: [] },
      ]
    }
    case 'fish': {
      const at = (name: string) => join(fishFolder(place), name)
      return [
        { path: at('conf.d/gv.fish'), shell, purpose: 'session', readLater: [at('config.fish')] },
        { path: at('completions/gv.fish'), shell, purpose: 'fish completions', readLater: [] },
      ]
    }
    case 'sh':
      return [{ path: join(place.home, '.profile'), shell, purpose: 'path', readLater: [] }]
  }
}

/** Every file in which an earlier setup may have left a block, whatever the files said then. */
export function formerProfiles(shell: ShellName, place: Place): readonly string[] {
  const now = profilesOf(shell, place).map(({ path }) => path)
  const ever = shell === 'bash' ? ['.bashrc', ...bashLoginFiles].map((name) => join(place.home, name)) : []
  return [...new Set([...now, ...ever])]
}

/** The first that is there is the one that a login bash reads. Source: bash(1), INVOCATION. */
const bashLoginFiles = ['.bash_profile', '.bash_login', '.profile']

function bashProfiles({ home }: Place): Profile[] {
  const login =
    bashLoginFiles.map((name) => join(home, name)).find((path) => existsSync(path)) ?? join(home, '.profile')
  const isReadBySh = login.endsWith('/.profile')
  const full = isReadBySh ? 'path or bash session' : 'session'
  return [
    { path: join(home, '.bashrc'), shell: 'bash', purpose: 'session', readLater: [] },
    { path: login, shell: 'bash', purpose: readsBashrc(login) ? 'path' : full, readLater: [] },
  ]
}

/** Whether a login file has the file of interactive shells read: then the hook is there already. */
function readsBashrc(path: string): boolean {
  const text = statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'latin1') : ''
  return /^[^#\n]*(?:\.|\bsource)[ \t]+[^#\n]*\.bashrc\b/m.test(text)
}

/** Source: zsh(1), STARTUP/SHUTDOWN FILES. */
function zshFolder({ env, home }: Place): string {
  return env.ZDOTDIR?.startsWith('/') ? env.ZDOTDIR : home
}

/** Source: fish(1), Configuration files. */
function fishFolder({ env, home }: Place): string {
  return join(env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(home, '.config'), 'fish')
}
