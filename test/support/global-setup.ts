import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { projectRoot } from './project-root.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why dist/ could not be built; empty when it is there and up to date. */
    buildFailure: string
  }
}

/**
 * Builds dist/ once for all tests that run the real program, when it is older than src/. A build that fails is a failure of
 * those tests (see gv-process.ts), not of those that need no build.
 */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('buildFailure', await build())
}

async function build(): Promise<string> {
  try {
    await promisify(execFile)(process.execPath, ['scripts/prepare.mjs'], { cwd: projectRoot })
    return ''
  } catch (error) {
    return error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  }
}
