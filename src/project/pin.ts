/** Finding the pin that counts. */
import { join } from 'node:path'
import { GvError } from '../errors.ts'
import { printable } from '../text.ts'
import { parseProjectSpec, type VersionSpec } from '../version/spec.ts'
import { type PinFileName, type PinText, parsePinFile, pinFileNames } from './pin-file.ts'
import { isThere, readProjectFile, unusable } from './project-file.ts'

/** A version that a project, or a user's own folder, pins. */
export interface Pin {
  /** Absolute. */
  readonly file: string
  /** 1 for the first. */
  readonly line: number
  /** In the order in which they are tried. */
  readonly specs: readonly [VersionSpec, ...VersionSpec[]]
}

/** As much as is read of a pin file. */
export const maxPinBytes = 64 * 1024

/**
 * The pin of the first of these folders that has one. A file that the guard objects to is passed over. Throws GvError
 * naming file and line when the file that counts cannot be read or understood.
 */
export function findPin(
  folders: readonly string[],
  isAccepted: (file: string, folder: string) => boolean,
): Pin | undefined {
  for (const folder of folders) {
    for (const name of pinFileNames) {
      const file = join(folder, name)
      if (!isThere(file) || !isAccepted(file, folder)) continue
      const pin = readPin(file, name)
      if (pin) return pin
    }
  }
  return undefined
}

function readPin(file: string, name: PinFileName): Pin | undefined {
  const { bytes, isCut } = readProjectFile(file, maxPinBytes)
  const hasUtf16Mark = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (hasUtf16Mark || bytes.includes(0)) throw unusable(file, 'it is not text in UTF-8 (UTF-16?)')
  const pin = parsePinFile(name, { text: bytes.toString('utf8'), isCut })
  return pin && checkedPin(file, pin)
}

function checkedPin(file: string, pin: PinText): Pin {
  const place = `${printable(file)}:${pin.line}`
  if ('problem' in pin) throw new GvError('usage', `${place}: ${pin.problem}`, { hint: 'gv use VERSION writes a pin' })
  const [first, ...fallBacks] = pin.specs
  return { file, line: pin.line, specs: [specAt(place, first), ...fallBacks.map((text) => specAt(place, text))] }
}

function specAt(place: string, text: string): VersionSpec {
  try {
    return parseProjectSpec(text)
  } catch (error) {
    if (!(error instanceof GvError)) throw error
    throw new GvError(error.code, `${place}: ${error.message}`, { reason: error.reason, hint: error.hint })
  }
}
