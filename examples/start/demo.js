// @ts-check
// Puts the demo together: a user pool and an API on this machine. No account, no network.
import { authingGuard } from 'authing-guard/express'
import { createUserPool } from 'authing-guard/testing'
import { authingWebhook } from 'authing-guard/webhooks'
import express from 'express'
import { createApp } from '../express.js'
import { listen } from '../listen.js'
import { callersOf } from './callers.js'
import { blockable, serveTokens } from './tokens.js'

/**
 * @param {{ port?: string | undefined, print: (line: string) => void, isPowerShell?: boolean }} options without a port
 *   the API takes 3000, or where that is taken a free one
 */
export async function startDemo({ port, print, isPowerShell = false }) {
  const app = express()
  const api = await listenOn(port, app, print)
  const secret = 'the request secret of the webhook'
  const pool = await createUserPool({
    users: [{ id: 'ratty', nickname: 'Ratty' }, { id: blockable }],
    webhook: { url: `${api.url}/authing-webhook`, secret },
  })
  const accessKeys = pool.accessKeys.map(({ accessKeyId }) => accessKeyId)
  const guard = authingGuard({ ...pool.guardOptions, accessKeys })
  // One process is all there is here; a real API has a shared store.
  app.post('/authing-webhook', authingWebhook(guard, { secret, userPoolId: pool.userPoolId, singleProcess: true }))
  // authingGuard takes a guard as well as options.
  app.use(createApp(/** @type {import('authing-guard').GuardOptions} */ (/** @type {unknown} */ (guard))))

  const lostPool = await createUserPool()
  lostPool.goDown()
  const lostApi = await listen(createApp(lostPool.guardOptions))
  const callers = callersOf(pool, api.url, lostPool, lostApi.url)
  const tokens = await serveTokens(callers, pool.block)

  print(`The API of examples/express.js listens on ${api.url}.`)
  print(`Its users sign in at ${pool.host}, a user pool on this machine.`)
  print(`Paste into another terminal${isPowerShell ? ' (PowerShell)' : ''}:`)
  const curl = isPowerShell ? 'curl.exe' : 'curl'
  for (const { who, status, says, url, token, name } of callers) {
    print(`\n# ${status} ${who}\n#     ${says}`)
    if (name === 'blocked') print(`${curl} -s -X POST ${tokens.url}/block/${blockable}`)
    const address = `${tokens.url}/${name}`
    if (token !== undefined) print(isPowerShell ? `$TOKEN = ${curl} -s ${address}` : `TOKEN=$(${curl} -s ${address})`)
    print(`${curl} -i ${token === undefined ? '' : '-H "Authorization: Bearer $TOKEN" '}${url}`)
  }
  print('\nPress Ctrl+C to stop.')

  const running = [api, lostApi, tokens, pool, lostPool]
  return { close: () => Promise.all(running.map((one) => one.close())) }
}

/**
 * @param {string | undefined} port
 * @param {import('node:http').RequestListener} app
 * @param {(line: string) => void} print
 */
async function listenOn(port, app, print) {
  if (port) {
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
      throw new Error(`PORT must be a whole number from 0 to 65535, not ${JSON.stringify(port)}`)
    }
    return listen(app, Number(port)).catch((error) => {
      throw new Error(`Port ${port} cannot be used (${error.code}). Choose another one: PORT=3001 npm start`)
    })
  }
  return listen(app, 3000).catch((error) => {
    print(`Port 3000 cannot be used (${error.code}), so here is another one.`)
    return listen(app)
  })
}
