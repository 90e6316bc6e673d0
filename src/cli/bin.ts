#!/usr/bin/env node
import { main } from './main.js'
import { terminal } from './terminal.js'

const code = await main(process.argv.slice(2), terminal(process))
process.exitCode = code
// Exits although a socket that the options opened, of a store for example, is still open. All output is written before.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
