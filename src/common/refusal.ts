import { type CheckName, type CheckParameters, type CheckParams, checks, type FailedCheck } from './checks.js'
import { detailOf, shownParams } from './quote.js'
import type { Reason } from './reasons.js'

/** What some refusals have besides their check. */
export interface RefusalExtra {
  readonly cause?: unknown
  /** Seconds. */
  readonly retryAfter?: number | undefined
  /** The scope that the route requires. */
  readonly scope?: string | undefined
  /** What was checked; undefined for the token or the request itself. */
  readonly source?: 'introspection_reply' | undefined
}

/** Of most refusals. It has all members of its own, so that nothing on `Object.prototype` gets into a header. */
export const noExtra: Required<RefusalExtra> = {
  cause: undefined,
  retryAfter: undefined,
  scope: undefined,
  source: undefined,
}

/** On each refusal of any copy of this package. */
const refusalBrand = Symbol.for('authing-guard.refusal')

/**
 * A refused request, as the pipeline returns it: the check that failed, and what it found. It is returned and never
 * thrown; the pipeline makes a `GuardError` of it. {@link refuse} makes one.
 */
export class Refusal {
  /**
   * A part may be of another copy of this package than its guard (ESM beside CJS). Its refusals must count: taken for an
   * identity, one would let the request in.
   */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && refusalBrand in value
  }

  readonly [refusalBrand] = true

  constructor(
    private readonly check: CheckName,
    private readonly params: Partial<CheckParameters>,
    readonly extra: Required<RefusalExtra>,
  ) {}

  get reason(): Reason {
    return checks[this.check][0]
  }

  /** For the developer's log. Made when it is asked for: a flood of bad tokens costs no text. */
  get detail(): string {
    const text = detailOf(checks[this.check][1], this.params)
    return this.extra.source === undefined ? text : `the introspection reply: ${text}`
  }

  /** The check and its parameters, fit for a log. */
  get failed(): FailedCheck {
    const { source } = this.extra
    return { name: this.check, ...shownParams(this.params), ...(source && { source }) } as FailedCheck
  }

  /** The same refusal, about the issuer's introspection reply: a developer would look for the fault in the token. */
  inReply(): Refusal {
    return new Refusal(this.check, this.params, { ...this.extra, source: 'introspection_reply' })
  }
}

/** What goes with a check: its parameters, and what else the refusal has. */
type RefusalArguments<Name extends CheckName> = keyof CheckParams<Name> extends never
  ? [params?: Readonly<Record<string, never>>, extra?: RefusalExtra]
  : [params: CheckParams<Name>, extra?: RefusalExtra]

const noParams = {}

/** Makes the refusal of a failed check: `return refuse('exp_passed', { exp, now })`. */
export function refuse<Name extends CheckName>(check: Name, ...[params, extra]: RefusalArguments<Name>): Refusal {
  return new Refusal(check, params ?? noParams, extra === undefined ? noExtra : { ...noExtra, ...extra })
}
