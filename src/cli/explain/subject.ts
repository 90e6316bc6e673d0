import type { FailedCheck } from '../../common/checks.js'
import type { JsonObject } from '../../common/claims.js'
import type { GuardOptions } from '../../guard/options.js'
import type { Say } from '../language/phrases.js'
import type { Configured } from './applications.js'
import type { Input } from './input.js'
import type { Peeked } from './peek.js'

/** A token as it was given, what it says, and the options that it is checked by. */
export interface TokenInQuestion {
  readonly input: Input
  readonly peeked: Peeked
  /** What the token says, or nothing where it cannot be read. */
  readonly header: JsonObject
  readonly claims: JsonObject
  readonly options: GuardOptions
  readonly applications: readonly Configured[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What checks compare. */
export interface Subject extends TokenInQuestion {
  readonly say: Say
  /** The check that failed, where the guard refused. */
  readonly failed: FailedCheck | undefined
}

/** What a check expects and what it finds; checks that compare nothing say neither. */
export interface Expectation {
  readonly expected?: string
  readonly found?: string
}
