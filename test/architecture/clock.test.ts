import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.ts'
import { sourceFiles } from './source-imports.ts'

// The linter (biome.json) holds the rest of these folders' purity; `new Date(text)` is allowed, `new Date()` is a clock.
test('pure folders read no clock', () => {
  const pure = sourceFiles().filter((file) => /^(version|verify)\//.test(file))
  expect(pure.length).toBeGreaterThan(5)
  const reading = pure.filter((file) =>
    /\bDate\.now\b|new Date\(\)|\bDate\(\)/.test(readFileSync(join(projectRoot, 'src', file), 'utf8')),
  )
  expect(reading).toEqual([])
})
