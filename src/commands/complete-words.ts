import { join } from 'node:path'
import type { CommandInput, CommandResult } from '../command.ts'
import type { Context } from '../context.ts'
import { samePlatform } from '../platform.ts'
import { readCachedLists } from '../release/list-cache.ts'
import { listInstalled } from '../store/installed.ts'
import { storeLayout } from '../store/layout.ts'
import { compareGoVersions, type GoVersion, isPrerelease, lineOf } from '../version/go-version.ts'

/**
 * `gv complete-words KIND [WORD]`: what the completions of shells offer for a version, one on each line: `versions` and `lines` that are
 * installed, or `specs` that can be. Asks no network, and never fails aloud: a word that cannot be completed is no error.
 */
export async function completeWords(context: Context, input: CommandInput): Promise<CommandResult> {
  const [kind, word = ''] = input.args
  const words = [
    ...new Set(kind === 'versions' ? installed(context) : kind === 'lines' ? lines(context) : specs(context, word)),
  ]
  return { text: words.join('\n'), json: words }
}

/** As `gv uninstall` takes them. */
function installed(context: Context): string[] {
  return listInstalled(storeLayout(context), context.host).map(({ version, platform, name }) =>
    samePlatform(platform, context.host) ? version.text : name,
  )
}

function lines(context: Context): string[] {
  return listInstalled(storeLayout(context), context.host).map(({ version }) => lineOf(version))
}

/** Lines first; once a line is typed, its releases: there are more than three hundred in all. */
function specs(context: Context, word: string): string[] {
  const versions = offeredHere(context)
  if (/^(?:go)?1\.\d+[.rb]/.test(word)) return versions.map(({ text }) => text)
  const final = versions.filter((version) => !isPrerelease(version))
  return [...final.map(lineOf), 'latest', 'oldstable', ...installed(context)]
}

/** Newest first: what is installed, and what the lists in the cache offer for this machine. */
function offeredHere(context: Context): GoVersion[] {
  const store = storeLayout(context)
  const listed = readCachedLists(join(store.cache, 'lists')).flatMap(({ releases }) => releases)
  const here = listed.filter(({ archives }) => archives.some(({ platform }) => samePlatform(platform, context.host)))
  const all = [...here, ...listInstalled(store, context.host)].map(({ version }) => version)
  return all.sort((a, b) => compareGoVersions(b, a))
}
