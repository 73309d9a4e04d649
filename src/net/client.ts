import { type DownloadOptions, type DownloadResult, download } from './download.ts'
import { downloadFile, getFile } from './file-source.ts'
import { type GetOptions, type GetResult, get } from './get.ts'
import { Requester } from './requester.ts'
import type { HttpSettings } from './settings.ts'
import { defaultTimings } from './timings.ts'

export type { DownloadOptions, DownloadResult } from './download.ts'
export type { GetOptions, GetResult } from './get.ts'
export { HttpStatusError, UnreachableError } from './http-error.ts'
export type { HttpSettings } from './settings.ts'

/**
 * http, https and file URLs. Every failure is a GvError in one line: HttpStatusError (the server said no; 404 and 410
 * mean "not there"), UnreachableError (ask another source), code `network` otherwise; `verification`, `storage`, `interrupted`.
 */
export interface HttpClient {
  get(url: URL, options: GetOptions): Promise<GetResult>
  download(url: URL, options: DownloadOptions): Promise<DownloadResult>
  /** Ends what is under way, as interrupted; nothing of the client keeps the process alive afterwards. */
  close(): Promise<void>
}

/** Opens nothing yet: undici, connections, certificates and ~/.netrc wait for the first request that needs them. */
export function openHttpClient(settings: HttpSettings): HttpClient {
  const timings = { ...defaultTimings, ...settings.timings }
  const requester = new Requester(settings, timings)
  const policy = {
    timings,
    signal: requester.signal,
    now: () => settings.now(),
    onRetry: (line: string) => settings.onRetry?.(line),
  }
  return {
    async get(url, options) {
      return url.protocol === 'file:' ? getFile(url, options) : await get(requester, policy, url, options)
    },
    async download(url, options) {
      return url.protocol === 'file:'
        ? await downloadFile(url, options, requester.signal)
        : await download(requester, policy, url, options)
    },
    close: () => requester.close(),
  }
}
