import type { Line } from '../host/host.js'

// One row of the table: what goes in, and what every host must answer.

/** What all hosts answer alike. */
export interface Verdict {
  readonly status: number
  readonly challenge: string | undefined
  /** Whether the answer says when to come again. */
  readonly retries: boolean
  /** Part of the identity that the handler saw, null for nobody; undefined where no handler ran. */
  readonly identity: object | null | undefined
}

export interface Case {
  readonly title: string
  readonly route: string
  readonly lines: readonly Line[]
  readonly verdict: Verdict
  /** Default: GET. */
  readonly method?: string
  /** Default: none. */
  readonly query?: string
}

export const bearer = (token: string): Line => ['Authorization', `Bearer ${token}`]

const challengeWith = (error: string, description: string, more = '') =>
  `Bearer realm="authing", error="${error}", error_description="${description}"${more}`

const refused = (status: number, challenge: string | undefined): Verdict => ({
  status,
  challenge,
  retries: false,
  identity: undefined,
})

/** The handler ran, and saw this. */
export const seen = (identity: object | null): Verdict => ({
  status: 200,
  challenge: undefined,
  retries: false,
  identity,
})

/** RFC 6750, 3.1: without credentials the challenge names no error. */
export const asked = refused(401, 'Bearer realm="authing"')
export const malformed = refused(
  400,
  challengeWith('invalid_request', 'The Authorization header is malformed, or there is more than one.'),
)
export const invalid = refused(
  401,
  challengeWith('invalid_token', 'The access token is malformed, expired, or not valid here.'),
)
export const lacking = (scope: string): Verdict =>
  refused(
    403,
    challengeWith(
      'insufficient_scope',
      'The access token does not grant the scope that this resource needs.',
      `, scope="${scope}"`,
    ),
  )
export const forbidden = refused(403, undefined)
export const unavailable: Verdict = { ...refused(503, undefined), retries: true }
/** Of a guard with a realm and metadata of its own. */
export const asksElsewhere = refused(
  401,
  'Bearer realm="books", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"',
)
