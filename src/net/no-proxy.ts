import { BlockList, isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { withoutBrackets } from './loopback.ts'

/** Whether NO_PROXY exempts a host: a name or an address without brackets, in lower case, and a port. */
export type NoProxy = (host: string, port: string) => boolean

/**
 * Reads NO_PROXY as Go's golang.org/x/net/http/httpproxy does: entries between commas, each `*`, an
 * address, a CIDR block, or a domain, all but the block with a port if wanted. `foo.com` is the name and all below it,
 * `.foo.com` and `*.foo.com` only what is below. Entries that make no sense are passed over. Pure.
 */
export function parseNoProxy(text: string): NoProxy {
  const rules: NoProxy[] = []
  for (const part of text.split(',')) {
    const entry = part.trim().toLowerCase()
    if (entry === '*') return () => true
    const rule = entry === '' ? undefined : (blockRule(entry) ?? hostRule(entry))
    if (rule) rules.push(rule)
  }
  return (host, port) => rules.some((rule) => rule(host, port))
}

function blockRule(entry: string): NoProxy | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(entry)
  const address = addressOf(match?.[1] ?? '')
  if (!match || !address) return undefined
  const bits = match[1]?.includes(':') ? 128 : 32
  const prefix = Number(match[2])
  if (prefix > bits) return undefined
  const block = new BlockList()
  const shorter = bits === 128 && address.family === 'ipv4' ? 96 : 0
  block.addSubnet(address.text, Math.max(0, prefix - shorter), address.family)
  return (host) => {
    const asked = addressOf(host)
    // A block of one family never holds an address of the other; BlockList would compare them as IPv6.
    return asked?.family === address.family && block.check(asked.text, asked.family)
  }
}

function hostRule(entry: string): NoProxy | undefined {
  const { host, port } = splitPort(entry)
  if (host === '') return undefined
  const matchesPort = (asked: string): boolean => port === '' || port === asked
  const address = addressOf(host)
  if (address) return (asked, askedPort) => matchesPort(askedPort) && addressOf(asked)?.text === address.text
  const domain = host.startsWith('*.') ? host.slice(1) : host
  const below = asciiDomain(domain.startsWith('.') ? domain : `.${domain}`)
  const itself = domain.startsWith('.') ? undefined : below.slice(1)
  return (asked, askedPort) => {
    return !addressOf(asked) && matchesPort(askedPort) && (asked.endsWith(below) || asked === itself)
  }
}

/** Splits as Go's net.SplitHostPort; what it would refuse is a host without a port. */
function splitPort(entry: string): { host: string; port: string } {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(entry)
  if (!match) return { host: entry, port: '' }
  return { host: match[1] ?? match[2] ?? '', port: match[3] ?? '' }
}

interface Address {
  /** In one form only, so that equal addresses are equal texts. */
  readonly text: string
  readonly family: 'ipv4' | 'ipv6'
}

/** An IP address, with the IPv4 ones that are written as IPv6 (`::ffff:10.0.0.1`) as what they are. */
function addressOf(text: string): Address | undefined {
  // A zone (fe80::1%eth0) is no part of an address for Go's net.ParseIP.
  const version = text.includes('%') ? 0 : isIP(text)
  if (version === 4) return { text, family: 'ipv4' }
  if (version !== 6) return undefined
  const canonical = withoutBrackets(new URL(`http://[${text}]`).hostname)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical)
  if (!mapped) return { text: canonical, family: 'ipv6' }
  const halves = [mapped[1], mapped[2]].map((half) => Number.parseInt(half ?? '0', 16))
  return { text: halves.flatMap((half) => [half >> 8, half & 0xff]).join('.'), family: 'ipv4' }
}

function asciiDomain(domain: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  if (/^[\u0000-\u007f]*$/.test(domain)) return domain
  const ascii = domainToASCII(domain.slice(1))
  return ascii === '' ? domain : `.${ascii}`
}
