/** What needs a toolchain: who would run something else, or nothing, if it were gone. */
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Context } from '../context.ts'
import { GvError } from '../errors.ts'
import type { Resolution } from '../project/resolution.ts'
import { resolveGo } from '../project/resolve.ts'
import { type ResolveOptions, surroundingsOf } from '../project/surroundings.ts'
import { listInstalled, type Toolchain } from '../store/installed.ts'
import { type Store, storeLayout, systemStoreLayout } from '../store/layout.ts'
import { printable } from '../text.ts'
import { compareGoVersions } from '../version/go-version.ts'
import { type SeenProject, seenProjects } from './seen-projects.ts'

export interface Use {
  /** `default` and `system`: the links; `pin` and `requirement`: files of projects; `environment`: GV_VERSION. */
  readonly kind: 'default' | 'system' | 'pin' | 'requirement' | 'environment'
  /** A part of a sentence, fit for a terminal: `your default`, `/p/.tool-versions:1 asks for 1.22`. */
  readonly text: string
}

/** Where to look for what needs a toolchain. */
export interface UseQuery {
  readonly context: Context
  readonly store: Store
  readonly options: ResolveOptions
  /** Which of the projects that gv remembers count. */
  readonly counts?: (project: SeenProject) => boolean
}

/** What needs each toolchain of a store, by its name; one that nothing needs is not among them. */
export function usesOf(query: UseQuery): ReadonlyMap<string, readonly Use[]> {
  const { context, store } = query
  const uses = new Map<string, Use[]>()
  const toolchains = listInstalled(store, context.host)
  const note = (toolchain: Toolchain | undefined, use: Use) => {
    const known = toolchain && uses.get(toolchain.name)
    if (!toolchain || known?.some(({ text }) => text === use.text)) return
    uses.set(toolchain.name, [...(known ?? []), use])
  }
  for (const { goroot, use } of [...links(context), ...decisions(query)]) {
    note(
      toolchains.find((toolchain) => toolchain.goroot === goroot || realpathSync(toolchain.goroot) === goroot),
      use,
    )
  }
  return uses
}

interface FoundUse {
  readonly goroot: string
  readonly use: Use
}

function links(context: Context): FoundUse[] {
  const system = systemStoreLayout(context)
  return [
    ...behind(storeLayout(context).current, { kind: 'default', text: 'it is your default' }),
    ...behind(system.current, { kind: 'system', text: `${printable(system.current)} leads to it` }),
  ]
}

function behind(link: string, use: Use): FoundUse[] {
  try {
    return [{ goroot: realpathSync(link), use }]
  } catch {
    // There is none, or it leads nowhere.
    return []
  }
}

/** What is meant where gv was called, in the user's home, and in the projects that gv remembers. */
function decisions({ context, store, options, counts = () => true }: UseQuery): FoundUse[] {
  const projects = seenProjects(store).filter(counts)
  const folders = [context.cwd, context.home, ...projects.map(({ file }) => dirname(file))]
  const { GV_VERSION: asked, ...env } = context.env
  const byVariable = asked === undefined || asked === '' ? [] : found(resolve(context, options), 'environment')
  const byFile = [...new Set(folders)].flatMap((cwd) => {
    const resolution = resolve({ ...context, cwd, env: { ...env, PWD: undefined } }, options)
    return resolution?.source.file === undefined ? [] : found(resolution, undefined)
  })
  return [...byVariable, ...byFile]
}

/** Undefined where what decides there cannot be read: that is said when it is to be used. */
function resolve(context: Context, options: ResolveOptions): Resolution | undefined {
  try {
    return resolveGo(surroundingsOf(context, options))
  } catch (error) {
    if (error instanceof GvError) return undefined
    throw error
  }
}

function found(resolution: Resolution | undefined, kind: 'environment' | undefined): FoundUse[] {
  if (!resolution || resolution.goroot === null) return []
  const { source, spec, goroot, version, requirement } = resolution
  const place = source.file === undefined ? 'GV_VERSION' : `${printable(source.file)}:${source.line}`
  const use: Use = {
    kind: kind ?? (source.kind === 'pin' ? 'pin' : 'requirement'),
    text: `${place} asks for ${printable(spec ?? '')}`,
  }
  // Where a pin is too old for the module, go itself switches to what the module asks for.
  const isTooOld = requirement && version && compareGoVersions(version, requirement.minimum) < 0
  const switched: FoundUse[] = isTooOld
    ? [
        {
          goroot: goroot.replace(/[^/]*$/, `go${requirement.minimum.text}`),
          use: {
            kind: 'requirement',
            text: `${printable(requirement.file)}:${requirement.line} asks for ${requirement.minimum.text}`,
          },
        },
      ]
    : []
  return [{ goroot, use }, ...switched]
}
