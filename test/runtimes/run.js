// @ts-check
// Accepts the package under every runtime, or under those that are named: `npm run test:runtimes -- node24 bun`.
import { existsSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { folder, install, pack, remove, run } from '../package/pack.js'
import { makePlan } from './plan.js'
import { runInWorkerd } from './workerd.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const bin = (/** @type {string} */ name, /** @type {string} */ file) => join(here, 'node_modules', name, 'bin', file)
const denoFlags = [
  'run',
  '--quiet',
  '--no-lock',
  '--node-modules-dir=manual',
  '--allow-net',
  '--allow-read',
  '--allow-env',
]

/** How a runtime runs a script of a folder. @type {Record<string, (script: string) => [string, string[]]>} */
const commands = {
  node20: (script) => [bin('node20', 'node'), [script]],
  node22: (script) => [bin('node22', 'node'), [script]],
  node24: (script) => [bin('node24', 'node'), [script]],
  node26: (script) => [bin('node26', 'node'), [script]],
  bun: (script) => [bin('bun', 'bun'), [script]],
  deno: (script) => [join(here, 'node_modules', 'deno', 'deno'), [...denoFlags, script]],
}
const all = [...Object.keys(commands), 'workerd']
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all
const unknown = wanted.filter((name) => !all.includes(name))
if (unknown.length > 0) throw new Error(`there is no runtime ${unknown.join(', ')}; there are ${all.join(', ')}`)

/** The package's own choice of an engine is Node's here; in a second copy it is made the web's. */
async function preferWebEngine(/** @type {string} */ consumer) {
  const file = join(consumer, 'node_modules', 'authing-guard', 'package.json')
  const manifest = JSON.parse(await readFile(file, 'utf8'))
  manifest.imports['#signature'] = manifest.imports['#signature'].default
  await writeFile(file, JSON.stringify(manifest))
}

async function prepare() {
  if (!existsSync(join(here, 'node_modules'))) {
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], here)
  }
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
  for (const consumer of Object.values(consumers)) {
    for (const file of ['esm.mjs', 'cjs.cjs', 'worker.js']) await cp(join(here, file), join(consumer, file))
    await cp(join(here, 'acceptance.mjs'), join(consumer, 'acceptance.mjs'))
    await writeFile(join(consumer, 'plan.json'), JSON.stringify(plan))
  }
  return { home, consumers, plan, close }
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

const { home, consumers, plan, close } = await prepare()
for (const name of wanted) {
  const command = commands[name]
  if (command === undefined) {
    await attempt('workerd', () => runInWorkerd(bin('workerd', 'workerd'), consumers.node, plan))
    continue
  }
  for (const [engine, consumer] of Object.entries(consumers)) {
    for (const script of ['esm.mjs', 'cjs.cjs']) {
      const [file, args] = command(script)
      await attempt(
        `${name}, ${engine} engine, ${script.slice(0, 3)}`,
        async () => (await run(file, args, consumer)).stdout,
      )
    }
  }
}
await close()
await remove(home)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
