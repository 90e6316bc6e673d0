import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Application } from './application.js'
import type { PoolState } from './state.js'

/** One request, as the handlers get it. */
export interface Exchange {
  readonly state: PoolState
  /** The application of the host or path, or all of them if the address does not tell. */
  readonly applications: readonly [Application, ...Application[]]
  readonly headers: IncomingHttpHeaders
  readonly query: URLSearchParams
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Readable
}

export type Handler = (exchange: Exchange) => Answer

/** Handlers by path and method. */
export type Routes = Readonly<Record<string, Readonly<Record<string, Handler>>>>

export const json = (status: number, value: unknown, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
})

/** An OAuth 2.0 error (RFC 6749 section 5.2). */
export const oauthError = (status: number, error: string, error_description: string, headers?: Answer['headers']) =>
  json(status, { error, error_description }, headers)

/** The token of `Authorization: Bearer`, or the empty string. */
export const bearerToken = ({ headers }: Exchange): string =>
  /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''

/** The token of `Authorization` with or without `Bearer`, as the v3 API takes it from Authing's SDKs. */
export const bareToken = ({ headers }: Exchange): string =>
  /^(?:bearer +)?(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''

/** The fields of a form body. */
export const formOf = ({ body }: Exchange): URLSearchParams => new URLSearchParams(body)

/** Routes a request: the answer of its handler, else 404 or 405. */
export const answerTo = (routes: Routes, method: string, path: string, exchange: Exchange): Answer => {
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined
  if (!methods) return json(404, { error: 'not_found', error_description: 'the local user pool has no such endpoint' })
  const handler = methods[method]
  if (handler) return handler(exchange)
  const allow = Object.keys(methods).join(', ')
  return json(405, { error: 'method_not_allowed', error_description: `this endpoint takes ${allow}` }, { allow })
}
