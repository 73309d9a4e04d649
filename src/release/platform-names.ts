import type { Platform } from '../platform.ts'
import { type GoVersion, releaseName } from '../version/go-version.ts'

/**
 * Every GOOS with the GOARCHs it goes with. Source: `go tool dist list` of Go 1.26, and ports that older releases
 * had.
 */
const ports: Readonly<Record<string, string>> = {
  aix: 'ppc64',
  android: '386 amd64 arm arm64',
  darwin: '386 amd64 arm arm64',
  dragonfly: 'amd64',
  freebsd: '386 amd64 arm arm64 riscv64',
  illumos: 'amd64',
  ios: 'amd64 arm64',
  js: 'wasm',
  linux: '386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x sparc64',
  netbsd: '386 amd64 arm arm64',
  openbsd: '386 amd64 arm arm64 mips64 ppc64 riscv64',
  plan9: '386 amd64 arm',
  solaris: 'amd64',
  wasip1: 'wasm',
  windows: '386 amd64 arm arm64',
}

/** Every pair of GOOS and GOARCH that Go knows or knew, for --os and --arch. */
export const knownPlatforms: readonly Platform[] = Object.entries(ports).flatMap(([os, archs]) =>
  archs.split(' ').map((arch) => ({ os, arch })),
)

export function isKnownPlatform(platform: Platform): boolean {
  return knownPlatforms.some(({ os, arch }) => os === platform.os && arch === platform.arch)
}

/** Every GOOS, for "did you mean". */
export const knownSystems: readonly string[] = Object.keys(ports)

/** Every GOARCH, for "did you mean". */
export const knownArchitectures: readonly string[] = [...new Set(knownPlatforms.map(({ arch }) => arch))].sort()

/** The name of a release's archive on go.dev: `go1.22.5.linux-amd64.tar.gz`, `go1.22.5.windows-amd64.zip`. */
export function archiveFileName(version: GoVersion, platform: Platform): string {
  const suffix = platform.os === 'windows' ? 'zip' : 'tar.gz'
  return `${releaseName(version)}.${platform.os}-${fileArch(platform)}.${suffix}`
}

/** go.dev names linux/arm after the least ARM that its archive runs on; every other port is called as Go calls it. */
function fileArch({ os, arch }: Platform): string {
  return os === 'linux' && arch === 'arm' ? 'armv6l' : arch
}

/** The platform that go.dev means by an `os` and an `arch` of its list; undefined for what can be none. */
export function platformOfFile(os: string, arch: string): Platform | undefined {
  if (!/^[a-z][a-z0-9]{1,15}$/.test(os) || !/^[a-z0-9]{2,15}$/.test(arch)) return undefined
  return { os, arch: os === 'linux' && arch === 'armv6l' ? 'arm' : arch }
}
