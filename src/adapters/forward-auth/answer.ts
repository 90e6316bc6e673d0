import type { Caller, Reason } from '../../guard/index.js'
import { callerHeaders } from './caller-headers.js'

/** The part of Node's `ServerResponse` that an answer is written with. */
export interface ForwardAuthResponse {
  /** Node's own. */
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown
  /** Node's own. */
  end(body?: string): unknown
}

/** What was answered, for a log. */
export interface ForwardAuthResult {
  /** The status of the answer; 200 admits. */
  readonly status: number
  /** The address that was asked; undefined where it is not named. */
  readonly address: string | undefined
  /** The client's method, where `methodHeader` is set. */
  readonly method: string | undefined
  /** Why it was refused; undefined where it was admitted. */
  readonly reason: Reason | 'unknown_address' | 'missing_header' | 'get_token_failed' | undefined
  /** What was expected and what was found. It was not sent. */
  readonly detail: string | undefined
}

/** The parts of a refusal that are sent. A GuardError has them. */
interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  toJSON(): object
}

function fault(status: number, error: string, description: string): Refusal {
  const body = { error, error_description: description }
  return { status, headers: { 'Cache-Control': 'no-store' }, toJSON: () => body }
}

const forbidden = fault(403, 'forbidden', 'The caller may not do this.')

/** Refusals for a mistake in the configuration of the proxy, or in `getToken`. */
export const faults = {
  unknown_address: forbidden,
  missing_header: forbidden,
  get_token_failed: fault(500, 'server_error', 'The request cannot be checked.'),
} as const

/** Answers that the caller may pass. */
export function writeAdmission(response: ForwardAuthResponse, caller: Caller): void {
  response.writeHead(200, callerHeaders(caller))
  response.end()
}

/** Answers a refusal. Its body is in a header as well, since nginx drops the body of a subrequest. */
export function writeRefusal(response: ForwardAuthResponse, refusal: Refusal): void {
  const body = JSON.stringify(refusal)
  response.writeHead(refusal.status, {
    ...refusal.headers,
    'X-Auth-Error': body,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(body.length),
  })
  response.end(body)
}
