#!/usr/bin/env node
import { main } from './main.js'
import { terminal } from './terminal.js'

const code = await main(process.argv.slice(2), terminal(process))
process.exitCode = code
// A socket that the options opened, of a store say, is no reason to stay; what was said must be out before.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
