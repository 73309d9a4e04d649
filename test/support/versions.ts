import { type GoVersion, parseGoVersion } from '../../src/version/go-version.ts'

/** A version that the test knows to be one. */
export function versionOf(text: string): GoVersion {
  const version = parseGoVersion(text)
  if (!version) throw new Error(`${text} is no version of Go`)
  return version
}

export function versionsOf(...texts: string[]): GoVersion[] {
  return texts.map(versionOf)
}
