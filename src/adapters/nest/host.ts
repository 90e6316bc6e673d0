import { configError } from '../../common/config-error.js'
import type { GuardError } from '../../guard/index.js'
import { authorizationOf as authorizationOfRequest, type HostRequest } from '../shared/node-request.js'
import { lazyProcessWideMap } from '../shared/process-map.js'
import type { NestController } from './rules.js'

// The part of Nest that the adapter uses, as structural types: the Express and Fastify platforms, and WebSocket gateways.

/** The argument of a filter. */
export interface NestHost {
  /** `'http'`, `'ws'`, `'graphql'`, `'rpc'`. */
  getType(): string
  /** The arguments of the handler. */
  getArgs(): readonly unknown[]
}

/** The argument of a guard, an interceptor and a parameter. */
export interface NestContext extends NestHost {
  /** The controller. */
  getClass(): NestController
  /** Its method. */
  getHandler(): object
}

interface NodeResponse {
  readonly headersSent: boolean
  end(): unknown
}

/** An Express response, or a Fastify reply, which wraps Node's. */
interface HttpResponse extends NodeResponse {
  readonly raw?: NodeResponse
  header(name: string, value: string): unknown
  status(code: number): { send(body: object): unknown }
}

/** A gateway's client: socket.io's has a handshake. */
interface Client {
  readonly handshake?: unknown
  emit(event: string, body: object): unknown
  send(text: string): unknown
}

/** The `getRequest` option: finds the HTTP request in contexts of other kinds than `'http'` and `'ws'`. */
export type RequestGetter = (context: NestContext) => unknown

/** By controller: the decorators do not know the guard. */
export const requestGetters = lazyProcessWideMap<RequestGetter>('authing-guard.nest.requests')

/** What the caller is recorded for: the HTTP request, a gateway's client, or what `getRequest` returns. */
export function requestIn(context: NestContext, getRequest: RequestGetter | undefined): object | undefined {
  const type = context.getType()
  const isKnown = type === 'http' || type === 'ws'
  const request = isKnown ? context.getArgs()[0] : getRequest?.(context)
  return typeof request === 'object' && request !== null && (isKnown || 'headers' in request) ? request : undefined
}

/** The same. @throws {TypeError} where there is none. */
export function requestOf(context: NestContext, getRequest?: RequestGetter): object {
  const request = requestIn(context, getRequest)
  if (request !== undefined) return request
  throw configError(
    `the guard for Nest finds no request in a context of type ${context.getType()}: pass getRequest, which returns an object with headers, beside the guard's options, or use @Public()`,
  )
}

/** The object that identifies one call of a handler: the HTTP request, or the arguments. */
export function callOf(context: NestContext): object {
  return context.getType() === 'http' ? requestOf(context) : context.getArgs()
}

/** Where Node's own request is. */
interface Requests extends HostRequest {
  /** A Fastify request wraps Node's, and only Node's has the second of two header lines. */
  readonly raw?: HostRequest
  /** Of socket.io's client, the request of its handshake; a client of `ws` has one only if the gateway sets it. */
  readonly request?: HostRequest
}

/** The Authorization header of a request, or of the request that opened a gateway client's connection. */
export function authorizationOf(context: NestContext, found: object): unknown {
  const given = found as Requests
  const request = context.getType() === 'ws' ? given.request : (given.raw ?? given)
  return request && authorizationOfRequest(request)
}

/** Sets the headers of a refusal on the HTTP response: Nest does not send an error's own. */
export function writeHeaders(host: NestHost, { headers }: GuardError): void {
  if (host.getType() !== 'http') return
  const response = host.getArgs()[1] as HttpResponse
  if ((response.raw ?? response).headersSent) return
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
}

/** Answers a refusal: in JSON, or on a gateway by an `exception` event, as Nest does. Returns it for GraphQL. */
export function answer(host: NestHost, error: GuardError): GuardError | undefined {
  const type = host.getType()
  // GraphQL answers errors that are returned; for other kinds nothing is returned, and Nest answers.
  if (type !== 'http' && type !== 'ws') return type === 'graphql' ? error : undefined
  if (type === 'ws') {
    const client = host.getArgs()[0] as Client
    const data = { status: 'error', message: error.message, ...error.toJSON() }
    if (client.handshake === undefined) client.send(JSON.stringify({ event: 'exception', data }))
    else client.emit('exception', data)
    return undefined
  }
  writeHeaders(host, error)
  const response = host.getArgs()[1] as HttpResponse
  const ofNode = response.raw ?? response
  if (ofNode.headersSent) ofNode.end()
  else response.status(error.status).send(error.toJSON())
  return undefined
}
