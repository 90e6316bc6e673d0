import { once } from 'node:events'
import express from 'express'
import { authingGuard, identityOf } from '../../dist/express.js'

/** The header by which the soak knows its requests again. */
export const numberHeader = 'x-soak-number'

function holderOf({ kind, userId, clientId }) {
  return { kind, id: kind === 'machine' ? clientId : userId }
}

/**
 * The API: Express 5, the guard, one route. Around the guard it notes into `watched`, a map by the request's number,
 * when the guard was asked and when it had decided.
 */
export async function startApi(options, ledger, watched) {
  const guard = authingGuard(options)
  const app = express()
  // Else Express writes every 503 to the console.
  app.set('env', 'test')
  const watchOf = (request) => watched.get(request.headers[numberHeader])
  const asked = (request, _, next) => {
    const watch = watchOf(request)
    if (watch !== undefined) watch.came = ledger.mark(watch.token.appId)
    next()
  }
  const decided = (request, reason) => {
    const watch = watchOf(request)
    if (watch === undefined) return
    watch.went = ledger.mark(watch.token.appId)
    watch.reason = reason
  }
  app.get('/me', asked, guard, (request, response) => {
    decided(request)
    const identity = identityOf(request)
    response.json({ ...holderOf(identity), appId: identity.appId })
  })
  app.use((error, request, _, next) => {
    decided(request, error.reason ?? String(error))
    next(error)
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // The traffic's agent holds on to its connections for longer than the default of 5 s.
  server.keepAliveTimeout = 60_000
  const { port } = server.address()
  const stop = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  return { guard, port, stop }
}
