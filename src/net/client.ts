import type { Context } from '../context.ts'
import type { Timings } from './timings.ts'

export { HttpStatusError, UnreachableError } from './http-error.ts'

/** What the client needs from its surroundings. */
export interface HttpSettings extends Pick<Context, 'env' | 'home' | 'signal' | 'now'> {
  /** Whether plain http is the user's own wish for this URL (GV_MIRROR, GOPROXY). Everything else has to be https. */
  allowHttp(url: URL): boolean
  /** Told, in one line, why a request is tried again and how long gv waits before. */
  onRetry?(line: string): void
  /** Sent as User-Agent; `gv` if absent. */
  readonly userAgent?: string
  /** For tests: other time-outs, tries and waits. */
  readonly timings?: Partial<Timings>
}

export interface GetOptions {
  /** What is asked for, in words that end "cannot get …": `the list of Go releases`. */
  readonly what: string
  /** The longest body that is taken, in bytes, decoded. */
  readonly maxBytes: number
  /** The ETag of the copy at hand; if it is still right the answer has status 304 and no body. */
  readonly etag?: string | undefined
}

export interface GetResult {
  readonly status: 200 | 304
  readonly body: Buffer
  readonly etag?: string
  /** The URL that answered, after redirects; without credentials. */
  readonly url: URL
}

export interface DownloadOptions {
  /** What is downloaded, in words that end "cannot download …": the name of an archive. */
  readonly what: string
  /** Absolute path of the partial file. What an earlier run left there is continued. Beside it lies `<partial>.json`. */
  readonly partial: string
  /** What is known of the file beforehand; sha256 in hex. */
  readonly expected?: { readonly sizeBytes?: number | undefined; readonly sha256?: string | undefined } | undefined
  /** The largest file that is taken, in bytes. */
  readonly maxBytes: number
  /** Told after each piece: bytes of the file that are there (with those of earlier runs), and its size where known. */
  onProgress?(receivedBytes: number, totalBytes: number | undefined): void
}

export interface DownloadResult {
  /** Open for reading; the very file whose bytes were hashed. The caller closes it. */
  readonly fd: number
  readonly path: string
  /** Hex. */
  readonly sha256: string
  readonly sizeBytes: number
  /** How much of it an earlier run had left. */
  readonly resumedAtBytes: number
}

/**
 * HTTP and file URLs, with all the care that RELIABILITY asks for. Every failure is a GvError in one line:
 * HttpStatusError, UnreachableError, code `network` otherwise, `verification`, `storage`, `interrupted`.
 */
export interface HttpClient {
  get(url: URL, options: GetOptions): Promise<GetResult>
  download(url: URL, options: DownloadOptions): Promise<DownloadResult>
  /** Ends all connections; nothing of the client keeps the process alive afterwards. */
  close(): Promise<void>
}

/** Opens nothing yet: connections, certificates and ~/.netrc wait for the first request that needs them. */
export function openHttpClient(_settings: HttpSettings): HttpClient {
  throw new Error('not written yet')
}
