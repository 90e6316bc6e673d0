import type { ClockAndRandom } from '../common/clock.js'
import type { Fetch } from '../common/http.js'
import type { Identity } from '../common/identity.js'
import type { MaybePromise } from '../common/maybe-promise.js'
import type { Refusal } from '../common/refusal.js'
import type { AdmissionSettings } from '../token/admission.js'
import type { ConfiguredApplication } from '../token/application.js'
import type { TimeSettings } from '../token/checks.js'
import type { When } from '../token/token-options.js'
import type { IntrospectionOptions } from './options.js'

// What a guard and the part of `introspection` know of each other: types alone.

/** The contents of the part. */
export interface IntrospectionContents {
  /** As given, for the commands that diagnose a configuration. */
  readonly options: IntrospectionOptions
  /** Which tokens the guard asks about by itself. */
  readonly when: When
  /** For one guard: its applications, its clock, its `fetch` and its events. @throws {TypeError} */
  readonly bind: (context: IntrospectionContext) => GuardIntrospection
}

/** What introspection takes from its guard. */
export interface IntrospectionContext {
  readonly applications: readonly ConfiguredApplication[]
  readonly fetch: Fetch
  readonly clock: ClockAndRandom
  readonly emit: (event: IntrospectionEvent & { readonly issuer: string; readonly appId: string }) => void
  readonly isProduction: boolean
  readonly times: TimeSettings
  readonly admission: AdmissionSettings
}

/** The answer to a question, or why there was none. */
export type IntrospectionEvent =
  | { readonly type: 'introspected'; readonly active: boolean }
  | { readonly type: 'introspection_failed'; readonly error: string }

/** Introspection as one guard uses it. */
export interface GuardIntrospection {
  /** Whether there is an endpoint to ask about the tokens of each application. */
  readonly isComplete: boolean
  /** Whether it asks with a secret. */
  readonly hasSecret: boolean
  /** Asks about a token instead of verifying it; undefined if it is not opaque, or opaque tokens are refused. */
  proveOpaque(token: string): MaybePromise<Identity | Refusal> | undefined
  /** Remembers the token of an identity for as long as the identity is in use. */
  remember(identity: Identity, token: string): void
  /** A `TokenStatusCheck`: asks about a JWT; an opaque token has been asked about by then. */
  checkStatus(identity: Identity, token: string): MaybePromise<Identity | Refusal>
  /** Asks about the token of an identity that this guard has proved. */
  check(identity: Identity): MaybePromise<Identity | Refusal>
}
