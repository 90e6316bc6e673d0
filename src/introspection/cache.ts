import { jsonText } from '../common/claims.js'
import { Lru } from '../common/lru.js'
import type { Refusal } from '../common/refusal.js'
import type { Reply } from './reply.js'

/** Replies that are kept. Active tokens and refusals have a cache each: a flood of bad tokens evicts no good one. */
const mostAnswers = 10_000
/** Characters of all replies about active tokens together. */
const mostText = 16 * 1024 * 1024
/** Tokens that are known to have been active. */
const mostKnown = 50_000
/** Seconds for which a refusal is kept: a client in a loop costs one question in two seconds. */
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

/** Characters of a reply as JSON; infinite if it is nested too deep, so that it is not kept. */
function sizeOf(reply: Reply): number {
  return jsonText(reply)?.length ?? Number.POSITIVE_INFINITY
}

/** Values of a size that does not vary. */
const atMost = <Value>(count: number) =>
  new Lru<string, Value>({ maxEntries: count, maxWeight: count, weightOf: () => 1 })

/** Cache of an issuer's replies, by the digest of the token. A failed question is not kept. */
export class IntrospectionCache {
  readonly #active = new Lru<string, Kept<Reply>>({
    maxEntries: mostAnswers,
    maxWeight: mostText,
    weightOf: (_, { size }) => size,
  })
  readonly #refused = atMost<Kept<Refusal>>(mostAnswers)

  /** `known` are the tokens that have been active, until when each ends. */
  constructor(private readonly known = atMost<number>(mostKnown)) {}

  /** A cache of no replies, that still knows which tokens have been active. */
  emptied(): IntrospectionCache {
    return new IntrospectionCache(this.known)
  }

  /** What holds at `now`: an active token's reply, or why it was refused. A clock that was set back gives no answer. */
  get(digest: string, now: number): Reply | Refusal | undefined {
    const kept = this.#active.get(digest) ?? this.#refused.get(digest)
    return kept !== undefined && now >= kept.since && now < kept.until ? kept.verdict : undefined
  }

  /** Whether the token has been active before, and its end has not come. */
  knows(digest: string, now: number): boolean {
    return now < (this.known.get(digest) ?? 0)
  }

  /** Keeps the reply about an active token, unless a later question was answered with a refusal. */
  keep(digest: string, reply: Reply, { since, until, end }: Span): void {
    if (since < (this.#refused.get(digest)?.since ?? since)) return
    this.#refused.delete(digest)
    this.known.set(digest, end)
    this.#active.set(digest, { verdict: reply, since, until, size: sizeOf(reply) })
  }

  /** Keeps the refusal that answers a question of `since`. */
  refuse(digest: string, refusal: Refusal, since: number): void {
    this.#active.delete(digest)
    this.known.delete(digest)
    this.#refused.set(digest, { verdict: refusal, since, until: since + refusedFor * 1000, size: 0 })
  }
}
