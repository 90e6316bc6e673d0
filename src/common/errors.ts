/**
 * Every way in which the guard says no, in one table.
 *
 * `status` is the HTTP status, `error` what goes on the wire. For 400, 401 and a missing scope `error` is RFC 6750's
 * code (section 3.1); where that RFC names none (no credentials, an outage) it is a plain word in the body alone and
 * the challenge carries no `error`.
 */
const reasons = {
  /** No credentials in the request, or another scheme than Bearer. */
  missing_token: { status: 401, error: 'unauthorized' },
  /** The Authorization header is no `Bearer` and one token (RFC 6750, 2.1), or there are several. */
  invalid_request: { status: 400, error: 'invalid_request' },
  /** Not a JWT that this guard reads: size, segments, encoding, JSON, header members. */
  malformed_token: { status: 401, error: 'invalid_token' },
  /** A JWE. Authing wraps id tokens so where the console's switch is on. */
  encrypted_token: { status: 401, error: 'invalid_token' },
  /** `iss` is not the issuer of any application of this guard. */
  unknown_issuer: { status: 401, error: 'invalid_token' },
  /** `alg` is not allowed, not a match for the key, or not for this kind of token. */
  wrong_algorithm: { status: 401, error: 'invalid_token' },
  /** No key of the application has the token's `kid`. */
  unknown_key: { status: 401, error: 'invalid_token' },
  /** The signature does not verify. */
  bad_signature: { status: 401, error: 'invalid_token' },
  /** `exp` has passed, or the token is older than `maxTokenAge`. */
  expired_token: { status: 401, error: 'invalid_token' },
  /** `nbf` or `iat` lies in the future. */
  not_yet_valid: { status: 401, error: 'invalid_token' },
  /** `aud` (or an access key's `azp`) names somebody else. */
  wrong_audience: { status: 401, error: 'invalid_token' },
  /** A claim is missing, of the wrong type, or says that this is no bearer credential. */
  wrong_claim: { status: 401, error: 'invalid_token' },
  /** A genuine token of a kind, or for a machine, that the options do not admit. */
  not_admitted: { status: 401, error: 'invalid_token' },
  /** The issuer says that the token is not active: it was revoked, or its user may not sign in any more. */
  inactive_token: { status: 401, error: 'invalid_token' },
  /** The token, its user or its access key was revoked here. */
  revoked_token: { status: 401, error: 'invalid_token' },
  /** The token lacks a scope that the route requires. */
  insufficient_scope: { status: 403, error: 'insufficient_scope' },
  /** The caller is known, and may not do this. */
  permission_denied: { status: 403, error: 'forbidden' },
  /** Whether the caller may do this is not to be found out now. */
  permission_unavailable: { status: 503, error: 'temporarily_unavailable' },
  /** The issuer's keys are not to be had now. */
  keys_unavailable: { status: 503, error: 'temporarily_unavailable' },
  /** Introspection failed: the issuer did not say whether the token is active. */
  introspection_unavailable: { status: 503, error: 'temporarily_unavailable' },
  /** The `isRevoked` hook failed or timed out. */
  revocation_unavailable: { status: 503, error: 'temporarily_unavailable' },
  /** The shared store did not say whether the token was revoked: it is down, or its value is not valid. */
  store_unavailable: { status: 503, error: 'temporarily_unavailable' },
} as const satisfies Record<string, { readonly status: 400 | 401 | 403 | 503; readonly error: string }>

/** Why a request was refused: stable, for logs, metrics and `switch`. */
export type Reason = keyof typeof reasons

type Entry = (typeof reasons)[Reason]
/** The word for it on the wire. */
export type WireError = Entry['error']

/** One fixed sentence an error: nothing of the request, and nothing of which check failed, is ever told. */
const sentences: Readonly<Record<WireError, string>> = {
  unauthorized: 'This resource needs an access token in the Authorization header.',
  invalid_request: 'The Authorization header is malformed, or there is more than one.',
  invalid_token: 'The access token is malformed, expired, or not valid here.',
  insufficient_scope: 'The access token does not grant the scope that this resource needs.',
  forbidden: 'The caller may not do this.',
  temporarily_unavailable: 'The request cannot be checked at the moment. Try again later.',
}

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

/** On each refusal of any copy. A plain object has it only if it is one. */
const refusalBrand = Symbol.for('authing-guard.refusal')

/** What a station says when it refuses; the guard makes a {@link GuardError} of it, and nobody else sees one. */
export class Refusal {
  /** A part may be of another copy of this package than its guard (ESM beside CJS): its refusals count all the same. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && refusalBrand in value
  }

  readonly [refusalBrand] = true
  readonly more: Required<RefusalExtra>

  constructor(
    readonly reason: Reason,
    /** For the developer: fixed words, and header members and times through `quote` alone. */
    readonly detail: string,
    more?: RefusalExtra,
  ) {
    this.more = more === undefined ? noExtra : { ...noExtra, ...more }
  }
}

/** What some refusals say besides. */
export interface RefusalExtra {
  readonly cause?: unknown
  /** Seconds. */
  readonly retryAfter?: number | undefined
  /** The scope that the route requires. */
  readonly scope?: string | undefined
}

/** What most of them say besides. Members of its own: what is on `Object.prototype` goes into no header. */
export const noExtra: Required<RefusalExtra> = { cause: undefined, retryAfter: undefined, scope: undefined }

/** Writes the headers of a refusal: `core/challenge.ts` makes the one for a guard's options. */
export type ChallengeWriter = (wire: WireError, sentence: string, refusal: Refusal) => Readonly<Record<string, string>>

/**
 * The one error that a guard throws at a caller or for an outage.
 *
 * Express, Koa, Fastify and Hono answer it unaided from `status`, `headers` and `getResponse()`. It holds no token, no
 * header and no claim value that a log should not have; `detail` and `cause` are not enumerable, and never on the wire.
 */
export class GuardError extends Error {
  override readonly name = 'GuardError'
  /** Why, from a closed list. */
  readonly reason: Reason
  /** The HTTP status: 400, 401, 403 or 503. */
  readonly status: Entry['status']
  /** The same, under the name that Fastify and http-errors read. */
  readonly statusCode: Entry['status']
  /** `WWW-Authenticate`, `Cache-Control` and `Retry-After`, as far as each applies. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether `message` may be shown to the client: true below 500. */
  readonly expose: boolean
  readonly #detail: string

  /** @hidden Only a guard makes one. */
  constructor(refusal: Refusal, challenge: ChallengeWriter) {
    const { status, error } = reasons[refusal.reason]
    const { cause } = refusal.more
    super(sentences[error], cause === undefined ? undefined : { cause })
    this.reason = refusal.reason
    this.status = status
    this.statusCode = status
    this.expose = status < 500
    this.headers = challenge(error, this.message, refusal)
    this.#detail = refusal.detail
  }

  /** For the developer's log: what was expected and what was found. Not enumerable. */
  get detail(): string {
    return this.#detail
  }

  /** The refusal as a web `Response` with a JSON body; Hono asks for it by this name. */
  getResponse(): Response {
    return Response.json(this.toJSON(), { status: this.status, headers: this.headers })
  }

  /** The JSON body: `{ error, error_description }`. */
  toJSON(): ErrorBody {
    return { error: reasons[this.reason].error, error_description: this.message }
  }
}

/** Whether a guard refused. By shape: the guard may be of the other build (ESM or CJS) than whoever asks. */
export function isGuardError(error: unknown): error is GuardError {
  return error instanceof Error && error.name === 'GuardError' && 'reason' in error
}

/** Makes a refusal the answer to send, for any host that has no error channel: `{ status, headers, body }`. */
export function errorResponse(error: GuardError): ErrorResponse {
  return { status: error.status, headers: error.headers, body: error.toJSON() }
}

/** Makes the `GuardError` of a refusal; a caller's fault captures no stack, which costs ten times the rest of it. */
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

/**
 * A header member for a `detail`: JSON-escaped and cut to 64 characters, so that no log line is forged with it.
 * Only for iss, aud, azp, alg, kid, typ and times.
 */
export function quote(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' || typeof value === 'number' ? value : `a ${kindOf(value)}`
  return JSON.stringify(typeof text === 'string' ? text.slice(0, 64) : text).replace(unprintable, escaped)
}

// JSON leaves DEL, C1 controls, bidirectional marks and lone surrogates' neighbours as they are.
const unprintable = /[^\x20-\x7e]/g
const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}
