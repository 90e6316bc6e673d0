// @ts-check
// `npm start`: a local Authing user pool, a guarded Express API, and a curl line for each kind of caller.
import { startDemo } from './start/demo.js'

await startDemo({ port: process.env['PORT'], print: console.log })
