import { checkpoint } from '../checkpoint.ts'
import { GvError, systemErrorCode } from '../errors.ts'
import { bytesText, printable, shownUrl } from '../text.ts'
import { type BodySink, discard, type Head } from './exchange.ts'
import { type Expectation, whyNotExpected, wrongSize } from './expectation.ts'
import { always, Failure } from './failure.ts'
import { PartialFile, removePartial } from './partial-file.ts'
import { DownloadProgress } from './progress.ts'
import type { Request, Requester } from './requester.ts'
import { type FileIdentity, identityOf, isResumable, rangeHeaders, whyNotJoined } from './resume.ts'
import { type RetryPolicy, withRetries } from './retry.ts'
import { statusFailure } from './status.ts'

export interface DownloadOptions {
  /** What is downloaded, in words that end "cannot download …": the name of an archive. */
  readonly what: string
  /** Absolute path of the partial file. What an earlier run left there is continued. Beside it lies `<partial>.json`. */
  readonly partial: string
  readonly expected?: Expectation | undefined
  /** The largest file that is taken, in bytes. */
  readonly maxBytes: number
  /** Told after each piece: bytes of the file that are there (with those of earlier runs), and its size where known. */
  onProgress?(receivedBytes: number, totalBytes: number | undefined): void
}

export interface DownloadResult {
  /** Open for reading and writing; the very file whose bytes were hashed. The caller closes it. */
  readonly fd: number
  readonly path: string
  /** Hex. */
  readonly sha256: string
  readonly sizeBytes: number
  /** How much of it an earlier run had left; as much as `sizeBytes` when nothing was asked for any more. */
  readonly resumedAtBytes: number
}

export interface DownloadPolicy extends RetryPolicy {
  now(): Date
}

/** Downloads a file, or the rest of it. What was received stays for the next run, unless it is proven wrong. */
export async function download(
  requester: Requester,
  policy: DownloadPolicy,
  from: URL,
  options: DownloadOptions,
): Promise<DownloadResult> {
  const request: Request = { ...requester.request(from, `cannot download ${options.what}`), headers: {} }
  const url = shownUrl(request.url)
  const isWanted = (identity: FileIdentity, sizeBytes: number): boolean =>
    identity.url === url && isResumable(identity) && fits(identity, sizeBytes, options)
  const file =
    (await PartialFile.reopen(options.partial, isWanted, requester.signal)) ?? PartialFile.create(options.partial)
  try {
    return await new Download(requester, policy, request, options, file).run()
  } catch (error) {
    file.close()
    // On a full disk it takes the room that the next run needs.
    if (systemErrorCode(error) === 'ENOSPC') removePartial(options.partial)
    throw error
  }
}

function fits(identity: FileIdentity, sizeBytes: number, { expected, maxBytes }: DownloadOptions): boolean {
  const total = identity.totalBytes ?? expected?.sizeBytes ?? maxBytes
  return sizeBytes <= total && total <= maxBytes && (expected?.sizeBytes ?? total) === total
}

class Download {
  readonly #requester: Requester
  readonly #policy: DownloadPolicy
  readonly #request: Request
  readonly #options: DownloadOptions
  readonly #file: PartialFile
  readonly #url: string
  readonly #progress: DownloadProgress
  #resumedAtBytes: number
  /** Whether the bytes come from more than one answer. */
  #isJoined: boolean

  constructor(
    requester: Requester,
    policy: DownloadPolicy,
    request: Request,
    options: DownloadOptions,
    file: PartialFile,
  ) {
    this.#requester = requester
    this.#policy = policy
    this.#request = request
    this.#options = options
    this.#file = file
    this.#url = shownUrl(request.url)
    this.#progress = new DownloadProgress((received, total) => options.onProgress?.(received, total))
    this.#resumedAtBytes = file.sizeBytes
    this.#isJoined = file.sizeBytes > 0
  }

  /** Joined bytes that turn out wrong may be of two files, so they get a second chance, from zero; others do not. */
  async run(): Promise<DownloadResult> {
    await this.#complete()
    if (this.#isJoined && this.#whyWrong() !== undefined) {
      this.#policy.onRetry?.(`what was joined of several answers is not the file (${this.#url}); starting anew`)
      this.#restart()
      await this.#complete()
    }
    const why = this.#whyWrong()
    if (why !== undefined) throw this.#unproven(why)
    const fd = this.#file.release()
    checkpoint('download-done')
    const { path, sizeBytes } = this.#file
    return { fd, path, sha256: this.#file.sha256(), sizeBytes, resumedAtBytes: this.#resumedAtBytes }
  }

  #whyWrong(): string | undefined {
    return whyNotExpected(this.#file, this.#options.expected)
  }

  async #complete(): Promise<void> {
    const { sizeBytes } = this.#file
    if (sizeBytes > 0 && sizeBytes === this.#totalBytes()) return
    await withRetries(this.#policy, () => this.#fetch())
  }

  #totalBytes(): number | undefined {
    return this.#file.identity?.totalBytes ?? this.#options.expected?.sizeBytes
  }

  async #fetch(): Promise<void> {
    const { identity, sizeBytes } = this.#file
    const isContinued = sizeBytes > 0 && identity !== undefined && isResumable(identity)
    const headers = { 'accept-encoding': 'identity', ...(isContinued ? rangeHeaders(identity, sizeBytes) : {}) }
    await this.#requester.send({ ...this.#request, headers }, (head, url) => {
      if (head.status === 200) return this.#wholeFile(head, url)
      if (head.status === 206 && isContinued) return this.#rest(head, url, identity)
      if (head.status === 416 && isContinued) return this.#anew(url, 'that there is no more of the file')
      return statusFailure(this.#request.message, head, url, this.#policy.now())
    })
  }

  #wholeFile(head: Head, url: URL): BodySink {
    this.#restart()
    const identity = identityOf(this.#url, head)
    const { expected, maxBytes } = this.#options
    const { totalBytes } = identity
    if (totalBytes !== undefined) {
      if (expected?.sizeBytes !== undefined && totalBytes !== expected.sizeBytes) {
        throw this.#unproven(wrongSize(totalBytes, expected.sizeBytes))
      }
      if (totalBytes > maxBytes) throw this.#tooLong(url)
    }
    this.#file.describe(identity)
    return this.#sink(url)
  }

  #rest(head: Head, url: URL, identity: FileIdentity): BodySink {
    const why = whyNotJoined(head, identity, this.#file.sizeBytes)
    if (why !== undefined) return this.#anew(url, why)
    this.#isJoined = true
    // An answer in chunks may have left the size open.
    if (identity.totalBytes === undefined) this.#file.describe({ ...identityOf(this.#url, head), etag: identity.etag })
    return this.#sink(url)
  }

  /** The answer is refused; the next try asks for the whole file. */
  #anew(url: URL, answer: string): BodySink {
    this.#restart()
    return discard(() => {
      const reason = `${shownUrl(url)} answered with ${answer}`
      throw new Failure(reason, always, (text) => new GvError('network', this.#request.message, { reason: text }), 0)
    })
  }

  #restart(): void {
    this.#file.restart()
    this.#resumedAtBytes = 0
    this.#isJoined = false
  }

  #sink(url: URL): BodySink {
    const total = this.#totalBytes()
    this.#progress.start(this.#file.sizeBytes, total)
    return {
      take: (chunk) => {
        this.#take(chunk, url, total)
        return 'more'
      },
      end: () => {
        if (total !== undefined && this.#file.sizeBytes < total) throw this.#cut(url, total)
      },
    }
  }

  #take(chunk: Buffer, url: URL, total: number | undefined): void {
    const sizeBytes = this.#file.sizeBytes + chunk.length
    if (sizeBytes > this.#options.maxBytes) throw this.#tooLong(url)
    if (total !== undefined && sizeBytes > total) throw this.#unproven(`it has more than the ${total} bytes expected`)
    this.#file.append(chunk)
    this.#progress.advance(sizeBytes, total)
  }

  /** Also when the body seems to have ended well: proxies are known to end one in chunks that was cut behind them. */
  #cut(url: URL, total: number): Failure {
    const reason = `${shownUrl(url)} sent ${bytesText(this.#file.sizeBytes)} of ${bytesText(total)}`
    return new Failure(reason, always, (text) => new GvError('network', this.#request.message, { reason: text }))
  }

  #tooLong(url: URL): GvError {
    removePartial(this.#file.path)
    const reason = `${shownUrl(url)} answered with more than ${bytesText(this.#options.maxBytes)}`
    return new GvError('network', this.#request.message, { reason })
  }

  /** Not what was promised: nothing of it is kept. */
  #unproven(what: string): GvError {
    removePartial(this.#file.path)
    return new GvError('verification', this.#request.message, { reason: `${printable(what)} (${this.#url})` })
  }
}
