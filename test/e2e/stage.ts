import { mkdir, symlink } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import { type GoInternet, type GoServer, startGoInternet, startSharedGoServer } from '../support/go-server.ts'
import type { PublishedRelease } from '../support/go-site.ts'
import { makeSharedSandbox, type Sandbox } from '../support/sandbox.ts'

/** Where the gv of a stage gets its archives from: tarballs from the first two, module zips from the third. */
export type Origin = 'go.dev' | 'a mirror' | 'a GOPROXY'

export const origins: readonly Origin[] = ['go.dev', 'a mirror', 'a GOPROXY']
/** One origin for each kind of archive, for what does not depend on the way to it. */
export const kinds = ['a mirror', 'a GOPROXY'] as const

/** A sandbox whose gv knows one origin, with the checksum database of the test's own server. */
export interface Stage extends Sandbox {
  readonly origin: Origin
  readonly server: GoServer
  /** The paths that archives are asked for by. */
  readonly archives: RegExp
}

export interface StageOptions {
  /** Added to the environment of gv; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where the sandbox lies. */
  readonly in?: string
}

/** A stage for the running test; it is gone when that has ended. */
export async function setStage(origin: Origin, options?: StageOptions): Promise<Stage> {
  const stage = await openStage(origin, options)
  onTestFinished(() => closeStage(stage))
  return stage
}

/** @public Does the work on a stage and takes it away: for tests that run side by side, where nothing can wait for "the running test" to end. */
export async function onStage(origin: (typeof kinds)[number], work: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await openStage(origin)
  try {
    await work(stage)
  } finally {
    await closeStage(stage)
  }
}

/** A stage for several tests, made in `beforeAll`; `closeStage` it in `afterAll`. */
export async function openStage(origin: Origin, options: StageOptions = {}): Promise<Stage> {
  const sandbox = await makeSharedSandbox(options.in === undefined ? {} : { in: options.in })
  await addMachineGo(sandbox)
  const { server, env } = await originFor(origin, sandbox)
  const archives = origin === 'a GOPROXY' ? /\.zip$/ : /\/go\/go[^/]*\.tar\.gz$/
  return { ...withEnvironment(sandbox, { ...env, ...options.env }), origin, server, archives }
}

/** The bytes that a stage's server gives as the archive of a release. */
export function archiveBytes({ origin }: Pick<Stage, 'origin'>, { archive, moduleZip }: PublishedRelease): Buffer {
  return origin === 'a GOPROXY' ? moduleZip : archive
}

export async function closeStage({ remove, server }: Stage): Promise<void> {
  await remove()
  await server.close()
}

/** A sandbox with more in its environment. */
function withEnvironment(sandbox: Sandbox, env: Readonly<Record<string, string | undefined>>): Sandbox {
  const all = Object.entries({ ...sandbox.env, ...env })
  return {
    ...sandbox,
    env: Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    gv: (args, options) => sandbox.gv(args, { ...options, env: { ...env, ...options?.env } }),
    startGv: (args, options) => sandbox.startGv(args, { ...options, env: { ...env, ...options?.env } }),
  }
}

/** A Go in the sandbox's PATH, whose go.env counts in the place of that of the real machine's Go. */
async function addMachineGo(sandbox: Sandbox): Promise<void> {
  await sandbox.write('machine/go.env', 'GOPROXY=direct\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n')
  await mkdir(sandbox.path('machine/pkg/tool'), { recursive: true })
  await symlink(
    await sandbox.write('machine/bin/go', '#!/bin/sh\necho "the machine\'s Go"\n', 0o755),
    `${sandbox.bin}/go`,
  )
}

async function originFor(origin: Origin, sandbox: Sandbox): Promise<{ server: GoServer; env: Record<string, string> }> {
  if (origin === 'go.dev') {
    const server = await startGoInternet()
    return { server, env: await internetEnvironment(server, sandbox) }
  }
  const server = await startSharedGoServer()
  if (origin === 'a mirror') return { server, env: { GV_MIRROR: server.mirror, GOSUMDB: server.gosumdbDirect } }
  return { server, env: { GOPROXY: server.goproxy, GOSUMDB: server.gosumdb } }
}

/** gv is as shipped; only who answers under the real names is another, with another key of the log. */
async function internetEnvironment(internet: GoInternet, sandbox: Sandbox): Promise<Record<string, string>> {
  const authority = await sandbox.write('authority.pem', internet.authority.cert)
  return { HTTPS_PROXY: internet.proxyUrl, SSL_CERT_FILE: authority, GOSUMDB: internet.gosumdb }
}
