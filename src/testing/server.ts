import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { resolveAddress } from './address.js'
import type { Application } from './application.js'
import { faultyAnswer, type Outage } from './fault.js'
import { RequestLog } from './request-log.js'
import { type Answer, answerTo, json, type Routes } from './route.js'
import type { PoolState } from './state.js'

const bodyLimit = 65_536

/** Starts a server on 127.0.0.1 without handlers. Rejects if the port is in use. */
export const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    // The client closes what is idle. A test that keeps the process busy for seconds must not find its connection closed
    // by the pool: the guard's fetch would fail on it.
    const server = createServer({ keepAliveTimeout: 0 })
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })

export const originOf = (server: Server): string => {
  // The address of a listening TCP server is always an AddressInfo.
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

/** Reads the body as text; undefined if it is larger than the limit. A body that never ends gets no answer. */
export const readBody = (request: IncomingMessage, done: (body: string | undefined) => void): void => {
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= bodyLimit) chunks.push(chunk)
  })
  request.on('end', () => done(size > bodyLimit ? undefined : Buffer.concat(chunks).toString()))
}

/** Refuses other host names: a web page whose domain resolves to loopback (DNS rebinding) must not get tokens. */
const isForLoopback = ({ headers }: IncomingMessage): boolean =>
  /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i.test(headers.host ?? '')

const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, headers)
  if (typeof body === 'string') response.end(body)
  // A client that closes the connection early is not an error.
  else pipeline(body, response, () => {})
}

/** The pool's HTTP side: its servers, their request log, and the current outage. */
export class PoolServer {
  readonly log: RequestLog
  readonly #state: PoolState
  readonly #routes: Routes
  readonly #servers: Server[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #outage: Outage | undefined
  #delay = 0

  constructor(state: PoolState, routes: Routes) {
    this.#state = state
    this.#routes = routes
    this.log = new RequestLog(state)
  }

  /** Adds the routes to a server; `home` is the application of its port. */
  serve(server: Server, home: Application): void {
    this.#servers.push(server)
    server.on('connection', (socket) => {
      if (this.#outage?.fault === 'refuse' && !this.#outage.path) socket.resetAndDestroy()
    })
    server.on('request', (request, response) => this.#receive(home, request, response))
  }

  set outage(outage: Outage | undefined) {
    this.#outage = outage
    // Kept-alive connections would still be answered.
    if (outage?.fault === 'refuse' && !outage.path) for (const server of this.#servers) server.closeAllConnections()
  }

  /** Seconds before each answer. */
  set delay(seconds: number) {
    this.#delay = seconds
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise((closed) => {
            server.close(closed)
            server.closeAllConnections()
          }),
      ),
    )
  }

  #receive(home: Application, request: IncomingMessage, response: ServerResponse): void {
    const method = String(request.method)
    const path = String(request.url).replace(/\?.*/, '')
    const record = this.log.add(method, path, request.headers.authorization)
    readBody(request, (body) =>
      this.#later(() => {
        const answer = this.#applyOutage(path, this.#answer(home, method, path, request, body))
        if (answer === 'reset') response.destroy()
        if (answer === 'reset' || answer === 'silence') return
        record(answer.status)
        send(response, answer)
      }),
    )
  }

  #answer(home: Application, method: string, address: string, request: IncomingMessage, body?: string): Answer {
    if (!isForLoopback(request)) {
      return json(421, { error: 'invalid_request', error_description: 'the local user pool answers on loopback only' })
    }
    if (body === undefined) return json(413, { error: 'invalid_request', error_description: 'the body is over 64 KiB' })
    const { path, applications } = resolveAddress(this.#state, home, address)
    const query = new URLSearchParams(String(request.url).replace(/^[^?]*/, ''))
    const { headers } = request
    return answerTo(this.#routes, method, path, { state: this.#state, applications, headers, query, body })
  }

  #applyOutage(path: string, answer: Answer): Answer | 'reset' | 'silence' {
    const outage = this.#outage
    // The attacker's keys stay available, so that a guard that follows a redirect finds them.
    const up = !outage || path.startsWith('/hostile/') || !path.endsWith(outage.path)
    return up ? answer : faultyAnswer(outage, answer)
  }

  #later(act: () => void): void {
    if (this.#delay === 0) {
      act()
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, this.#delay * 1000)
    this.#timers.add(timer)
  }
}
