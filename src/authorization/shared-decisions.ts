import { isObject, type Json, own } from '../common/claims.js'
import type { Identity } from '../common/identity.js'
import { Refusal } from '../common/refusal.js'
import type { Found, SharedStore } from '../store/shared-store.js'
import { nameOf, type Parties, partiesOf } from './caller-ids.js'

/** An answer, and for how long it holds, in milliseconds since the epoch. */
export interface Decided {
  readonly allowed: boolean
  readonly since: number
  readonly until: number
}

/** What of a question it depends on whether, and where, its answer is shared. */
export interface SharedQuestion {
  readonly text: string
  readonly remember: number
  readonly callerOnly: boolean
  /** Under which name instances share its answers; undefined where they do not. */
  readonly sharedAs?: string | undefined
}

/** Seconds for which it is known that somebody's answers were forgotten: longer than any of them lives. */
const longestForgotten = 600

/**
 * Answers that instances give one another, of hooks that say under which name. With each goes a mark of those whom it
 * is about; forgetting them is a new mark, so no old answer counts, though nobody could list them.
 */
export class SharedDecisions {
  /** When something was last forgotten here: for as long as an answer holds nobody else's is taken. */
  #forgotAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly store: SharedStore,
    private readonly now: () => number,
    private readonly random: () => number,
    /** Whether what a request begins goes on when it is answered. */
    private readonly canOutliveRequest: boolean,
  ) {}

  /** Somebody else's answer, or `ask`'s, which is then there for the others. */
  async decide(
    identity: Identity,
    question: SharedQuestion,
    ask: () => Promise<Decided | Refusal>,
  ): Promise<Decided | Refusal> {
    const { sharedAs, callerOnly, remember, text } = question
    if (sharedAs === undefined || !callerOnly || this.#hasForgotten(remember)) return ask()
    const key = JSON.stringify([sharedAs, nameOf(identity), text])
    const [found, ...about] = await Promise.all(
      [key, ...markKeysOf(partiesOf(identity))].map((one) => this.store.read('decision', one)),
    )
    const marks = marksIn(about)
    // Whether it was forgotten is not to be found out.
    if (marks === undefined) return ask()
    const theirs = this.#decidedIn(found, marks, remember)
    if (theirs !== undefined) return theirs
    const decided = await ask()
    if (decided instanceof Refusal) return decided
    const seconds = (decided.until - this.now()) / 1000
    if (seconds > 0 && !this.#hasForgotten(remember)) {
      const sharing = this.store.write('decision', key, { ...decided, marks }, seconds)
      // Where it would end with the request.
      if (!this.canOutliveRequest) await sharing
    }
    return decided
  }

  /** Nobody's old answer about them counts from here on. */
  forget(parties: Partial<Parties>): void {
    this.#forgotAt = this.now()
    for (const key of markKeysOf(parties)) {
      void this.store.write('decision', key, `${this.#forgotAt} ${this.random()}`, longestForgotten)
    }
  }

  #hasForgotten(remember: number): boolean {
    return this.now() < this.#forgotAt + remember * 1000
  }

  /** For no longer than this process would have kept it. */
  #decidedIn(found: Found | undefined, marks: readonly Json[], remember: number): Decided | undefined {
    if (found?.state !== 'found' || !isObject(found.value)) return undefined
    const allowed = own(found.value, 'allowed')
    const since = own(found.value, 'since')
    const theirUntil = own(found.value, 'until')
    const isSame = JSON.stringify(own(found.value, 'marks')) === JSON.stringify(marks)
    if (!isSame || typeof allowed !== 'boolean' || typeof since !== 'number' || typeof theirUntil !== 'number')
      return undefined
    const until = Math.min(theirUntil, since + remember * 1000)
    const now = this.now()
    return now >= since && now < until ? { allowed, since, until } : undefined
  }
}

function markKeysOf({ userId, clientId }: Partial<Parties>): readonly string[] {
  const keys = [userId !== undefined && ['user', userId], clientId !== undefined && ['client', clientId]]
  return keys.filter((key) => key !== false).map((key) => JSON.stringify(['forgotten', ...key]))
}

/** Null for somebody of whom nothing was forgotten; undefined where one of them is not to be had. */
function marksIn(found: readonly Found[]): readonly Json[] | undefined {
  const marks = found.map((one) => (one.state === 'found' ? one.value : one.state === 'absent' ? null : undefined))
  const known = marks.filter((mark) => mark !== undefined)
  return known.length === marks.length ? known : undefined
}
