import { GvError } from '../../errors.ts'
import { quoted } from '../../text.ts'

/** Refuses a whole archive because of one entry, which is named. */
export function refuseEntry(name: string | Buffer, why: string): GvError {
  return refuseArchive(`entry ${quoted(typeof name === 'string' ? name : name.toString('utf8'))} ${why}`)
}

/** Refuses an archive; `why` is a sentence without a full stop. */
export function refuseArchive(why: string, cause?: unknown): GvError {
  return new GvError('verification', 'the archive is refused', {
    reason: why,
    hint: 'try another source (gv install --source …), and tell the owner of this one',
    cause,
  })
}
