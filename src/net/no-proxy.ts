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
  if (!match) return undefined
  const [, address = '', digits = ''] = match
  const family = familyOf(address)
  const prefix = Number(digits)
  // Go takes no leading zeros in a prefix length.
  if (!family || String(prefix) !== digits || prefix > (family === 'ipv4' ? 32 : 128)) return undefined
  const block = new BlockList()
  block.addSubnet(address, prefix, family)
  return (host) => contains(block, host)
}

function hostRule(entry: string): NoProxy | undefined {
  const { host, port } = splitPort(entry)
  if (host === '') return undefined
  const matchesPort = (asked: string): boolean => port === '' || port === asked
  const family = familyOf(host)
  if (family) {
    const block = new BlockList()
    block.addAddress(host, family)
    return (asked, askedPort) => matchesPort(askedPort) && contains(block, asked)
  }
  const domain = host.startsWith('*.') ? host.slice(1) : host
  const below = asciiDomain(domain.startsWith('.') ? domain : `.${domain}`)
  const itself = domain.startsWith('.') ? undefined : below.slice(1)
  return (asked, askedPort) => {
    return !familyOf(asked) && matchesPort(askedPort) && (asked.endsWith(below) || asked === itself)
  }
}

/** Splits as Go's net.SplitHostPort; what it would refuse is a host without a port. */
function splitPort(entry: string): { host: string; port: string } {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(entry)
  if (!match) return { host: entry, port: '' }
  return { host: match[1] ?? match[2] ?? '', port: match[3] ?? '' }
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const family = isIP(address)
  // A zone (fe80::1%eth0) is no part of an address for Go's net.ParseIP.
  if (family === 0 || address.includes('%')) return undefined
  return family === 4 ? 'ipv4' : 'ipv6'
}

function contains(block: BlockList, host: string): boolean {
  const address = withoutBrackets(host)
  const family = familyOf(address)
  return family !== undefined && block.check(address, family)
}

function asciiDomain(domain: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  if (/^[\u0000-\u007f]*$/.test(domain)) return domain
  const ascii = domainToASCII(domain.slice(1))
  return ascii === '' ? domain : `.${ascii}`
}
