import { configError } from '../../common/config-error.js'
import type { GuardError } from '../../common/errors.js'
import { type HostRequest, headerOf as headerOfRequest } from '../shared/header.js'

// The part of Nest that the door uses, told by shape: the Express and Fastify platforms, and WebSocket gateways.

/** What a filter is handed. */
export interface NestHost {
  /** `'http'` or `'ws'`. */
  getType(): string
  /** What the handler is called with. */
  getArgs(): readonly unknown[]
}

/** What a guard, an interceptor and a parameter are handed. */
export interface NestContext extends NestHost {
  /** The controller. */
  getClass(): { readonly prototype: object }
  /** Its method. */
  getHandler(): object
}

/** A Fastify request wraps Node's, which alone knows of a second header line. */
interface HttpRequest extends HostRequest {
  readonly raw?: HostRequest
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

/** A gateway's client: socket.io's has the request of its handshake; `ws` has none, unless the gateway gave it one. */
interface Client {
  readonly request?: HostRequest
  readonly handshake?: unknown
  emit(event: string, body: object): unknown
  send(text: string): unknown
}

/** What the caller is known by: the HTTP request, or a gateway's client. @throws {TypeError} for any other host. */
export function requestOf(host: NestHost): object {
  const [request] = host.getArgs()
  const type = host.getType()
  if ((type === 'http' || type === 'ws') && isObject(request)) return request
  throw configError(`the guard for Nest knows HTTP and WebSocket gateways, and this is ${type}`)
}

/** What is one call of a handler: the HTTP request, or the arguments of one message. */
export function callOf(host: NestHost): object {
  return host.getType() === 'ws' ? host.getArgs() : requestOf(host)
}

/** The Authorization header of a request, or of the request that a gateway's client came by. */
export function headerOf(host: NestHost): unknown {
  const request = requestOf(host)
  if (host.getType() === 'http') {
    const own = request as HttpRequest
    return headerOfRequest(own.raw ?? own)
  }
  const handshake = (request as Client).request
  return handshake && headerOfRequest(handshake)
}

/** Puts the headers of a refusal on the response, where there is one: Nest leaves out an error's own. */
export function writeHeaders(host: NestHost, { headers }: GuardError): void {
  if (host.getType() !== 'http') return
  const response = responseOf(host)
  if (nodesOf(response).headersSent) return
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
}

/** Answers a refusal: in JSON, or on a gateway by an `exception` as Nest's own. */
export function answer(host: NestHost, error: GuardError): void {
  if (host.getType() === 'ws') {
    tell(requestOf(host) as Client, { status: 'error', message: error.message, ...error.toJSON() })
    return
  }
  writeHeaders(host, error)
  const response = responseOf(host)
  if (nodesOf(response).headersSent) nodesOf(response).end()
  else response.status(error.status).send(error.toJSON())
}

function tell(client: Client, body: object): void {
  if (client.handshake === undefined) client.send(JSON.stringify({ event: 'exception', data: body }))
  else client.emit('exception', body)
}

function responseOf(host: NestHost): HttpResponse {
  return host.getArgs()[1] as HttpResponse
}

function nodesOf(response: HttpResponse): NodeResponse {
  return response.raw ?? response
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
