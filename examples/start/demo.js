// @ts-check
// Puts the demo together: a user pool and an API on this machine. No account, no network.
import { createUserPool } from 'authing-guard/testing'
import express from 'express'
import { createApp } from '../express.js'
import { listen } from '../listen.js'
import { callersOf } from './callers.js'
import { guardByPool } from './guarded.js'
import { printLines } from './lines.js'
import { listenOn } from './port.js'
import { serveTokens } from './tokens.js'

/**
 * @param {{ port?: string | undefined, print: (line: string) => void, isPowerShell?: boolean }} options without a port
 *   the API takes 3000, or where that is taken a free one
 */
export async function startDemo({ port, print, isPowerShell = false }) {
  const app = express()
  const api = await listenOn(port, app, print)
  const pool = await guardByPool(app, api.url)

  const lostPool = await createUserPool()
  lostPool.goDown()
  const lostApi = await listen(createApp(lostPool.guardOptions))
  const callers = callersOf(pool, api.url, lostPool, lostApi.url)
  const tokens = await serveTokens(callers, pool.block)

  print(`The API of examples/express.js listens on ${api.url}.`)
  print(`Its users sign in at ${pool.host}, a user pool on this machine.`)
  printLines(callers, tokens.url, print, isPowerShell)

  const running = [api, lostApi, tokens, pool, lostPool]
  return { close: () => Promise.all(running.map((one) => one.close())) }
}
