/** A file as go.dev lists it. */
export interface GodevFile {
  filename: unknown
  os: unknown
  arch: unknown
  version: unknown
  sha256: unknown
  size: unknown
  kind: unknown
}

/** An archive of go.dev's list, right unless told otherwise: `archive('go1.22.5', 'linux', 'amd64')`. */
export function archive(version: string, os: string, arch: string, other: Partial<GodevFile> = {}): GodevFile {
  const suffix = os === 'windows' ? 'zip' : 'tar.gz'
  const sha256 = '5ca1ab1e'.repeat(8)
  return {
    filename: `${version}.${os}-${arch}.${suffix}`,
    os,
    arch,
    version,
    sha256,
    size: 68_988_925,
    kind: 'archive',
    ...other,
  }
}

/** A release of go.dev's list, with sources, an installer and three archives unless told otherwise. */
export function release(version: string, files: readonly unknown[] = usualFiles(version)) {
  return { version, stable: !/rc|beta/.test(version), files }
}

export function godevText(...versions: readonly string[]): string {
  return JSON.stringify(versions.map((version) => release(version)))
}

function usualFiles(version: string): readonly unknown[] {
  return [
    archive(version, '', '', { filename: `${version}.src.tar.gz`, kind: 'source' }),
    archive(version, 'darwin', 'arm64'),
    archive(version, 'darwin', 'arm64', { filename: `${version}.darwin-arm64.pkg`, kind: 'installer' }),
    archive(version, 'linux', 'amd64'),
    archive(version, 'linux', 'armv6l'),
  ]
}
