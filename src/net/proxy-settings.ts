import type { Environment } from '../context.ts'
import { GvError } from '../errors.ts'
import { shownUrl } from '../text.ts'
import { basicAuthorization } from './credentials.ts'
import { isLoopback, withoutBrackets } from './loopback.ts'
import { type NoProxy, parseNoProxy } from './no-proxy.ts'

/** A proxy between gv and a server. */
export interface ProxyServer {
  /** `http:` or `https:`, without user and password. */
  readonly url: URL
  /** The value of a Proxy-Authorization header; a secret. */
  readonly authorization: string | undefined
}

/** Finds the proxy for a URL; undefined where the server is asked directly. */
export type ProxyChooser = (url: URL) => ProxyServer | undefined

/**
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY, upper case before lower case, as Go's
 * golang.org/x/net/http/httpproxy treats them: ALL_PROXY does not count, and this machine itself is never asked
 * through a proxy. Unlike Go, a value that cannot be understood is an error, when a request would need it.
 */
export function proxyChooser(env: Environment): ProxyChooser {
  const noProxy = parseNoProxy(env.NO_PROXY || env.no_proxy || '')
  return (url) => {
    const names = url.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']
    const name = names.find((candidate) => env[candidate])
    if (name === undefined || isExempt(url, noProxy)) return undefined
    if (url.protocol === 'http:' && env.REQUEST_METHOD) throw cgiError()
    return parseProxyServer(name, env[name] ?? '')
  }
}

function isExempt(url: URL, noProxy: NoProxy): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return isLoopback(url.hostname) || noProxy(withoutBrackets(url.hostname).toLowerCase(), port)
}

/**
 * Reads the value of a proxy variable: a URL, or `host:port`, which means http.
 * @throws GvError (`usage`) that names the variable, never its value, which may hold a password
 */
export function parseProxyServer(name: string, value: string): ProxyServer {
  const url = asUrl(value) ?? (value.includes('://') ? undefined : asUrl(`http://${value}`))
  if (!url) throw proxyError(name, 'its value is neither a URL nor host:port')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw proxyError(name, `${shownUrl(`${url.protocol}//${url.host}`)} is not an http or https proxy`)
  }
  const authorization = url.username || url.password ? basicAuthorization(url) : undefined
  return { url: new URL(`${url.protocol}//${url.host}`), authorization }
}

/** A URL with a host; `localhost:3128` and `user:password@host` only look like one, with a scheme in front. */
function asUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.host === '' ? undefined : url
}

function proxyError(name: string, reason: string): GvError {
  return new GvError('usage', `cannot use the proxy of ${name}`, {
    reason,
    hint: `export ${name}=http://HOST:PORT, or unset ${name}`,
  })
}

function cgiError(): GvError {
  return new GvError('usage', 'refusing to use HTTP_PROXY in a CGI program', {
    reason: 'REQUEST_METHOD is set, so the variable may come from a request (golang.org/s/cgihttpproxy)',
    hint: 'unset REQUEST_METHOD',
  })
}
