import { parseSpec } from '../version/spec.ts'

/** Whether a word on the command line is a spec and not the name of a program. */
export function isSpec(word: string): boolean {
  try {
    parseSpec(word)
    return true
  } catch {
    return false
  }
}
