import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine, versions } from './lib/machine.js'
import { chartsOf } from './report/charts.js'
import { reportOf } from './report/report.js'
import { coldStart } from './sections/cold-start.js'
import { extras } from './sections/extras.js'
import { forward } from './sections/forward.js'
import { hosts } from './sections/hosts.js'
import { http } from './sections/http.js'
import { jwks } from './sections/jwks.js'
import { memory } from './sections/memory.js'
import { online } from './sections/online.js'
import { refused } from './sections/refused.js'
import { verify } from './sections/verify.js'
import { webhooks } from './sections/webhooks.js'

const sections = {
  verify,
  refused,
  http,
  hosts,
  forward,
  memory,
  jwks,
  online,
  webhooks,
  'cold-start': coldStart,
  extras,
}

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const unknown = positionals.find((name) => !Object.hasOwn(sections, name))
if (unknown !== undefined || values.help) {
  const names = Object.keys(sections).join(', ')
  if (unknown !== undefined) console.error(`There is no section ${unknown}.`)
  console.error(`node bench/run.js [--quick] [section ...]\n\nThe sections, all of them by default: ${names}`)
  console.error(
    'Results go to bench/results.json and .md; those of --quick, which only shows that all works, to bench/quick.',
  )
  process.exit(values.help ? 0 : 1)
}
const { quick } = values
// A smoke run shows that everything works; its numbers are nobody's.
const folder = new URL(quick ? './quick/' : './', import.meta.url)
const chosen = positionals.length > 0 ? positionals : Object.keys(sections)

const start = performance.now()
const log = (text) => console.error(`${Math.round((performance.now() - start) / 1000)} s  ${text}`)

const results = { machine: machine(), versions: versions(), sections: earlier() }
for (const name of chosen) {
  const measured = await sections[name]({ quick, log })
  results.sections[name] = { date: new Date().toISOString().slice(0, 10), measured }
  write()
}
log(`done: ${fileURLToPath(new URL('results.md', folder))}`)

/** Sections that another run has measured, on the same machine with the same versions of what both knew. */
function earlier() {
  const file = new URL('results.json', folder)
  if (!existsSync(file)) return {}
  const { sections: old, machine: where, versions: then } = JSON.parse(readFileSync(file, 'utf8'))
  const isSameMachine = JSON.stringify(where) === JSON.stringify(machine())
  const now = versions()
  return isSameMachine && Object.keys(then).every((name) => then[name] === now[name]) ? old : {}
}

function write() {
  mkdirSync(new URL('charts/', folder), { recursive: true })
  writeFileSync(new URL('results.json', folder), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(new URL('results.md', folder), reportOf(results))
  for (const [name, svg] of Object.entries(chartsOf(results))) {
    writeFileSync(new URL(`charts/${name}.svg`, folder), svg)
  }
}
