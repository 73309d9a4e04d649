import { BlockList, isIP } from 'node:net'

const loopbacks = new BlockList()
loopbacks.addSubnet('127.0.0.0', 8, 'ipv4')
loopbacks.addAddress('::1', 'ipv6')

/** Whether a URL's hostname (`localhost`, `127.0.0.1`, `[::1]`) is this machine itself. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost') return true
  const address = withoutBrackets(hostname)
  const family = isIP(address)
  return family !== 0 && loopbacks.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** `::1` of `[::1]`; any other hostname as it is. */
export function withoutBrackets(hostname: string): string {
  return hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname
}
