import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'
import type { ForwardAuth, ForwardAuthResult } from '../../adapters/forward-auth/index.js'
import { addressOf } from '../../adapters/forward-auth/request.js'
import { listen, type Place } from './listen.js'

/** The addresses that the server answers itself. */
export const ownAddresses = ['/healthz', '/readyz'] as const

/** Milliseconds in which open connections may end when the server stops. */
const drainFor = 10_000
/** Milliseconds after which an idle connection is closed then. Before, a request may be on its way on it. */
const idleFor = 1000

export interface Running {
  /** Where it listens: a URL, or the path of a socket. */
  readonly where: string
  /** Resolves when the requests on all open connections are answered, or the time is over. */
  stop(): Promise<void>
}

/** Serves a handler of subrequests; `onResult` is called with each answer. Rejects where it cannot listen. */
export async function serveForwardAuth(
  handler: ForwardAuth,
  place: Place,
  onResult: (result: ForwardAuthResult) => void,
): Promise<Running> {
  const state = { isReady: false, isStopping: false }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    // The proxy opens another connection, to another process.
    if (state.isStopping) response.setHeader('Connection', 'close')
    const address = addressOf(request)
    if (address === '/healthz') return tell(response, 200, 'alive')
    if (address === '/readyz') {
      const isReady = state.isReady && !state.isStopping
      return tell(response, isReady ? 200 : 503, isReady ? 'ready' : 'not ready')
    }
    onResult(await handler(request, response))
  }
  const server = createServer({ ...limits }, (request, response) => void answer(request, response))
  // All of them count: a second Authorization header must not hide behind thousands of others.
  server.maxHeadersCount = 0
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // The body is not wanted, so the client is not told to send it, and may not use the connection again.
    response.setHeader('Connection', 'close')
    void answer(request, response)
  })
  const where = await listen(server, place)
  const guards = Object.values(handler.guards)
  void Promise.all(guards.map((guard) => guard.ready())).then(() => {
    state.isReady = true
  })
  return {
    where,
    stop: () => {
      state.isStopping = true
      return drained(server)
    },
  }
}

const limits = {
  // Room for the longest token, 16 KiB, beside the cookies that a proxy passes on.
  maxHeaderSize: 65_536,
  // Longer than proxies keep a connection (nginx 60 s, Caddy 120 s), so that it is they who close an idle one.
  keepAliveTimeout: 130_000,
}

function tell(response: ServerResponse, status: number, text: string): void {
  const body = JSON.stringify({ status: text })
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(body.length),
  })
  response.end(body)
}

/** Stops listening, and waits for the open connections. */
async function drained(server: Server): Promise<void> {
  // Not the `close` of an HTTP server: it cuts idle connections at once, and with them a request that is on its way.
  const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve))
  const timers = [
    setTimeout(() => {
      server.closeIdleConnections()
      timers.push(setInterval(() => server.closeIdleConnections(), 50))
    }, idleFor),
    setTimeout(() => server.closeAllConnections(), drainFor),
  ]
  await closed
  for (const timer of timers) clearTimeout(timer)
}
