import { randomBytes } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { parseJson } from '../../testing/jws.js'
import { type Answer, json } from '../../testing/route.js'
import { listen, originOf, readBody } from '../../testing/server.js'
import type { Language } from '../language/language.js'
import { actions } from './actions.js'
import { readReports } from './api-log.js'
import type { ConsoleState } from './console-state.js'
import { type Area, Gate } from './gate.js'
import { mintFor, mintOptionsOf } from './minting.js'
import { type Page, readPage } from './page.js'
import { securityHeaders } from './security-headers.js'
import { viewOf } from './view.js'

/** The console of a pool, on 127.0.0.1. */
export interface Console {
  readonly url: string
  close(): Promise<void>
}

const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, { ...securityHeaders, ...headers }).end(body)
}

const plain = (status: number, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})

/** The message as it is: the TypeErrors of the pool name the option and say what to do. */
const messageOf = (error: unknown): string => String(Object(error).message)

const areaOf = (path: string): Area => {
  if (path === '/') return 'page'
  if (path === '/token') return 'token'
  if (path === '/api/state') return 'state'
  if (path === '/report') return 'report'
  return path.startsWith('/api/') ? 'action' : 'file'
}

/** Answers the requests of the page and of a shell. */
class RequestHandler {
  readonly #state: ConsoleState
  readonly #gate: Gate
  readonly #page: Page

  constructor(state: ConsoleState, gate: Gate, page: Page) {
    this.#state = state
    this.#gate = gate
    this.#page = page
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const [path = '', query] = String(request.url).split('?', 2)
    const area = areaOf(path)
    const refusal = this.#gate.refusal(area, request.headers)
    const method = area === 'action' || area === 'report' ? 'POST' : 'GET'
    if (refusal) send(response, json(refusal.status, { error: refusal.error }))
    else if (request.method !== method) send(response, json(405, { error: 'wrong_method' }, { allow: method }))
    else this.#answer[area](request, response, path, new URLSearchParams(query))
  }

  readonly #answer: Readonly<
    Record<Area, (request: IncomingMessage, response: ServerResponse, path: string, query: URLSearchParams) => void>
  > = {
    page: (_request, response) => send(response, this.#page.document),
    file: (_request, response, path) => {
      send(response, this.#page.files.get(path) ?? json(404, { error: 'not_found' }))
    },
    token: (_request, response, _path, query) => send(response, this.#token(query)),
    state: (_request, response, _path, query) => {
      const show = () => send(response, json(200, viewOf(this.#state)))
      response.on('close', this.#state.changes.onceAfter(Number(query.get('after')), show))
    },
    report: (request, response) => readBody(request, (body) => send(response, this.#report(body))),
    action: (request, response, path) => {
      readBody(request, (body) => {
        void this.#runAction(path.slice('/api/'.length), body).then((answer) => send(response, answer))
      })
    },
  }

  /** Adds what `authing-guard/testing/report` sends from the process of an API. */
  #report(body: string | undefined): Answer {
    if (body === undefined) return json(413, { error: 'too_large' })
    const reports = readReports(body)
    if (!reports) return json(400, { error: 'not_a_report' })
    this.#state.apiLog.add(reports, Date.now())
    this.#state.changes.notify()
    return json(200, {})
  }

  #token(query: URLSearchParams): Answer {
    try {
      return plain(200, mintFor(this.#state.pool, mintOptionsOf(query)))
    } catch (error) {
      return plain(400, `${messageOf(error)}\n`)
    }
  }

  async #runAction(name: string, body: string | undefined): Promise<Answer> {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (!action) return json(404, { error: 'not_found' })
    if (body === undefined) return json(413, { error: 'too_large' })
    const given = parseJson(body)
    if (!given) return json(400, { error: 'not_json' })
    try {
      const value = await action(this.#state, given)
      this.#state.changes.notify()
      return json(200, { done: value ?? {} })
    } catch (error) {
      // 200, since a browser logs any other status as an error of the page, and this one is of the form's values.
      return json(200, { invalid: messageOf(error) })
    }
  }
}

const closing = (server: Server): Promise<void> =>
  new Promise((closed) => {
    server.close(() => closed())
    server.closeAllConnections()
  })

/** Starts the console. Its page begins in the language `chosen`, else in the browser's; `language` is for its first moment. Rejects with Node's own error if the port is in use. */
export async function openConsole(
  state: ConsoleState,
  port: number,
  language: Language,
  chosen?: Language,
): Promise<Console> {
  const key = randomBytes(32).toString('base64url')
  const page = await readPage(key, language, chosen)
  const server = await listen(port)
  const url = originOf(server)
  state.url = url
  const handler = new RequestHandler(state, new Gate(Number(new URL(url).port), key), page)
  server.on('request', (request, response) => handler.handle(request, response))
  return { url, close: () => closing(server) }
}
