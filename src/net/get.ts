import { gunzipSync } from 'node:zlib'
import { GvError } from '../errors.ts'
import { bytesText, printable, shownUrl } from '../text.ts'
import { isEtag } from './etag.ts'
import { type BodySink, type Head, headerOf } from './exchange.ts'
import { Failure } from './failure.ts'
import type { Request, Requester } from './requester.ts'
import { contentLength } from './resume.ts'
import type { RetryPolicy } from './retry.ts'
import { withRetries } from './retry.ts'
import { statusFailure } from './status.ts'

export interface GetOptions {
  /** What is asked for, in words that end "cannot get …": `the list of Go releases`. */
  readonly what: string
  /** The longest body that is taken, in bytes, decoded or not. */
  readonly maxBytes: number
  /** The ETag of the copy at hand; if it is still right the answer has status 304 and no body. */
  readonly etag?: string | undefined
}

export interface GetResult {
  readonly status: 200 | 304
  readonly body: Buffer
  readonly etag?: string
  /** The URL that answered, after redirects; without user and password. */
  readonly url: URL
}

/** Gets a body that fits into memory. */
export function get(
  requester: Requester,
  policy: RetryPolicy & { now(): Date },
  from: URL,
  options: GetOptions,
): Promise<GetResult> {
  const headers: Record<string, string> = { 'accept-encoding': 'gzip' }
  if (isEtag(options.etag)) headers['if-none-match'] = options.etag
  const request: Request = { ...requester.request(from, `cannot get ${options.what}`), headers }
  return withRetries(policy, () => getOnce(requester, request, options, policy.now()))
}

async function getOnce(requester: Requester, request: Request, options: GetOptions, now: Date): Promise<GetResult> {
  let result: GetResult | undefined
  await requester.send(request, (head, url) => {
    const isFresh = head.status === 304 && 'if-none-match' in request.headers
    if (head.status !== 200 && !isFresh) return statusFailure(request.message, head, url, now)
    if ((contentLength(head) ?? 0) > options.maxBytes) throw tooLong(request, url, options.maxBytes)
    const etag = headerOf(head.headers, 'etag')
    return collect(request, url, options.maxBytes, (body) => {
      const decoded = isFresh ? body : decode(head, body, request, url, options.maxBytes)
      result = { status: isFresh ? 304 : 200, body: decoded, ...(isEtag(etag) ? { etag } : {}), url }
    })
  })
  if (!result) throw new Error('an exchange ended without an answer')
  return result
}

function collect(request: Request, url: URL, maxBytes: number, done: (body: Buffer) => void): BodySink {
  const chunks: Buffer[] = []
  let size = 0
  return {
    take: (chunk) => {
      size += chunk.length
      if (size > maxBytes) throw tooLong(request, url, maxBytes)
      chunks.push(chunk)
      return 'more'
    },
    end: () => done(Buffer.concat(chunks)),
  }
}

/** The body without its content coding; the cap holds for what comes out as well. */
function decode(head: Head, body: Buffer, request: Request, url: URL, maxBytes: number): Buffer {
  const coding = headerOf(head.headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (coding === 'identity' || coding === '') return body
  if (coding !== 'gzip' && coding !== 'x-gzip') {
    throw final(request, url, `an answer in the coding ${printable(coding, 40)}, which was not asked for`)
  }
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes })
  } catch (error) {
    const isTooLong = error instanceof RangeError
    throw isTooLong ? tooLong(request, url, maxBytes) : final(request, url, 'a body that is not the gzip it says it is')
  }
}

function tooLong(request: Request, url: URL, maxBytes: number): Failure {
  return final(request, url, `more than ${bytesText(maxBytes)}`)
}

function final(request: Request, url: URL, what: string): Failure {
  return new Failure(
    `${shownUrl(url)} answered with ${what}`,
    1,
    (reason) => new GvError('network', request.message, { reason }),
  )
}
