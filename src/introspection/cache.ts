import { jsonText } from '../common/claims.js'
import { Lru } from '../common/lru.js'
import type { Refusal } from '../common/refusal.js'
import type { Reply } from './reply.js'

/** Tokens whose answers are kept, good and bad ones apart: a flood of bad ones pushes no good one out. */
const mostAnswers = 10_000
/** Characters of good answers together: an issuer may say much of each. */
const mostText = 16 * 1024 * 1024
/** Tokens that are known to have been active. */
const mostKnown = 50_000
/** Seconds for which a no is kept: a client in a loop costs a question in two seconds, and nobody is locked out longer. */
const refusedFor = 2

/** From when to when a reply is remembered, and when its token ends; in milliseconds since the epoch. */
export interface Span {
  readonly since: number
  readonly until: number
  readonly end: number
}

interface Kept<V> {
  readonly verdict: V
  readonly since: number
  readonly until: number
  /** Characters of the verdict as JSON. */
  readonly size: number
}

/** Characters of a reply; of one that is nested too deep to be told, more than there is room for. */
function sizeOf(reply: Reply): number {
  return jsonText(reply)?.length ?? Number.POSITIVE_INFINITY
}

/** Values of a size that does not vary. */
const atMost = <Value>(count: number) =>
  new Lru<string, Value>({ maxEntries: count, maxWeight: count, weightOf: () => 1 })

/** What an issuer has said of tokens, by their digests. Never that a question failed. */
export class IntrospectionCache {
  readonly #active = new Lru<string, Kept<Reply>>({
    maxEntries: mostAnswers,
    maxWeight: mostText,
    weightOf: (_, { size }) => size,
  })
  readonly #refused = atMost<Kept<Refusal>>(mostAnswers)
  readonly #known = atMost<number>(mostKnown)

  /** What holds at `now`: an active token's reply, or why it was refused. A clock that was set back gives no answer. */
  get(digest: string, now: number): Reply | Refusal | undefined {
    const kept = this.#active.get(digest) ?? this.#refused.get(digest)
    return kept !== undefined && now >= kept.since && now < kept.until ? kept.verdict : undefined
  }

  /** Whether the token has been active before, and its end has not come. */
  knows(digest: string, now: number): boolean {
    return now < (this.#known.get(digest) ?? 0)
  }

  /** Keeps a yes, unless a question that was asked later has already been answered with a no. */
  keep(digest: string, reply: Reply, { since, until, end }: Span): void {
    if (since < (this.#refused.get(digest)?.since ?? since)) return
    this.#refused.delete(digest)
    this.#known.set(digest, end)
    this.#active.set(digest, { verdict: reply, since, until, size: sizeOf(reply) })
  }

  /** Keeps a no to a question that was put at `since`. */
  refuse(digest: string, refusal: Refusal, since: number): void {
    this.#active.delete(digest)
    this.#known.delete(digest)
    this.#refused.set(digest, { verdict: refusal, since, until: since + refusedFor * 1000, size: 0 })
  }
}
