import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { projectRoot } from '../support/project-root.ts'

/** One import, also of types and through `import()`. */
export interface Import {
  /** The importing file, from src/ on: `net/client.ts`. */
  readonly from: string
  /** A file of src/ (`errors.ts`), or a package or module of Node as it was written. */
  readonly to: string
  readonly kind: 'source' | 'package' | 'node'
}

/** All imports of all files under src/. */
export function sourceImports(): readonly Import[] {
  return sourceFiles().flatMap((from) => specifiersOf(readFileSync(join(projectRoot, 'src', from), 'utf8'), from))
}

/** All files under src/, from there on. */
export function sourceFiles(): readonly string[] {
  const names = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.ts')).sort()
}

/** The imports that a text of TypeScript makes, in the form that Biome gives it. */
export function specifiersOf(text: string, from: string): Import[] {
  const code = text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '')
  const found = code.matchAll(/(?:\bfrom |\bimport |\bimport\()'([^']+)'/g)
  return [...found].map(([, specifier = '']) => {
    if (specifier.startsWith('.')) return { from, to: normalize(join(dirname(from), specifier)), kind: 'source' }
    if (specifier.startsWith('node:')) return { from, to: specifier, kind: 'node' }
    return { from, to: specifier, kind: 'package' }
  })
}
