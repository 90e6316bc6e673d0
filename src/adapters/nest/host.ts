import { configError } from '../../common/config-error.js'
import type { GuardError } from '../../guard/index.js'
import { authorizationOf as authorizationOfRequest, type HostRequest } from '../shared/node-request.js'

// The part of Nest that the adapter uses, as structural types: the Express and Fastify platforms, and WebSocket gateways.

/** The argument of a filter. */
export interface NestHost {
  /** `'http'` or `'ws'`. */
  getType(): string
  /** The arguments of the handler. */
  getArgs(): readonly unknown[]
}

/** The argument of a guard, an interceptor and a parameter. */
export interface NestContext extends NestHost {
  /** The controller. */
  getClass(): { readonly prototype: object }
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

/** What the caller is recorded for: the HTTP request, or a gateway's client. @throws {TypeError} for any other host. */
export function requestOf(host: NestHost): object {
  const [request] = host.getArgs()
  const type = host.getType()
  if ((type === 'http' || type === 'ws') && typeof request === 'object' && request !== null) return request
  throw configError(`the guard for Nest supports HTTP and WebSocket gateways, and this is ${type}`)
}

/** The object that identifies one call of a handler: the HTTP request, or the arguments of one message. */
export function callOf(host: NestHost): object {
  return host.getType() === 'ws' ? host.getArgs() : requestOf(host)
}

/** Where Node's own request is. */
interface Requests extends HostRequest {
  /** A Fastify request wraps Node's, and only Node's has the second of two header lines. */
  readonly raw?: HostRequest
  /** Of socket.io's client, the request of its handshake; a client of `ws` has one only if the gateway sets it. */
  readonly request?: HostRequest
}

/** The Authorization header of a request, or of the request that opened a gateway client's connection. */
export function authorizationOf(host: NestHost): unknown {
  const given = requestOf(host) as Requests
  const request = host.getType() === 'http' ? (given.raw ?? given) : given.request
  return request && authorizationOfRequest(request)
}

/** Sets the headers of a refusal on the HTTP response: Nest does not send an error's own. */
export function writeHeaders(host: NestHost, { headers }: GuardError): void {
  if (host.getType() !== 'http') return
  const response = host.getArgs()[1] as HttpResponse
  if ((response.raw ?? response).headersSent) return
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
}

/** Answers a refusal: in JSON, or on a gateway by an `exception` event, as Nest does. */
export function answer(host: NestHost, error: GuardError): void {
  if (host.getType() === 'ws') {
    const client = requestOf(host) as Client
    const data = { status: 'error', message: error.message, ...error.toJSON() }
    if (client.handshake === undefined) client.send(JSON.stringify({ event: 'exception', data }))
    else client.emit('exception', data)
    return
  }
  writeHeaders(host, error)
  const response = host.getArgs()[1] as HttpResponse
  const ofNode = response.raw ?? response
  if (ofNode.headersSent) ofNode.end()
  else response.status(error.status).send(error.toJSON())
}
