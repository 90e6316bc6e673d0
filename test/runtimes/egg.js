// @ts-check
// The package in an application of Egg, with the middleware of the documents word for word: it answers the table that all
// hosts are tested by.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { build } from 'esbuild'
import { root } from '../package/pack.js'
import { installedIn, installFolder } from './installed.js'

const here = fileURLToPath(new URL('egg/', import.meta.url))

/** A folder for each major version, with the lockfile that pins it. */
export const eggVersions = ['egg3']

/** Installs a version of Egg, where it is not there yet. */
export const installEgg = (/** @type {string} */ name) => installFolder(join(here, name), name)

/** Bundles parts of the table's source. */
const bundle = (/** @type {string} */ contents, /** @type {string} */ outfile, /** @type {'cjs' | 'esm'} */ format) =>
  build({
    stdin: { contents, resolveDir: join(root, 'test/hosts') },
    ...{ bundle: true, platform: 'node', packages: 'external', outfile, format, logLevel: 'error' },
  })

/** An application of its own, outside the repository, with the package of a consumer beside Egg. */
async function makeProject(/** @type {string} */ name, /** @type {string} */ consumer, /** @type {string} */ into) {
  await cp(installedIn(name), into, { recursive: true, verbatimSymlinks: true })
  for (const part of ['authing-guard', 'jose', 'lru.min']) {
    await cp(join(consumer, 'node_modules', part), join(into, 'node_modules', part), { recursive: true })
  }
  await cp(join(here, 'project'), into, { recursive: true })
  await bundle(`export * from './table/routes.js'; export * from './host/host.js'`, join(into, 'table.cjs'), 'cjs')
  const page = await readFile(join(root, 'docs/getting-started.md'), 'utf8')
  const [, middleware = ''] = /^`app\/middleware\/authing\.js`:\n\n```js\n([\s\S]*?)^```$/m.exec(page) ?? []
  // Git keeps no empty folder.
  await mkdir(join(into, 'app/middleware'), { recursive: true })
  await writeFile(join(into, 'app/middleware/authing.js'), middleware)
}

/** Starts the application; resolves with its port once it listens. */
async function startServer(/** @type {string} */ folder, /** @type {Record<string, string>} */ settings) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:AUTHING_|NODE_ENV$|NODE_OPTIONS$)/.test(name))
  const server = spawn(process.execPath, ['start.js'], {
    cwd: folder,
    env: { ...Object.fromEntries(kept), ...settings },
  })
  let output = ''
  /** @type {Promise<number>} */
  const port = new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk
      const [, found] = /listening on (\d+)/.exec(output) ?? []
      if (found !== undefined) resolve(Number(found))
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.once('exit', () => reject(new Error(`Egg ended:\n${output}`)))
  })
  const close = async () => {
    if (server.exitCode !== null) return
    const ended = once(server, 'exit')
    server.kill()
    await ended
  }
  return { port: await port, close }
}

/**
 * The outcome in one version of Egg, as JSON.
 *
 * @param {string} name
 * @param {string} home
 * @param {string} consumer
 * @param {typeof import('authing-guard/testing').createUserPool} createUserPool
 */
export async function runInEgg(name, home, consumer, createUserPool) {
  const folder = join(home, name)
  await makeProject(name, consumer, folder)
  const driver = join(folder, 'driver.mjs')
  await bundle(`export { casesOf } from './table/cases.js'; export { send } from './host/http.js'`, driver, 'esm')
  /** @type {Pick<typeof import('../hosts/table/cases.js') & typeof import('../hosts/host/http.js'), 'casesOf' | 'send'>} */
  const { casesOf, send } = await import(pathToFileURL(driver).href)
  /** @type {{ held: number, failed: string[] }} */
  const outcome = { held: 0, failed: [] }
  const check = (/** @type {string} */ fact, /** @type {unknown} */ found, /** @type {unknown} */ wanted) => {
    if (isDeepStrictEqual(found, wanted)) outcome.held++
    else outcome.failed.push(`${fact}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`)
  }

  const [pool, lost] = await Promise.all([
    createUserPool({ users: [{ id: 'ratty' }, { id: 'mole' }] }),
    createUserPool(),
  ])
  lost.goDown()
  /** @type {Awaited<ReturnType<typeof startServer>> | undefined} */
  let server
  try {
    server = await startServer(folder, {
      ...{ POOL: JSON.stringify(pool.guardOptions), LOST: JSON.stringify(lost.guardOptions) },
      ...{ AUTHING_ISSUER: pool.issuer, AUTHING_APP_ID: pool.appId },
    })
    const { port } = server
    for (const { title, verdict, route, lines, method = 'GET', query = '' } of casesOf(pool, lost)) {
      const { status, challenge, retryAfter, identity } = await send(port, { route, lines, method, query })
      const known = Object.entries(verdict.identity ?? {}).map(([field]) => [
        field,
        Reflect.get(Object(identity), field),
      ])
      const seen = verdict.identity ? Object.fromEntries(known) : identity
      check(title, { status, challenge, retries: retryAfter !== undefined, identity: seen }, verdict)
    }
    const get = async (/** @type {string} */ path, /** @type {string | undefined} */ token) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const response = await fetch(`http://127.0.0.1:${port}/${path}`, { headers })
      return [response.status, await response.json().catch(() => undefined)]
    }
    const [status, refusal] = await get('me', undefined)
    check('the middleware answers in JSON', [status, refusal.error], [401, 'unauthorized'])
    const [, identity] = await get('me', pool.mint())
    check('a handler knows the caller', identity.userId, 'ratty')
    check('a route lacks a scope', (await get('books', pool.mint()))[0], 403)
    check('a route has its scope', await get('books', pool.mint({ scope: 'book:read' })), [
      200,
      ['The Wind in the Willows'],
    ])
    check('an error of a handler is Egg’s', (await get('failing', pool.mint()))[0], 500)
    return JSON.stringify(outcome)
  } finally {
    await server?.close()
    await Promise.all([pool.close(), lost.close()])
  }
}
