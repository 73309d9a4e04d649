/** The rules by which the Go team lays out a release; what its files are called in the log is in verify/module-names.ts. Pure. */
import type { Platform } from '../../platform.ts'

/** The mode of every folder. */
export const folderMode = 0o755

/** The mode of a published file, before the umask. Source: cmd/distpack, `mode`. */
export function modeOf(path: string): number {
  const isProgram = path.startsWith('bin/') || path.startsWith('pkg/tool/')
  return isProgram || scriptEndings.some((ending) => path.endsWith(ending)) || isExecWrapper(path) ? 0o755 : 0o644
}

const scriptEndings = ['.bash', '.sh', '.pl', '.rc'] as const

/** `lib/wasm/go_js_wasm_exec`: runs a test's binary for a foreign platform. */
function isExecWrapper(path: string): boolean {
  return path.endsWith('_exec') && /(?:^|\/)go_[^/]+_[^/]+_exec$/.test(path)
}

/** The two programs without which a tree is no toolchain. */
export function programsOf(platform: Platform): readonly string[] {
  const suffix = platform.os === 'windows' ? '.exe' : ''
  return [`bin/go${suffix}`, `bin/gofmt${suffix}`]
}
