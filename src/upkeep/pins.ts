/** Moving the pins of projects to the newest patch of their line. */
import { basename, join } from 'node:path'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import { maxPinBytes } from '../project/pin.ts'
import { parsePinFile, pinFileNames } from '../project/pin-file.ts'
import { writePin } from '../project/pin-write.ts'
import { isThere, readProjectFile } from '../project/project-file.ts'
import type { Store } from '../store/layout.ts'
import {
  compareGoVersions,
  type GoVersion,
  isPrerelease,
  isRelease,
  lineOf,
  parseGoVersion,
} from '../version/go-version.ts'
import { seenProjects } from './seen-projects.ts'

export interface MovedPin {
  readonly file: string
  readonly from: string
  readonly to: string
}

/**
 * Writes the newest patch into every pin that gv knows of and that names an older one of its line exactly; a line (`1.22`) or a range means
 * the newest anyhow. A file that cannot be written stays as it is, with a word.
 * @param newest the newest installed release of each line
 */
export function movePins(place: { context: Context; store: Store; newest: readonly GoVersion[] }): MovedPin[] {
  const { context, store, newest } = place
  const files = [...seenProjects(store).map(({ file }) => file), join(context.home, '.tool-versions')]
  return [...new Set(files)].flatMap((file) => {
    const from = exactPin(file)
    const to = from && newest.find((version) => lineOf(version) === lineOf(from))
    if (!from || !to || compareGoVersions(to, from) <= 0) return []
    try {
      writePin(file, to.text)
      return [{ file, from: from.text, to: to.text }]
    } catch (error) {
      if (!(error instanceof GvError)) throw error
      context.stderr.write(`gv: ${error.message}${error.reason === undefined ? '' : `: ${error.reason}`}\n`)
      return []
    }
  })
}

/** The release that a pin file names, if it names a single one. */
function exactPin(file: string): GoVersion | undefined {
  const name = pinFileNames.find((candidate) => candidate === basename(file))
  try {
    if (name === undefined || !isThere(file)) return undefined
    const { bytes, isCut } = readProjectFile(file, maxPinBytes)
    const pin = parsePinFile(name, { text: bytes.toString('utf8'), isCut })
    if (!pin || 'problem' in pin || pin.specs.length > 1) return undefined
    const version = parseGoVersion(pin.specs[0].replace(/^v/, ''))
    return version && isRelease(version) && !isPrerelease(version) ? version : undefined
  } catch (error) {
    if (error instanceof GvError) return undefined
    throw error
  }
}
