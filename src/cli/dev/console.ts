import { randomBytes } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { parseJson } from '../../testing/jws.js'
import { type Answer, json } from '../../testing/route.js'
import { listen, originOf, readBody } from '../../testing/server.js'
import type { Language } from '../language/language.js'
import { actions } from './actions.js'
import type { ConsoleState } from './desk.js'
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

/** What went wrong is told as it is: the pool's TypeErrors say which option, and what to do. */
const messageOf = (error: unknown): string => String(Object(error).message)

const areaOf = (path: string): Area => {
  if (path === '/') return 'page'
  if (path === '/token') return 'token'
  if (path === '/api/state') return 'state'
  return path.startsWith('/api/') ? 'action' : 'file'
}

class Receiver {
  readonly #desk: ConsoleState
  readonly #gate: Gate
  readonly #page: Page

  constructor(desk: ConsoleState, gate: Gate, page: Page) {
    this.#desk = desk
    this.#gate = gate
    this.#page = page
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    const [path = '', query] = String(request.url).split('?', 2)
    const area = areaOf(path)
    const refusal = this.#gate.refusal(area, request.headers)
    const method = area === 'action' ? 'POST' : 'GET'
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
      const show = () => send(response, json(200, viewOf(this.#desk)))
      response.on('close', this.#desk.changes.after(Number(query.get('after')), show))
    },
    action: (request, response, path) => {
      readBody(request, (body) => {
        void this.#act(path.slice('/api/'.length), body).then((answer) => send(response, answer))
      })
    },
  }

  #token(query: URLSearchParams): Answer {
    try {
      return plain(200, mintFor(this.#desk.pool, mintOptionsOf(query)))
    } catch (error) {
      return plain(400, messageOf(error))
    }
  }

  async #act(name: string, body: string | undefined): Promise<Answer> {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (!action) return json(404, { error: 'not_found' })
    if (body === undefined) return json(413, { error: 'too_large' })
    const given = parseJson(body)
    if (!given) return json(400, { error: 'not_json' })
    try {
      const value = await action(this.#desk, given)
      this.#desk.changes.tell()
      return json(200, { done: value ?? {} })
    } catch (error) {
      // The form's fault, not the page's: a browser logs whatever is no 200 as an error of the page.
      return json(200, { mistake: messageOf(error) })
    }
  }
}

const closing = (server: Server): Promise<void> =>
  new Promise((closed) => {
    server.close(() => closed())
    server.closeAllConnections()
  })

/** Starts the console, its page in a language to begin with. Rejects with Node's own error where the port is taken. */
export async function openConsole(desk: ConsoleState, port: number, language: Language): Promise<Console> {
  const key = randomBytes(32).toString('base64url')
  const page = await readPage(key, language)
  const server = await listen(port)
  const url = originOf(server)
  const receiver = new Receiver(desk, new Gate(Number(new URL(url).port), key), page)
  server.on('request', (request, response) => receiver.receive(request, response))
  return { url, close: () => closing(server) }
}
