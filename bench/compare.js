import { parseArgs } from 'node:util'
import { resultsOf } from './compare/report.js'
import { startChild } from './lib/child.js'

/**
 * An old build against a new one, in one process and in turn: nothing else tells a change of a few percent from the
 * weather of a machine. Any two builds will do. The old one comes of any commit:
 *
 *     git worktree add ../old <commit> && cd ../old && npm ci && npm pack --pack-destination /somewhere
 *     npm install --prefix /somewhere /somewhere/authing-guard-0.1.0.tgz
 *     npm run build:js && node bench/compare.js --old /somewhere/node_modules/authing-guard
 */
const { values } = parseArgs({
  options: { old: { type: 'string' }, new: { type: 'string' }, rounds: { type: 'string', default: '20' } },
})
if (values.old === undefined) {
  console.error('node bench/compare.js --old DIR [--new DIR] [--rounds 20]\n\nDIR: an installed authing-guard, built')
  process.exit(1)
}
const builds = { old: values.old, new: values.new ?? new URL('..', import.meta.url).pathname }
// Room for a whole stretch of requests: a collection in the middle of one would be the only thing to see.
const flags = ['--expose-gc', '--max-semi-space-size=64']
const child = startChild(new URL('./compare/process.js', import.meta.url), { flags })
const results = await child.call('compare', builds, Number(values.rounds))
await child.stop()
console.log(resultsOf(results))
