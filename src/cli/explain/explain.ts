import { type JsonObject, own } from '../../common/claims.js'
import type { GuardOptions } from '../../guard/options.js'
import { fill, type Language } from '../language/language.js'
import { type Diagnosis, sayIn } from '../language/phrases.js'
import { textsIn } from '../language/texts.js'
import { applicationsOf } from './applications.js'
import { attempt, type Outcome } from './attempt.js'
import { diagnose } from './diagnosis.js'
import { expectations } from './expectation.js'
import { readInput } from './input.js'
import { maskClaims, maskHeader } from './mask.js'
import { peek } from './peek.js'
import { isPast, ofJwtAlone, type StepName, stepsOf } from './steps.js'
import type { Subject } from './subject.js'
import { timeOf } from './times.js'
import { Watch } from './watch.js'

/** One step of the guard's pipeline, in its order. */
export interface Check {
  readonly name: string
  /** `unknown`: the guard never came to it. */
  readonly state: 'passed' | 'failed' | 'unknown'
  readonly title: string
  readonly expected?: string
  readonly found?: string
}

/** Why a token is accepted or refused. */
export interface Explanation {
  /** The guard's verdict. */
  readonly accepted: boolean
  /** The guard's `reason`; absent where it accepts, or where the options make no guard. */
  readonly reason?: string
  readonly checks: readonly Check[]
  /** As the token says them: proven only where the check `signature` has passed. What is personal is hidden. */
  readonly header?: JsonObject
  readonly claims?: JsonObject
  /** What is wrong, and the one change that fixes it. */
  readonly cause?: string
  readonly fix?: string
}

/** How to explain. */
export interface ExplainSettings {
  readonly language: Language
  /** Shows personal claims. Default: false. */
  readonly reveal?: boolean
  /** Secrets of the user pool and of access keys, to find out that one of them was used as the appSecret. Default: none. */
  readonly poolSecrets?: readonly string[]
  /** The clock, in milliseconds since the epoch. Default: the options', else `Date.now`. */
  readonly now?: () => number
}

/**
 * Asks a guard of these options about a token, and says check by check what was expected and what was found. `token` is
 * a bare token, the value of an Authorization header, or the whole header line. The verdict is the guard's own; what is
 * looked into besides (other keys, the issuer's clock) is for `cause` and `fix` alone, and asks no address but those
 * that the options name.
 */
export async function explain(
  token: string,
  options: GuardOptions,
  { language, reveal = false, poolSecrets = [], now: clock = options.now ?? Date.now }: ExplainSettings,
): Promise<Explanation> {
  const say = sayIn(language)
  const input = readInput(token)
  const watch = new Watch(options.fetch, clock, options.jwksCache?.timeout)
  // Options that are not functions are left to the guard to check.
  const watched =
    typeof (options.fetch ?? fetch) === 'function' ? { ...options, fetch: watch.fetch, now: clock } : options
  const outcome = await attempt(input, watched)
  const now = outcome.failed === 'options' ? 0 : clock()
  const peeked = peek(input.token)
  const { header = {}, claims = {} } = peeked
  const applications = outcome.failed === 'options' ? [] : applicationsOf(options)
  const failed = outcome.refused?.check
  const subject: Subject = { input, peeked, header, claims, options: watched, applications, now, say, failed }
  const diagnosis = await diagnose({ ...subject, outcome, watch, poolSecrets }, say)
  return {
    accepted: outcome.accepted,
    ...(outcome.refused && { reason: outcome.refused.reason }),
    checks: stepsOf(options, outcome.failed).map((name) => checkOf(name, outcome, subject, language)),
    ...(peeked.header && { header: reveal ? peeked.header : maskHeader(peeked.header) }),
    ...(peeked.claims && { claims: reveal ? peeked.claims : maskClaims(peeked.claims) }),
    ...(diagnosis && told(diagnosis, outcome, subject, language)),
  }
}

function checkOf(name: StepName, outcome: Outcome, subject: Subject, language: Language): Check {
  const title = textsIn(language).checks[name]
  const state = stateOf(name, outcome, subject)
  const compares = outcome.failed !== 'options' && (state !== 'unknown' || name === 'header')
  return { name, state, title, ...(compares && expectations[name](subject)) }
}

function stateOf(name: StepName, { failed, refused }: Outcome, { input, peeked, options }: Subject): Check['state'] {
  // The algorithm can turn out to be wrong in a later step, which the guard then does not finish.
  const shown = refused?.reason === 'wrong_algorithm' ? 'algorithm' : failed
  if (shown === name) return 'failed'
  if (!isPast(name, failed) || (peeked.parts === 1 && ofJwtAlone.has(name))) return 'unknown'
  // Of a bare token nobody knows how the client sends it.
  return name === 'header' && !input.isHeader && options.bearerPrefix !== 'optional' ? 'unknown' : 'passed'
}

function told(
  { cause, values }: Diagnosis,
  { failed }: Outcome,
  { claims, now, say }: Subject,
  language: Language,
): Pick<Explanation, 'cause' | 'fix'> {
  const sentences = textsIn(language).causes[cause]
  const exp = own(claims, 'exp')
  const isExpired = failed !== undefined && failed !== 'times' && typeof exp === 'number' && exp * 1000 <= now
  const also = isExpired ? ` ${say('alsoExpired', { exp: timeOf(exp) })}` : ''
  return { cause: fill(sentences.cause, values) + also, fix: fill(sentences.fix, values) }
}
