/** Reads the fields of a receipt out of parsed JSON: each throws GvError('storage') for what gv does not write itself. Pure. */
import { GvError } from '../errors.ts'
import { quoted } from '../text.ts'

export function objectOf(json: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed(place)
  return { ...json }
}

export function textOf(json: unknown, place: string, grammar = /^[\s\S]{1,65536}$/): string {
  if (typeof json !== 'string' || !grammar.test(json)) throw malformed(place)
  return json
}

/** From 0 on, exactly. */
export function countOf(json: unknown, place: string): number {
  if (typeof json !== 'number' || !Number.isSafeInteger(json) || json < 0) throw malformed(place)
  return json
}

export function malformed(place: string): GvError {
  return new GvError('storage', 'a receipt is malformed', { reason: `${quoted(place)} is not what gv writes` })
}
