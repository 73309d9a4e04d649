import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isEtag } from './etag.ts'
import { type FileIdentity, isHeaderText } from './resume.ts'

/** Of what is written; another format is read as no sidecar. */
const format = 1
const maxSidecarBytes = 16_384

/** Where it lies what file a partial file is a part of. */
export function sidecarPath(partial: string): string {
  return `${partial}.json`
}

/** Reads a sidecar; undefined if there is none, or none that gv wrote to its end. */
export function readSidecar(path: string): FileIdentity | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stat = fstatSync(fd)
      return stat.isFile() && stat.size <= maxSidecarBytes ? parseSidecar(readFileSync(fd, 'utf8')) : undefined
    } finally {
      closeSync(fd)
    }
  } catch {
    return undefined
  }
}

/** Writes a new sidecar, for its owner alone. @throws a system error */
export function writeSidecar(path: string, identity: FileIdentity): void {
  rmSync(path, { force: true })
  writeFileSync(path, `${JSON.stringify({ format, ...identity })}\n`, { flag: 'wx', mode: 0o600 })
}

/** Strict; keys that it does not know are let be. Pure. */
export function parseSidecar(text: string): FileIdentity | undefined {
  const json = parseObject(text)
  if (json?.format !== format) return undefined
  const { url, etag, lastModified, totalBytes } = json
  if (typeof url !== 'string') return undefined
  if (etag !== undefined && !(typeof etag === 'string' && isEtag(etag))) return undefined
  if (lastModified !== undefined && !(typeof lastModified === 'string' && isHeaderText(lastModified))) return undefined
  if (totalBytes !== undefined && !isSize(totalBytes)) return undefined
  return { url, etag, lastModified, totalBytes }
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? { ...json } : undefined
  } catch {
    return undefined
  }
}
