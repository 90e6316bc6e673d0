import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type ApplicationOptions, createGuard, type GuardEvent } from 'authing-guard'
import { onTestFinished } from 'vitest'
import { keyPair, type Part, tokenBy } from '../support/forge.js'
import { closed, listening, portOf } from '../support/http.js'
import { withParts } from '../support/parts.js'
import { accessClaims, appId, now, today, userId } from '../support/world.js'

// An issuer on loopback that answers as it is told, and a guard that asks it.

export const clientSecret = 'the App Secret: 100% of it'
/** As Authing's OAuth 2.0 gives them. */
export const opaqueToken = 'fa9d2bdd914ea01aa4e434c12d4f919d749fc75c'
/** One for each number. */
export const opaqueTokens = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => (from + at).toString(16).padStart(40, '0'))

/** What Authing says of an active token. Its `iss` is the host alone. */
export const activeReply = {
  active: true,
  sub: userId,
  client_id: appId,
  exp: today + 3600,
  iat: today - 60,
  iss: 'https://my-app.authing.cn',
  jti: 'rpGXWLAt0Ud0',
  scope: 'user book:read',
  token_type: 'Bearer',
}

export interface Question {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly form: URLSearchParams
}

/** What it answers: a JSON value, or whatever it does with the response. */
export type Answer = object | ((response: ServerResponse) => void)

const key = keyPair('RS256', 'kid-1')
/** A JWT access token, whose `iss` is to be the issuer's. */
export const jwt = (claims: Part) => tokenBy(key, claims)

export type Options = { readonly introspection?: object; readonly [option: string]: unknown }

/** The issuer, and a guard of it: `options` go on top, those of `introspection` on top of its own. */
export async function issuerThat(
  answer: (question: Question) => Answer,
  { introspection = {}, ...options }: Options = {},
) {
  const asked: Question[] = []
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request
    const question = { method, url, headers, form: new URLSearchParams(await text(request)) }
    asked.push(question)
    const reply = answer(question)
    if (typeof reply === 'function') reply(response)
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
  })
  await listening(server)
  onTestFinished(() => closed(server))
  const issuer = `http://127.0.0.1:${portOf(server)}/oidc`
  const events: GuardEvent[] = []
  const world = { time: now }
  const guard = createGuard(
    withParts({
      issuer,
      appId,
      jwks: { keys: [key.jwk] },
      now: () => world.time,
      onEvent: (event: GuardEvent) => events.push(event),
      introspection: { when: 'opaque', clientSecret, ...introspection },
      ...options,
    } as object) as ApplicationOptions,
  )
  return {
    guard,
    issuer,
    asked,
    events,
    /** The tokens that were asked about, one for each question. */
    tokens: () => asked.map(({ form }) => form.get('token')),
    /** A JWT access token of this issuer. */
    access: (claims: object = {}) => jwt({ ...accessClaims, iss: issuer, ...claims }),
    pass: (seconds: number) => {
      world.time += seconds * 1000
    },
  }
}

/** Answers with a status, and no more. */
export const status =
  (code: number, body: object = {}, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
