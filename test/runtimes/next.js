// @ts-check
// The package in an application of Next.js: built without the environment, as for a container, then started with it.
import { spawn } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { root, run } from '../package/pack.js'
import { installedIn, installFolder } from './installed.js'

const here = fileURLToPath(new URL('next/', import.meta.url))

/** A folder for each major version, with the lockfile that pins it. */
export const nextVersions = ['next15', 'next16']

/** Installs a version of Next.js, where it is not there yet. */
export const installNext = (/** @type {string} */ name) => installFolder(join(here, name), name)

/** An application of its own, outside the repository, with the package of a consumer beside Next.js. */
async function makeProject(/** @type {string} */ name, /** @type {string} */ consumer, /** @type {string} */ into) {
  await cp(installedIn(name), into, { recursive: true, verbatimSymlinks: true })
  for (const part of ['authing-guard', 'jose', 'lru.min']) {
    await cp(join(consumer, 'node_modules', part), join(into, 'node_modules', part), { recursive: true })
  }
  await cp(join(here, 'project'), into, { recursive: true })
  await cp(fileURLToPath(new URL('acceptance.mjs', import.meta.url)), join(into, 'acceptance.mjs'))
  const example = await readFile(join(root, 'examples/next-route.ts'), 'utf8')
  const route = join(into, 'app/books/[id]')
  await mkdir(route, { recursive: true })
  await writeFile(join(route, 'route.js'), (await transform(example, { loader: 'ts' })).code)
}

/** Starts what was built; resolves with its address once it listens. */
async function startServer(/** @type {string} */ folder, /** @type {Record<string, string>} */ settings) {
  const script = join(folder, 'node_modules/next/dist/bin/next')
  const server = spawn(process.execPath, [script, 'start', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: folder,
    env: { ...environment(), ...settings },
  })
  let output = ''
  /** @type {Promise<string>} */
  const address = new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0]
      if (url !== undefined && output.includes('Ready in')) resolve(url)
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.once('exit', () => reject(new Error(`next start ended:\n${output}`)))
  })
  const close = async () => {
    if (server.exitCode !== null) return
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill()
    await ended
  }
  return { url: await address, output: () => output, close }
}

/** No telemetry, and nothing that configures the guard. */
function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:AUTHING_|NODE_ENV$|NODE_OPTIONS$)/.test(name))
  return /** @type {NodeJS.ProcessEnv} */ ({ ...Object.fromEntries(kept), NEXT_TELEMETRY_DISABLED: '1' })
}

/**
 * The outcome in one version of Next.js, as JSON.
 *
 * @param {string} name
 * @param {string} home
 * @param {string} consumer
 * @param {Omit<import('./acceptance.mjs').Plan, 'engine'>} plan
 * @param {typeof import('authing-guard/testing').createUserPool} createUserPool
 */
export async function runInNext(name, home, consumer, plan, createUserPool) {
  const folder = join(home, name)
  await makeProject(name, consumer, folder)
  /** @type {{ held: number, failed: string[] }} */
  const outcome = { held: 0, failed: [] }
  const check = (/** @type {string} */ fact, /** @type {unknown} */ found, /** @type {unknown} */ wanted) => {
    if (JSON.stringify(found) === JSON.stringify(wanted)) outcome.held++
    else outcome.failed.push(`${fact}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`)
  }

  const script = join(folder, 'node_modules/next/dist/bin/next')
  const built = await run(process.execPath, [script, 'build'], folder, environment())
  const printed = built.stdout + built.stderr
  check('the build warns of nothing in the package', /jose|authing-guard/.exec(printed)?.[0], undefined)

  const pool = await createUserPool()
  const server = await startServer(folder, {
    ...{ POOL_ISSUER: pool.issuer, POOL_APP_ID: pool.appId, POOL_APP_SECRET: pool.appSecret },
    ...{ AUTHING_ISSUER: 'https://my-app.authing.cn/oidc', AUTHING_APP_ID: pool.appId },
  })
  try {
    const get = async (/** @type {string} */ path, /** @type {string} */ token) => {
      const { status } = await fetch(`${server.url}/${path}`, { headers: { authorization: `Bearer ${token}` } })
      return status
    }
    check('the example refuses who has no token', (await fetch(`${server.url}/books/1`)).status, 401)
    check('the example refuses a bad token', await get('books/1', pool.mint()), 401)
    check('middleware admits', await get('guarded', pool.mint()), 200)
    check('middleware refuses', await get('guarded', pool.mint({ defect: 'expired' })), 401)
    for (const runtime of ['node', 'edge']) {
      const options = { allowHttp: true }
      const applications = plan.applications.map((app) => ({ ...app, options: { ...app.options, ...options } }))
      const whole = { ...plan, applications, lost: { ...plan.lost, options: { ...plan.lost.options, ...options } } }
      const body = JSON.stringify({ ...whole, engine: runtime === 'edge' ? 'web' : 'node' })
      const response = await fetch(`${server.url}/${runtime}/acceptance`, { method: 'POST', body })
      const text = await response.text()
      if (response.status !== 200) throw new Error(`${runtime}: ${response.status} ${text}`)
      const accepted = JSON.parse(text)
      outcome.held += accepted.held
      outcome.failed.push(...accepted.failed.map((/** @type {string} */ fact) => `${runtime}: ${fact}`))

      const token = pool.mint()
      check(`${runtime}: admits`, await get(`${runtime}/revocation`, token), 200)
      pool.revoke(token)
      check(`${runtime}: sees that a token was revoked`, await get(`${runtime}/revocation`, token), 401)
      const before = pool.mint()
      check(`${runtime}: admits before a rotation`, await get(`${runtime}/rotation`, before), 200)
      await pool.rotateKeys()
      check(`${runtime}: admits a token of the new key`, await get(`${runtime}/rotation`, pool.mint()), 200)
      check(`${runtime}: refuses a token of the removed key`, await get(`${runtime}/rotation`, before), 401)
    }
    return JSON.stringify(outcome)
  } catch (error) {
    throw new Error(`${error}\n${server.output()}`, { cause: error })
  } finally {
    await server.close()
    await pool.close()
  }
}
