import { expect } from 'vitest'
import { type ErrorCode, GvError, messageOf } from '../../src/errors.ts'

/** The GvError that this ends with, which has to have the code; anything else fails the test. */
export async function gvErrorOf(code: ErrorCode, work: () => unknown): Promise<GvError> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof GvError)) throw new Error(`not a GvError: ${messageOf(error)}`, { cause: error })
    expect(`${error.code}: ${error.message}`).toMatch(new RegExp(`^${code}: `))
    return error
  }
  throw new Error(`expected a GvError('${code}'), but it went well`)
}
