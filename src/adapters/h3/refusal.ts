import { type ErrorBody, type GuardError, isGuardError } from '../../guard/index.js'
import { refusalOf } from '../shared/request-authenticator.js'
import { type H3Event, nodeResponseOf } from './event.js'

const statusTexts = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' } as const

/**
 * A refusal as h3 knows errors: `H3Error` of h3 1 by the mark on its class, `HTTPError` of h3 2 by its name. Any other
 * error h3 logs as its own failure, and answers without the challenge.
 */
class H3Refusal extends Error {
  static readonly __h3_error__ = true
  override readonly name = 'HTTPError'
  override readonly cause: GuardError
  readonly status: GuardError['status']
  readonly statusCode: GuardError['status']
  readonly statusText: string
  readonly statusMessage: string
  /** h3 2 sends them. */
  readonly headers: Headers
  /** In the JSON of h3 1, and of Nitro. */
  readonly data: ErrorBody

  constructor(refusal: GuardError) {
    super(refusal.message)
    this.cause = refusal
    this.status = refusal.status
    this.statusCode = refusal.status
    this.statusText = statusTexts[refusal.status]
    this.statusMessage = this.statusText
    this.headers = new Headers(refusal.headers)
    this.data = refusal.toJSON()
  }

  /** The JSON that h3 2 sends. */
  toJSON(): ErrorBody {
    return this.data
  }
}

/** Throws a refusal as h3 knows it, and anything else on. */
export function throwRefusal(event: H3Event, error: unknown): never {
  const refusal = refusalOf(error)
  const response = nodeResponseOf(event)
  // h3 1 sends no headers of an error.
  if (response?.headersSent === false) {
    for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value)
  }
  throw new H3Refusal(refusal)
}

/** The refusal in an error that h3 passes to an error handler. */
export function refusalIn(error: unknown): GuardError | undefined {
  if (isGuardError(error)) return error
  const { cause } = Object(error)
  return isGuardError(cause) ? cause : undefined
}
