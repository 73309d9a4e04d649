import { shownUrl } from '../text.ts'
import { type BodySink, discard, type Head, headerOf } from './exchange.ts'
import { always, Failure, isWorthRetrying } from './failure.ts'
import { HttpStatusError, statusText } from './http-error.ts'
import { parseRetryAfter } from './retry-after.ts'

/** A sink for an answer whose status says no: it fails when the (short) body is read, so that the connection stays. */
export function statusFailure(message: string, head: Head, url: URL, now: Date): BodySink {
  const shown = shownUrl(url)
  const waitMs = parseRetryAfter(headerOf(head.headers, 'retry-after'), now)
  return discard(() => {
    throw new Failure(
      `${shown} answered ${statusText(head.status)}`,
      isWorthRetrying(head.status) ? always : 1,
      (reason) => new HttpStatusError(message, head.status, shown, { reason, hint: hintFor(head.status, url) }),
      waitMs,
    )
  })
}

function hintFor(status: number, url: URL): string | undefined {
  if (status === 401) return `if ${url.hostname} asks for a password, put it into ~/.netrc`
  if (status === 407) return 'put USER:PASSWORD@ into the URL of HTTP_PROXY'
  return undefined
}
