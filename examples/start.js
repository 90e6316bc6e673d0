// @ts-check
// `npm start`: a local Authing user pool, a guarded Express API, and a curl line for each kind of caller.
import { startDemo } from './start/demo.js'

const isPowerShell = process.platform === 'win32'
try {
  await startDemo({ port: process.env['PORT'], print: console.log, isPowerShell })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
