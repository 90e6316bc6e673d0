import type { ClockAndRandom } from '../common/clock.js'
import type { Fetch } from '../common/http.js'
import type { AdmissionSettings } from '../token/admission.js'
import type { ConfiguredApplication } from '../token/application.js'
import type { TimeSettings } from '../token/checks.js'

/** What introspection takes from its guard. */
export interface IntrospectionContext {
  readonly applications: readonly ConfiguredApplication[]
  readonly fetch: Fetch
  readonly clock: ClockAndRandom
  readonly emit: (event: IntrospectionEvent & { readonly issuer: string; readonly appId: string }) => void
  readonly isProduction: boolean
  /** Whether work that a request starts goes on after its response, so that another request may wait for it. */
  readonly canOutliveRequest: boolean
  readonly times: TimeSettings
  readonly admission: AdmissionSettings
}

/** The answer to a question, or why there was none. */
export type IntrospectionEvent =
  | { readonly type: 'introspected'; readonly active: boolean }
  | { readonly type: 'introspection_failed'; readonly error: string }
