/** What setting up, or undoing it, would change in start-up files; decided before anything is written. */
import { existsSync } from 'node:fs'
import type { Store } from '../store/layout.ts'
import { type ForeignLine, foreignLines } from './foreign-managers.ts'
import { blockText, type FoundBlock, findBlock, withBlock, withNewBody, withoutBlock } from './profile-block.ts'
import { type ProfileFile, readProfile } from './profile-file.ts'
import type { Profile } from './profiles.ts'
import { startupLines } from './startup.ts'

/** What becomes of one start-up file. */
export interface ProfileChange {
  readonly path: string
  readonly file: ProfileFile
  /**
   * `none`: it is as it should be. `edited`: somebody changed the block, so that it stays as it is. `damaged`: the marks do not fit
   * together. `blocked`: it should change, and may not be written.
   */
  readonly action: 'add' | 'update' | 'remove' | 'none' | 'edited' | 'damaged' | 'blocked'
  /** Where the block stands or will stand; 1 for the first line. */
  readonly line: number
  /** In words, for `damaged` and `blocked`. */
  readonly problem: string | undefined
  /** Lines that go and lines that come, without their ends. */
  readonly removed: readonly string[]
  readonly added: readonly string[]
  /** The whole text when it is done; undefined where the file goes. */
  readonly text: string | undefined
}

/** A line that comes after gv's block and would put another Go first. */
export interface Shadow extends ForeignLine {
  readonly file: string
}

/** Throws GvError('storage') for a file that cannot be read. */
export function planSetup(profile: Profile, store: Store, home: string): ProfileChange {
  const file = readProfile(profile.path)
  const body = startupLines(profile.purpose, profile.shell, store, home)
  const found = findBlock(file.text ?? '')
  const base = { ...nothing, path: profile.path, file, text: file.text }
  if (found.kind === 'damaged') return { ...base, ...found, action: 'damaged' }
  if (found.kind === 'none') {
    const text = withBlock(file.text, body)
    return orBlocked({ ...base, action: 'add', ...blockIn(text), text })
  }
  const { line } = found
  if (!found.notes) return { ...base, action: 'edited', line, added: shown(blockText(body)) }
  if (found.body.join('\n') === Buffer.from(body.join('\n')).toString('latin1'))
    return { ...base, action: 'none', line }
  const text = withNewBody(file.text ?? '', found, body)
  return orBlocked({ ...base, action: 'update', removed: linesOf(file.text ?? '', found), ...blockIn(text), text })
}

/** The same for taking the block out; undefined where there is none. */
export function planUndo(path: string): ProfileChange | undefined {
  const file = readProfile(path)
  const found = findBlock(file.text ?? '')
  if (found.kind === 'none' || file.text === undefined) return undefined
  const base = { ...nothing, path, file, text: file.text, line: found.line }
  if (found.kind === 'damaged') return { ...base, action: 'damaged', problem: found.problem }
  const text = withoutBlock(file.text, found)
  return orBlocked({ ...base, action: 'remove', removed: linesOf(file.text, found), text })
}

/** What comes after gv and would put another Go first, by the files as they will be. */
export function findShadows(profile: Profile, { path, text }: ProfileChange): Shadow[] {
  if (profile.purpose === 'fish completions') return []
  const found = findBlock(text ?? '')
  const own =
    found.kind === 'block' ? foreignLines(text ?? '', found.nextLine).map((line) => ({ ...line, file: path })) : []
  const later = profile.readLater.filter((file) => existsSync(file))
  return [
    ...own,
    ...later.flatMap((file) => foreignLines(readProfile(file).text ?? '').map((line) => ({ ...line, file }))),
  ]
}

const nothing = { line: 1, problem: undefined, removed: [], added: [] } as const

function orBlocked(change: ProfileChange): ProfileChange {
  const { obstacle } = change.file
  return obstacle === undefined ? change : { ...change, action: 'blocked', problem: obstacle }
}

/** Where a text that was just made has its block, and the block itself. */
function blockIn(text: string): { line: number; added: string[] } {
  const found = findBlock(text)
  if (found.kind !== 'block') throw new Error('a block that was written is there')
  return { line: found.line, added: linesOf(text, found) }
}

function linesOf(text: string, block: FoundBlock & { kind: 'block' }): string[] {
  return shown(text.slice(block.start, block.end))
}

/** Bytes as a person reads them. */
function shown(text: string): string[] {
  return Buffer.from(text, 'latin1').toString('utf8').trimEnd().split('\n')
}
