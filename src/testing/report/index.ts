/**
 * Shows the requests to your API on the console of `npx authing-guard dev`, with the reason of each refusal. For
 * development: `node --import authing-guard/testing/report app.mjs`. It exports nothing, and throws where `NODE_ENV` is
 * `production`.
 */
import { startReport } from './start.js'

startReport(process.env, (line) => void process.stderr.write(`${line}\n`))
