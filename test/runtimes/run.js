// @ts-check
// Accepts the package under every runtime, or under those that are named: `npm run test:runtimes -- node24 bun`.
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { folder, install, pack, remove, run } from '../package/pack.js'
import { binaries, binaryOf, installBinaries } from './binaries.js'
import { eggVersions, installEgg, runInEgg } from './egg.js'
import { installNest, nestVersions, runInNest } from './nest.js'
import { installNext, nextVersions, runInNext } from './next.js'
import { makePlan } from './plan.js'
import { runExample, runInWorkerd } from './workerd.js'

const here = fileURLToPath(new URL('.', import.meta.url))
// Without --allow-env: a guard that has its options needs no environment.
const denoFlags = [
  'run',
  '--quiet',
  '--no-prompt',
  '--no-lock',
  '--node-modules-dir=manual',
  '--allow-net',
  '--allow-read',
]
const { values, positionals } = parseArgs({ options: { report: { type: 'string' } }, allowPositionals: true })
const runtimes = [...binaries, ...nextVersions, ...nestVersions, ...eggVersions]
const wanted = positionals.length > 0 ? positionals : runtimes
const unknown = wanted.filter((name) => !runtimes.includes(name))
if (unknown.length > 0) throw new Error(`there is no runtime ${unknown.join(', ')}; there are ${runtimes.join(', ')}`)

/** The package's own choice of an engine is Node's here; in a second copy it is made the web's. */
async function preferWebEngine(/** @type {string} */ consumer) {
  const file = join(consumer, 'node_modules', 'authing-guard', 'package.json')
  const manifest = JSON.parse(await readFile(file, 'utf8'))
  manifest.imports['#signature'] = manifest.imports['#signature'].default
  await writeFile(file, JSON.stringify(manifest))
}

async function prepare() {
  await installBinaries(wanted.filter((name) => binaries.includes(name)))
  for (const name of wanted.filter((name) => nextVersions.includes(name))) await installNext(name)
  for (const name of wanted.filter((name) => nestVersions.includes(name))) await installNest(name)
  for (const name of wanted.filter((name) => eggVersions.includes(name))) await installEgg(name)
  const home = await folder('runtimes')
  const tarball = await pack(home)
  const consumers = { node: join(home, 'node'), web: join(home, 'web') }
  await install(tarball, consumers.node)
  await cp(consumers.node, consumers.web, { recursive: true })
  await preferWebEngine(consumers.web)
  const { createUserPool } = await import(
    pathToFileURL(join(consumers.node, 'node_modules/authing-guard/dist/testing.js')).href
  )
  const { plan, close } = await makePlan(createUserPool)
  for (const [engine, consumer] of Object.entries(consumers)) {
    for (const file of ['esm.mjs', 'cjs.cjs', 'worker.js']) await cp(join(here, file), join(consumer, file))
    await cp(join(here, 'acceptance.mjs'), join(consumer, 'acceptance.mjs'))
    await writeFile(join(consumer, 'plan.json'), JSON.stringify({ ...plan, engine }))
  }
  return { home, consumers, plan, createUserPool, close }
}

let passed = 0
let failed = 0
function report(/** @type {string} */ title, /** @type {{ held: number, failed: readonly string[] }} */ outcome) {
  passed += outcome.held
  failed += outcome.failed.length
  console.log(`${outcome.failed.length === 0 ? 'ok  ' : 'FAIL'} ${title}: ${outcome.held} facts`)
  for (const fact of outcome.failed) console.log(`     ${fact}`)
}
async function attempt(/** @type {string} */ title, /** @type {() => Promise<string>} */ work) {
  try {
    report(title, JSON.parse(await work()))
  } catch (error) {
    report(title, { held: 0, failed: [error instanceof Error ? error.message : String(error)] })
  }
}

const { home, consumers, plan, createUserPool, close } = await prepare()
for (const name of wanted) {
  if (name === 'workerd') {
    const whole = /** @type {const} */ ({ ...plan, engine: 'web' })
    await attempt(name, () => runInWorkerd(binaryOf(name), consumers.node, whole))
    // Before 2024-11-11 a request with `cache` throws.
    const oldDate = '2024-01-01'
    await attempt(`${name} of ${oldDate}`, () => runInWorkerd(binaryOf(name), consumers.node, whole, oldDate))
    await attempt(`${name}, examples/worker.js`, () => runExample(binaryOf(name), consumers.node, whole))
    continue
  }
  if (nextVersions.includes(name)) {
    await attempt(name, () => runInNext(name, home, consumers.node, plan, createUserPool))
    continue
  }
  if (nestVersions.includes(name)) {
    await attempt(name, () => runInNest(name, home))
    continue
  }
  if (eggVersions.includes(name)) {
    await attempt(name, () => runInEgg(name, home, consumers.node, createUserPool))
    continue
  }
  for (const [engine, consumer] of Object.entries(consumers)) {
    for (const script of ['esm.mjs', 'cjs.cjs']) {
      const args = name === 'deno' ? [...denoFlags, script] : [script]
      await attempt(
        `${name}, ${engine} engine, ${script.slice(0, 3)}`,
        async () => (await run(binaryOf(name), args, consumer)).stdout,
      )
    }
  }
}
await close()
await remove(home)
const success = failed === 0 && passed > 0
// In the words of vitest's reporter: the gate adds them up.
const counts = { numPassedTests: passed, numFailedTests: failed, success }
if (values.report !== undefined) await writeFile(values.report, JSON.stringify(counts))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = success ? 0 : 1
