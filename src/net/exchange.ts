import type { Dispatcher } from 'undici'
import type { Watchdog } from './watchdog.ts'

export type Headers = Readonly<Record<string, string | string[] | undefined>>

/** The beginning of an answer. */
export interface Head {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Headers
}

/** Takes the body of an answer. What it throws ends the exchange and is what the exchange fails with. */
export interface BodySink {
  /** Called for each piece, which is its own from then on. `enough`: the rest is not wanted, end well. */
  take(chunk: Buffer): 'more' | 'enough'
  /** The body is complete, or there was enough of it. */
  end(): void
}

/** The one value of a header; undefined if it is not there, or there more than once. */
export function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/**
 * One request and its answer. The body is pushed into the sink synchronously, from the very buffers that the
 * socket was read into: no streams, no copies, and a slow disk slows the server down by itself.
 * @param signal ends the exchange at once; its reason is what the exchange then fails with
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  watch: Watchdog,
  signal: AbortSignal,
  onHead: (head: Head) => BodySink,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => handler.fail(signal.reason)
    const settle = (error: unknown): void => {
      signal.removeEventListener('abort', onAbort)
      if (error === undefined) resolve()
      else reject(error)
    }
    const handler = new ExchangeHandler(watch, onHead, settle)
    if (signal.aborted) return settle(signal.reason)
    signal.addEventListener('abort', onAbort)
    watch.enter('connecting')
    dispatcher.dispatch(request, handler)
  })
}

/** Why gv itself ends a request; undici hands it back to the handler, which by then has settled. */
const ended = new Error('ended by gv')

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #watch: Watchdog
  readonly #onHead: (head: Head) => BodySink
  readonly #settle: (error: unknown) => void
  #controller: Dispatcher.DispatchController | undefined
  #sink: BodySink | undefined
  #settled = false

  constructor(watch: Watchdog, onHead: (head: Head) => BodySink, settle: (error: unknown) => void) {
    this.#watch = watch
    this.#onHead = onHead
    this.#settle = settle
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // Given up while it was still connecting.
    if (this.#settled) controller.abort(ended)
    else this.#watch.enter('waiting')
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (this.#settled || status < 200) return
    this.#watch.enter('reading')
    this.#guard(() => {
      this.#sink = this.#onHead({ status, headers })
    })
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return
    this.#watch.received(chunk.length)
    this.#guard(() => {
      if (this.#sink?.take(chunk) !== 'enough') return
      this.onResponseEnd()
      this.#controller?.abort(ended)
    })
  }

  onResponseEnd(): void {
    if (this.#settled) return
    this.#settled = true
    let failure: unknown
    try {
      this.#sink?.end()
    } catch (error) {
      failure = error
    }
    // undici offers the connection to the next request only two turns of the event loop later.
    setImmediate(() => setImmediate(() => this.#settle(failure)))
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(error)
  }

  fail(error: unknown): void {
    if (this.#settled) return
    this.#settled = true
    this.#controller?.abort(ended)
    this.#settle(error)
  }

  #guard(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.fail(error)
    }
  }
}

/** The longest body that is read only to be thrown away, so that the connection can be used again. */
const discardedBytes = 64 * 1024

/** Reads a body that nobody wants. */
export function discard(end: () => void = () => {}): BodySink {
  let left = discardedBytes
  return {
    take: (chunk) => {
      left -= chunk.length
      return left > 0 ? 'more' : 'enough'
    },
    end,
  }
}
