/** What a toolchain runs on, in Go's words (GOOS and GOARCH): `linux`, `amd64`. */
export interface Platform {
  readonly os: string
  readonly arch: string
}

const goOsOfNode: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }
const goArchOfNode: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  mipsel: 'mipsle',
  loong64: 'loong64',
}

/** Node's `process.platform` and `process.arch` as Go names them. */
export function platformOfNode(nodePlatform: string, nodeArch: string): Platform {
  return { os: goOsOfNode[nodePlatform] ?? nodePlatform, arch: goArchOfNode[nodeArch] ?? nodeArch }
}

/**
 * The platform of the machine itself. Under Rosetta 2 an Apple silicon Mac tells a Node that was built for Intel that it is an Intel
 * Mac; what it really is, says `sysctl hw.optional.arm64`, 1 there and unknown to an Intel Mac. Everywhere else Node is believed.
 * Source: developer.apple.com, "About the Rosetta translation environment".
 * @param readSysctl asks the system for a value by its name; undefined where it has none
 */
export function nativePlatform(ofNode: Platform, readSysctl: (name: string) => string | undefined): Platform {
  if (ofNode.os !== 'darwin' || ofNode.arch !== 'amd64') return ofNode
  return readSysctl('hw.optional.arm64')?.trim() === '1' ? { ...ofNode, arch: 'arm64' } : ofNode
}

/** `linux-amd64`, as in the names of archives. */
export function platformName(platform: Platform): string {
  return `${platform.os}-${platform.arch}`
}

export function samePlatform(a: Platform, b: Platform): boolean {
  return a.os === b.os && a.arch === b.arch
}
