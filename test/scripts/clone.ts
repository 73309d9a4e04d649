import { cp, lstat, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../support/project-root.ts'
import { makeSandbox, type Sandbox } from '../support/sandbox.ts'

/** A fresh clone with a very small gv in it, and an npm that installs nothing but what the build needs. */
export interface Clone extends Sandbox {
  /** The clone's folder; there is a blank in its path. */
  readonly clone: string
  /** `scripts/gv`, absolute. */
  readonly launcher: string
  /** What npm was called with, a line each. */
  npmCalls(): Promise<string[]>
}

/** `npmScript` runs in the npm of the clone before it installs. */
export async function makeClone(npmScript = ''): Promise<Clone> {
  const sandbox = await makeSandbox()
  const clone = sandbox.path('my projects', 'gv')
  await mkdir(clone, { recursive: true })
  for (const name of ['scripts', 'package.json', 'package-lock.json', '.npmrc']) {
    await cp(join(projectRoot, name), join(clone, name), { recursive: true, preserveTimestamps: true })
  }
  await sandbox.write('my projects/gv/src/gv.ts', gvSource('1'))
  await sandbox.write('bin/npm', fakeNpm(sandbox.path('npm.log'), npmScript), 0o755)
  return {
    ...sandbox,
    clone,
    launcher: join(clone, 'scripts/gv'),
    npmCalls: async () => (await readFile(sandbox.path('npm.log'), 'utf8').catch(() => '')).split('\n').filter(Boolean),
  }
}

/** Prints its mark and its arguments. */
export function gvSource(mark: string): string {
  return `#!/usr/bin/env node\nconsole.log('gv ${mark}', ...process.argv.slice(2))\n`
}

/** Makes a file older or newer than everything that was just built. */
export async function rewrite(path: string, content: string): Promise<void> {
  const before = (await lstat(path)).mtimeMs
  do await writeFile(path, content)
  while ((await lstat(path)).mtimeMs <= before)
}

/** Links esbuild from the real folder of packages, and ends as npm does: with the file that says what is installed. */
function fakeNpm(log: string, script: string): string {
  return `#!/bin/sh
echo "$NODE_ENV|$NODE_OPTIONS|$npm_config_global|$npm_config_registry|$*" >>'${log}'
${script}
rm -rf node_modules && mkdir node_modules
for name in esbuild @esbuild; do ln -s "${projectRoot}/node_modules/$name" node_modules/; done
cp package-lock.json node_modules/.package-lock.json
`
}
