import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { GvResult, GvRunOptions } from '../support/gv-process.ts'
import { closeStage, type Origin, openStage, type Stage, type StageOptions } from './stage.ts'

/** Whether the tests of the system store can be run: by root, on a system with the programs that they need. */
export const canBeRoot = process.platform === 'linux' && process.geteuid?.() === 0

/** Numbers of users that are nobody's on any system. */
export const alice = 47_111
export const bob = 47_112

/** A stage with a system store of its own, in the places of /opt/go and /usr/local/go, and users beside root. */
export interface SystemStage extends Stage {
  /** `$GV_SYSTEM_ROOT` */
  readonly systemRoot: string
  /** `$GV_SYSTEM_LINK` */
  readonly link: string
  /** Runs gv as another user, whose home is `home-alice` or so. */
  gvAs(user: number, args: readonly string[], options?: GvRunOptions): Promise<GvResult>
  /** Runs gv as sudo does that keeps the user's HOME. */
  sudoGv(args: readonly string[], options?: GvRunOptions): Promise<GvResult>
}

/** A stage for the running test; it is gone when that has ended. */
export async function setSystemStage(origin?: Origin, options?: StageOptions): Promise<SystemStage> {
  const stage = await openSystemStage(origin, options)
  onTestFinished(() => closeStage(stage))
  return stage
}

/** A stage for several tests, made in `beforeAll`; `closeStage` it in `afterAll`. */
export async function openSystemStage(origin: Origin = 'a mirror', options?: StageOptions): Promise<SystemStage> {
  const stage = await openStage(origin, options)
  // Others are to come in, as they do anywhere on a real machine.
  for (const folder of [stage.root, stage.bin]) chmodSync(folder, 0o755)
  chmodSync(stage.path('tmp'), 0o1777)
  for (const folder of ['opt', 'local']) mkdirSync(stage.path(folder), { mode: 0o755 })
  const places = { systemRoot: stage.path('opt/go'), link: stage.path('local/go') }
  const env = { GV_SYSTEM_ROOT: places.systemRoot, GV_SYSTEM_LINK: places.link }
  const gv: Stage['gv'] = (args, more) => stage.gv(args, { ...more, env: { ...env, ...more?.env } })
  const homeOf = (user: number) => {
    const home = stage.path(user === alice ? 'home-alice' : 'home-bob')
    if (!existsSync(home)) mkdirSync(home)
    chownSync(home, user, user)
    return home
  }
  const ofUser = (user: number) => ({ HOME: homeOf(user), GV_ROOT: undefined, USER: 'someone' })
  return {
    ...stage,
    ...places,
    gv,
    startGv: (args, more) => stage.startGv(args, { ...more, env: { ...env, ...more?.env } }),
    gvAs: (user, args, more) =>
      gv(args, {
        cwd: homeOf(user),
        ...more,
        through: ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', ...(more?.through ?? [])],
        env: { ...ofUser(user), ...more?.env },
      }),
    sudoGv: (args, more) =>
      gv(args, { ...more, env: { ...ofUser(alice), SUDO_UID: String(alice), SUDO_GID: String(alice), ...more?.env } }),
  }
}

/** Every entry below a folder, the folder included, with its owner and mode: `0:0 755 src`. Gv's own folder is left out. */
export function ownersBelow(folder: string): string[] {
  const walk = (path: string): string[] => {
    const stat = lstatSync(path)
    const line = `${stat.uid}:${stat.gid} ${(stat.mode & 0o7777).toString(8)} ${stat.isDirectory() ? 'folder' : 'file'}`
    if (!stat.isDirectory()) return [line]
    return [line, ...readdirSync(path).flatMap((name) => walk(join(path, name)))]
  }
  return walk(folder)
}

/** Checks that a tree is root's, and has the modes of a release: what a program has and what others have. */
export function expectRootsTree(folder: string): void {
  const kinds = [...new Set(ownersBelow(folder))].sort()
  expect(kinds).toEqual(['0:0 644 file', '0:0 755 file', '0:0 755 folder'])
}

/** Runs gv under another umask. */
export function umask(mask: string): readonly string[] {
  return ['sh', '-c', `umask ${mask}; exec "$@"`, 'sh']
}
