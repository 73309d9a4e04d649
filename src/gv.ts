#!/usr/bin/env node
import { writeSync } from 'node:fs'
import { ownVersion } from './own-version.ts'

const words = process.argv.slice(2)

// Asked at every start of some prompts and editors: answered before anything else is loaded.
if (words.length === 1 && words[0] === '--version') writeSync(1, `gv ${ownVersion}\n`)
else void import('./main.ts').then(({ main }) => main(words))
