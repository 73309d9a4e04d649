/**
 * How the files of a toolchain are called in its module, in which the log knows them.
 * Source: cmd/distpack (pack.go, archive.go), which makes archive and module from one tree. Pure.
 */

/** Folders of the archive that the module leaves out. */
const outsideModule = /^(?:api|doc|misc|test)\//

/**
 * Whether the log's h1 covers a file of a GOROOT.
 * @param path relative to GOROOT, with slashes
 */
export function isInModule(path: string): boolean {
  return !outsideModule.test(path)
}

/**
 * The name of a file in the module: `PREFIX/src/_go.mod` for `src/go.mod`, because a module cannot hold the go.mod of another. Files
 * outside the module are named alike in the second manifest of a receipt.
 * @param toolchainModule `golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64`
 */
export function nameInModule(toolchainModule: string, path: string): string {
  return `${toolchainModule}/${path.replace(/(^|\/)go\.mod$/, '$1_go.mod')}`
}

/** The path below GOROOT of a name in the module; undefined for a name of another module, and for one that no path gives. */
export function pathOfName(toolchainModule: string, name: string): string | undefined {
  if (!name.startsWith(`${toolchainModule}/`)) return undefined
  const path = name.slice(toolchainModule.length + 1).replace(/(^|\/)_go\.mod$/, '$1go.mod')
  return path !== '' && nameInModule(toolchainModule, path) === name ? path : undefined
}
