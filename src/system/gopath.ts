import { realpathSync, type Stats, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { printable } from '../text.ts'

/** Everyone may write, and rename what others have there. */
const worldWritable = 0o002
const sticky = 0o1000

/**
 * What is not safe about the folders of a GOPATH: what `go install` puts into `bin` of the first, and modules, are programs and sources that
 * the user runs. Sentences without a full stop, fit for a terminal.
 * @param user the number of the user whose GOPATH it is
 * @param goroots where Go itself lies
 */
export function gopathProblems(
  gopath: readonly string[],
  { user, goroots }: { readonly user: number; readonly goroots: readonly string[] },
): string[] {
  return gopath.flatMap((folder) => {
    const reason = isAbsolute(folder)
      ? problemOf(folder, user, goroots)
      : 'it is not an absolute path, which go refuses'
    return reason === undefined ? [] : [`GOPATH ${printable(folder)}: ${reason}`]
  })
}

function problemOf(folder: string, user: number, goroots: readonly string[]): string | undefined {
  const real = realPath(folder)
  const isInside = goroots.some((goroot) =>
    [folder, real].some((path) => isIn(path, goroot) || isIn(path, realPath(goroot))),
  )
  if (isInside) return 'it lies where Go itself does; choose another, such as ~/go'
  // Each that is there: what root once made in it, the user cannot write to.
  for (const path of [folder, join(folder, 'bin'), join(folder, 'pkg')]) {
    const stat = statIfThere(path)
    if (stat?.uid === 0 && user !== 0)
      return `${printable(path)} belongs to root: sudo chown -R ${user} ${printable(folder)}`
    if (stat && (stat.mode & worldWritable) !== 0 && (stat.mode & sticky) === 0) {
      return `everyone may write to ${printable(path)}: chmod o-w ${printable(path)}`
    }
  }
  return undefined
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
