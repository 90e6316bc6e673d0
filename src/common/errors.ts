import type { FailedCheck } from './checks.js'
import { type Reason, type ReasonEntry, reasons, sentences, type WireError } from './reasons.js'
import type { Refusal } from './refusal.js'

export type { Reason, WireError } from './reasons.js'

/** The JSON body of a refusal. */
export interface ErrorBody {
  /** RFC 6750's code, or a plain word where it names none. */
  readonly error: string
  /** One fixed sentence for each code. */
  readonly error_description: string
}

/** A refusal in the form of an HTTP answer, for hosts that have no error channel of their own. */
export interface ErrorResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: ErrorBody
}

/** Writes the headers of a refusal: `guard/challenge.ts` makes the one for a guard's options. */
export type ChallengeWriter = (wire: WireError, sentence: string, refusal: Refusal) => Readonly<Record<string, string>>

/** Registered, so that all copies of the package in a process know each other's errors. */
const errorBrand = Symbol.for('authing-guard.error')

/**
 * The one error that a guard throws at a caller or for an outage.
 *
 * Express, Koa, Fastify and Hono answer it unaided from `status`, `headers` and `getResponse()`. It holds no token, no
 * header and no personal claim; `detail`, `check` and `cause` are not enumerable, and never sent.
 */
export class GuardError extends Error {
  override readonly name = 'GuardError'
  /** Why, from a closed list. */
  readonly reason: Reason
  /** The HTTP status: 400, 401, 403 or 503. */
  readonly status: ReasonEntry['status']
  /** The same, under the name that Fastify and http-errors read. */
  readonly statusCode: ReasonEntry['status']
  /** `WWW-Authenticate`, `Cache-Control` and `Retry-After`, as far as each applies. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether `message` may be shown to the client: true below 500. */
  readonly expose: boolean
  readonly #refusal: Refusal

  /** @hidden Only a guard makes one. */
  constructor(refusal: Refusal, challenge: ChallengeWriter) {
    const { status, error } = reasons[refusal.reason]
    const { cause } = refusal.extra
    super(sentences[error], cause === undefined ? undefined : { cause })
    this.reason = refusal.reason
    this.status = status
    this.statusCode = status
    this.expose = status < 500
    this.headers = challenge(error, this.message, refusal)
    this.#refusal = refusal
  }

  /** @hidden Not by `Object.defineProperty`: a class that names itself gets another name from bundlers. */
  get [errorBrand](): true {
    return true
  }

  /** For the developer's log: what was expected and what was found. Not enumerable. */
  get detail(): string {
    return this.#refusal.detail
  }

  /** The same for structured logs: the name of the check that failed, and what it found. Not enumerable. */
  get check(): FailedCheck {
    return this.#refusal.failed
  }

  /**
   * The refusal as a web `Response` with a JSON body; Hono asks for it by this name. It has the members of the body too:
   * Nest asks for the body by the same name.
   */
  getResponse(): Response & ErrorBody {
    const body = this.toJSON()
    return Object.assign(Response.json(body, { status: this.status, headers: this.headers }), body)
  }

  /** The JSON body: `{ error, error_description }`. */
  toJSON(): ErrorBody {
    return { error: reasons[this.reason].error, error_description: this.message }
  }
}

/**
 * Whether an error is a guard's refusal, from any copy of this package in the process. `instanceof GuardError` is for one
 * copy: the ESM and the CJS build have a class each, and so has each installed version.
 *
 * @example
 * ```ts
 * import { isGuardError } from 'authing-guard'
 *
 * guard.verifyToken(token).catch((error) => {
 *   if (isGuardError(error)) console.log(error.reason, error.detail)
 * })
 * ```
 */
export function isGuardError(error: unknown): error is GuardError {
  return typeof error === 'object' && error !== null && Reflect.get(error, errorBrand) === true
}

/**
 * The HTTP answer to a refusal, `{ status, headers, body }`, for hosts that have no error channel of their own.
 *
 * @example
 * ```ts
 * import { errorResponse, isGuardError } from 'authing-guard'
 *
 * guard.authenticate(header).catch((error) => {
 *   if (isGuardError(error)) return errorResponse(error)
 *   throw error
 * })
 * ```
 */
export function errorResponse(error: GuardError): ErrorResponse {
  return { status: error.status, headers: error.headers, body: error.toJSON() }
}

/** Makes the `GuardError` of a refusal. A caller's fault captures no stack: that costs ten times the rest of the error. */
export function guardError(refusal: Refusal, challenge: ChallengeWriter): GuardError {
  const limit = Error.stackTraceLimit
  const quiet = reasons[refusal.reason].status < 500 && stackLimitWritable
  if (quiet) Error.stackTraceLimit = 0
  const error = new GuardError(refusal, challenge)
  if (quiet) Error.stackTraceLimit = limit
  return error
}

/** Under `node --frozen-intrinsics` the limit cannot be set. */
const stackLimitWritable = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true
