/** The pin file of a project, for changing it. */
import { join } from 'node:path'
import type { Environment } from '../context.ts'
import { foldersFrom, logicalFolder } from './folders.ts'
import { maxPinBytes } from './pin.ts'
import { parsePinFile, pinFileNames } from './pin-file.ts'
import { isThere, readProjectFile } from './project-file.ts'

/**
 * The file whose pin decides where the user stands, also if what it says cannot be understood; where none does, the
 * `.tool-versions` of that folder, there or not. Pins of $HOME and above do not belong to the project.
 * Throws GvError('storage') for a file that cannot be read.
 */
export function pinFileToWrite(place: {
  readonly cwd: string
  readonly env: Environment
  readonly home: string
}): string {
  const { chain, homeIndex } = foldersFrom(logicalFolder(place.cwd, place.env), place.home)
  const projects = homeIndex === -1 ? chain : chain.slice(0, homeIndex)
  return projects.flatMap((folder) => pinFilesIn(folder))[0] ?? join(chain[0], '.tool-versions')
}

/** Whether a file pins a Go, or tries to. Throws GvError('storage') when it cannot be read. */
export function hasPin(file: string): boolean {
  const name = pinFileNames.find((candidate) => file.endsWith(`/${candidate}`))
  if (name === undefined || !isThere(file)) return false
  const { bytes, isCut } = readProjectFile(file, maxPinBytes)
  return parsePinFile(name, { text: bytes.toString('utf8'), isCut }) !== undefined
}

function pinFilesIn(folder: string): string[] {
  return pinFileNames.map((name) => join(folder, name)).filter(hasPin)
}
