/**
 * Which Go is meant here: the one rule of precedence (DESIGN.md, "Which Go").
 *
 * The decision table. `shims/resolve.sh` follows it too: it may decline (ask this code), never differ.
 *
 * FOLDERS   The working directory is $PWD where that is absolute and the same file as `.`, else what getcwd says;
 *           cleaned as text (`//`, `/./`, `/x/..`). Walking up goes by that text to `/`. $HOME is in the chain
 *           where a folder of it is the same file (device and inode) as $HOME. A $HOME that is not absolute is none.
 * ORDER     1. the spec of this call (`+SPEC`); else GV_VERSION, unless empty
 *           2. the nearest pin in the folders before $HOME in the chain; in all of them where $HOME is not in it
 *           3. the requirement of go.work or go.mod, if they ask for anything
 *           4. the nearest pin from $HOME upwards; in $HOME alone where it is not in the chain
 *           5. `current`, if it leads to a toolchain; else the system's Go: the system store's link, where
 *              that is a link; else the first
 *              `go` in an absolute folder of PATH that is neither a shim of any gv (a script with "gv shim" in its first
 *              two lines) nor inside the user's store
 * PIN       In each folder `.tool-versions`, then `.go-version`. A file is there if lstat finds it. There, but not a
 *           regular file behind its links, unreadable, with a NUL or a UTF-16 mark: an error, never the next file.
 *           A UTF-8 mark is dropped. Lines end at LF, CR before it dropped; `#` begins a comment; blanks are
 *           space and tab. At most 64 KiB are read.
 *           .tool-versions: the first line whose first word is `golang` or `go`; its other words are specs, the first
 *           is meant, the others are fall-backs; without one, or with a malformed one (fall-backs too): an error.
 *           Without such a line the file is no pin; but an error if it is longer than what is read.
 *           .go-version: its only line that is not blank, trimmed; a second one, or more than 64 KiB: an error. None: no pin.
 * SHARED    A pin in a folder that is neither the working directory nor $HOME nor below $HOME is passed over with a
 *           warning (unless the configuration allows it) when its owner is not the user, root or the owner of the
 *           working directory; or when anyone may write it and no go.mod, go.work or .git lies beside it.
 *           (sh: `[ -O ]` and one beside it, else decline.)
 * MODULES   GO111MODULE empty or `on`: on; `auto`: on if a go.mod is found; anything else: off, no requirement.
 *           GOWORK `off`: no go.work; empty or `auto`: the nearest one upwards; an absolute path: that one, if stat finds
 *           it; relative: an error. Where a go.work is found, go.mod is not read, whatever it says. Within the GOROOT of
 *           an installed toolchain nothing is looked for upwards from that GOROOT on. (sh: decline.)
 *           go.mod and go.work are found by stat and passed over if they are folders, as by `go`. The nearest go.mod
 *           counts as none if its folder is $TMPDIR (empty: /tmp). At most 1 MiB; broken syntax is an error.
 * ASKING    The first `go` line, the first `toolchain` line outside blocks; `toolchain` counts if it is not `default`
 *           and newer than the `go` line (or alone); what follows a `-` in it does not count.
 * CHOOSING  Among the user's store and then the system store, toolchains of this platform; of equal versions the first.
 *           Exact: that release. Line, latest, range: the newest that matches, pre-releases only for a range that
 *           names one. Several specs: the first that anything installed meets; none: the first is to be installed.
 *           Requirement of a release: it; else the newest of its line that is not older. Of a line: the newest release
 *           of it, no pre-release. None: what was asked is to be installed (of a line its newest patch).
 *           gomod = "minimum": where `current` is not older than the requirement, `current`.
 *           `system`: the system's Go of ORDER 5. `path:` (call and GV_VERSION only): that GOROOT.
 */
import { GvError } from '../errors.ts'
import { printable } from '../text.ts'
import { parseSpec, type VersionSpec } from '../version/spec.ts'
import { type Answer, answerTo, type Decision } from './answer.ts'
import { decisionText, switchWarning } from './explanation.ts'
import { type Folders, foldersFrom, logicalFolder } from './folders.ts'
import { type FoundRequirement, findRequirement } from './module-file.ts'
import { findPin } from './pin.ts'
import type { Resolution, ResolveInput } from './resolution.ts'
import { reasonForDistrust } from './shared-file.ts'

/**
 * Which Go is meant in a folder, by which file and line, and whether it is there. Asks no network and no clock.
 * Throws GvError when the file that decides cannot be used, or a spec cannot be read.
 */
export function resolveGo(input: ResolveInput): Resolution {
  const folders = foldersFrom(logicalFolder(input.cwd, input.env), input.home)
  const warnings = [...input.notes]
  const decision = decide(input, folders, warnings)
  const answer = answerTo(decision, input, folders.chain[0])
  const requirement = decision.requirement ?? overriddenRequirement(input, folders)
  if (requirement) warnings.push(...warningAgainst(answer, requirement, input, folders))
  return { ...answer, requirement, warnings }
}

/** What go.work or go.mod ask for in a folder, whatever pins say. Throws as `resolveGo` does. */
export function requirementIn(
  input: Pick<ResolveInput, 'cwd' | 'env' | 'settings' | 'installed'>,
): FoundRequirement | undefined {
  const { chain } = foldersFrom(logicalFolder(input.cwd, input.env), '')
  return requirementOf(chain, input)
}

function requirementOf(
  chain: readonly string[],
  { settings, env, installed }: Pick<ResolveInput, 'env' | 'settings' | 'installed'>,
): FoundRequirement | undefined {
  const goroots = installed.map(({ goroot }) => goroot)
  return findRequirement(chain, settings, env, goroots)
}

function decide(input: ResolveInput, folders: Folders, warnings: string[]): Decision {
  const { chain, homeIndex } = folders
  const pinIn = (places: readonly string[]) => pinDecision(places, input, folders, warnings)
  return (
    explicitDecision(input) ??
    pinIn(homeIndex === -1 ? chain : chain.slice(0, homeIndex)) ??
    requirementDecision(input, folders) ??
    pinIn(homeIndex === -1 ? [input.home].filter((home) => home.startsWith('/')) : chain.slice(homeIndex)) ?? {
      source: undefined,
    }
  )
}

function explicitDecision({ asked, env }: ResolveInput): Decision | undefined {
  const source = (kind: 'argument' | 'environment') => ({ kind, file: undefined, line: undefined })
  if (asked !== undefined) return { source: source('argument'), specs: [parseSpec(asked)] }
  if (!env.GV_VERSION) return undefined
  return { source: source('environment'), specs: [specOfVariable('GV_VERSION', env.GV_VERSION)] }
}

function specOfVariable(name: string, text: string): VersionSpec {
  try {
    return parseSpec(text)
  } catch (error) {
    if (!(error instanceof GvError)) throw error
    throw new GvError(error.code, `${name}: ${error.message}`, { reason: error.reason, hint: error.hint })
  }
}

function pinDecision(
  places: readonly string[],
  input: ResolveInput,
  folders: Folders,
  warnings: string[],
): Decision | undefined {
  const pin = findPin(places, (file, folder) => {
    const distrust = isShared(folder, folders) ? reasonAgainst(file, input, folders) : undefined
    if (distrust !== undefined) warnings.push(`${printable(file)} was passed over: ${distrust}`)
    return distrust === undefined
  })
  return pin && { source: { kind: 'pin', file: pin.file, line: pin.line }, specs: pin.specs }
}

/** Whether others than the user may have a say there: neither where the user stands nor at or below $HOME. */
function isShared(folder: string, { chain, homeIndex }: Folders): boolean {
  const index = chain.indexOf(folder)
  return index > 0 && (homeIndex === -1 || index > homeIndex)
}

function reasonAgainst(file: string, input: ResolveInput, { chain }: Folders): string | undefined {
  if (input.uid === undefined || input.trustsSharedFiles) return undefined
  return reasonForDistrust(file, chain[0], input.uid)
}

function requirementDecision(input: ResolveInput, { chain }: Folders): Decision | undefined {
  const requirement = requirementOf(chain, input)
  return (
    requirement && { source: { kind: requirement.kind, file: requirement.file, line: requirement.line }, requirement }
  )
}

/** The requirement that something else overrode, for the warning about it; what is wrong in its file is `go`'s to say. */
function overriddenRequirement(input: ResolveInput, { chain }: Folders): FoundRequirement | undefined {
  try {
    return requirementOf(chain, input)
  } catch (error) {
    if (error instanceof GvError) return undefined
    throw error
  }
}

function warningAgainst(
  { version, source, spec }: Answer,
  requirement: FoundRequirement,
  input: ResolveInput,
  { chain }: Folders,
): string[] {
  if (version === null || spec === null) return []
  const warning = switchWarning({
    requirement,
    version,
    decision: decisionText(source, spec, chain[0]),
    folder: chain[0],
    GOTOOLCHAIN: input.settings.GOTOOLCHAIN,
    installed: input.installed,
  })
  return warning === undefined ? [] : [warning]
}
