// @ts-check
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from '../package/pack.js'

const configFor = (/** @type {string} */ date) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "network", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "bundle.js")],
  compatibilityDate = "${date}",
  bindings = [(name = "GREETING", text = "Hello")],
  globalOutbound = "network",
);
`

/**
 * Bundles a worker of a folder as wrangler does, and serves it; resolves with its address once it listens.
 *
 * @param {string} binary
 * @param {string} consumer
 * @param {string} script
 * @param {string} date the compatibility date
 */
export async function serveInWorkerd(binary, consumer, script, date = '2025-06-01') {
  await build({
    absWorkingDir: consumer,
    entryPoints: [script],
    outfile: 'bundle.js',
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    logLevel: 'error',
  })
  await writeFile(join(consumer, 'workerd.capnp'), configFor(date))
  const server = spawn(binary, ['serve', '--control-fd=3', 'workerd.capnp'], {
    cwd: consumer,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  const control = server.stdio[3]
  if (control === null || control === undefined) throw new Error('workerd has no control channel')
  const [line] = await Promise.race([
    once(control, 'data'),
    once(server, 'exit').then(([code]) => Promise.reject(new Error(`workerd ended with ${code}`))),
  ])
  const { port } = JSON.parse(String(line).split('\n')[0] ?? '')
  const close = async () => {
    const ended = once(server, 'exit')
    server.kill()
    await ended
  }
  return { url: `http://127.0.0.1:${port}/`, close }
}

/**
 * The outcome of the acceptance in workerd, as JSON.
 *
 * @param {string} binary
 * @param {string} consumer
 * @param {import('./acceptance.mjs').Plan} plan
 * @param {string} [date] the compatibility date
 */
export async function runInWorkerd(binary, consumer, plan, date) {
  const { url, close } = await serveInWorkerd(binary, consumer, 'worker.js', date)
  try {
    const post = async (/** @type {string} */ path, /** @type {string} */ body) =>
      (await fetch(url + path, { method: 'POST', body })).text()
    const outcome = JSON.parse(await post('', JSON.stringify(plan)))
    const [application] = plan.applications
    await post('begin', JSON.stringify(application?.options))
    const kind = await post('go-on', application?.good[0] ?? '')
    // One request began to fetch the keys and took the fetch along: the next one is served all the same.
    if (kind === 'user') outcome.held++
    else outcome.failed.push(`a lost fetch: ${kind}`)
    return JSON.stringify(outcome)
  } finally {
    await close()
  }
}

/**
 * The outcome of the example of a Worker, as JSON: deployed as its comment says, with the options in the module.
 *
 * @param {string} binary
 * @param {string} consumer
 * @param {import('./acceptance.mjs').Plan} plan
 */
export async function runExample(binary, consumer, { applications: [application], reader }) {
  await cp(join(root, 'examples/worker.js'), join(consumer, 'example.js'))
  const options = JSON.stringify(application?.options)
  const script = `import { createWorker } from './example.js'\nexport default createWorker(${options})\n`
  await writeFile(join(consumer, 'example-worker.js'), script)
  const { url, close } = await serveInWorkerd(binary, consumer, 'example-worker.js')
  try {
    const get = async (/** @type {string} */ path, /** @type {HeadersInit} */ headers = {}) => {
      const response = await fetch(url + path, { headers })
      return [response.status, await response.text(), response.headers.get('www-authenticate')].join(' ')
    }
    const authorization = (/** @type {string | undefined} */ token) => ({ authorization: `Bearer ${token}` })
    const facts = /** @type {const} */ ([
      ['greets whom it knows', await get('', authorization(application?.good[0])), /^200 {"greeting":"Hello","caller"/],
      ['asks a stranger who that is', await get(''), /^401 .*Bearer realm="authing"$/],
      ['refuses a bad token', await get('', authorization(application?.bad[0]?.token)), /^401 .*invalid_token/],
      ['lacks a scope', await get('books', authorization(application?.good[0])), /^403 .*scope="book:read"/],
      ['lets a reader read', await get('books', authorization(reader)), /^200 /],
    ])
    const failed = facts.filter(([, found, wanted]) => !wanted.test(found)).map(([fact, found]) => `${fact}: ${found}`)
    return JSON.stringify({ held: facts.length - failed.length, failed })
  } finally {
    await close()
  }
}
