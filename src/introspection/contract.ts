import type { ClockAndRandom } from '../common/clock.js'
import type { Fetch } from '../common/http.js'
import type { AdmissionSettings } from '../token/admission.js'
import type { ConfiguredApplication } from '../token/application.js'
import type { TimeSettings } from '../token/checks.js'
import type { When } from '../token/token-options.js'
import type { IntrospectionOptions } from './options.js'
import type { TokenIntrospection } from './token-introspection.js'

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
export type GuardIntrospection = Pick<TokenIntrospection, keyof TokenIntrospection>
