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

/** `linux-amd64`, as in the names of archives. */
export function platformName(platform: Platform): string {
  return `${platform.os}-${platform.arch}`
}

export function samePlatform(a: Platform, b: Platform): boolean {
  return a.os === b.os && a.arch === b.arch
}
