import type { JsonObject } from '../../common/claims.js'
import { own } from '../../common/claims.js'
import { type Configured, withApplications } from './applications.js'
import { attempt, type Outcome } from './attempt.js'
import { isPast, type StepName } from './steps.js'
import type { TokenInQuestion } from './subject.js'
import type { Watch } from './watch.js'

/** A refused token, and all that there is to find out why. */
export interface Case extends TokenInQuestion {
  readonly outcome: Outcome
  readonly watch: Watch
  /** Secrets that are no application's. */
  readonly poolSecrets: readonly string[]
}

/** The string that a claim or header member is; undefined for anything else. */
export function textOf(object: JsonObject, name: string): string | undefined {
  const value = own(object, name)
  return typeof value === 'string' ? value : undefined
}

type Change = Parameters<typeof withApplications>[1]

/**
 * What a guard would say to the same token, as far as the token itself goes, if the applications were configured
 * otherwise. Nobody else is asked: with another issuer a secret would go to where the token says.
 */
export function outcomeWith({ input, options }: Case, change: Change): Promise<Outcome> {
  const alone = { ...options, accept: undefined, isRevoked: undefined, store: undefined, introspection: undefined }
  const offline = withApplications(alone, (...one) => ({ ...change(...one), introspection: undefined }))
  return attempt({ ...input, text: input.token, isHeader: false }, offline)
}

/** Whether the token would get past a check then. */
export async function wouldPass(given: Case, check: StepName, change: Change): Promise<boolean> {
  const { failed } = await outcomeWith(given, change)
  return isPast(check, failed)
}

/** The applications whose issuer the token names. */
export function issuingOf({ applications, claims }: Pick<Case, 'applications' | 'claims'>): readonly Configured[] {
  const iss = own(claims, 'iss')
  return applications.filter(({ issuers }) => issuers.some((issuer) => issuer === iss))
}
