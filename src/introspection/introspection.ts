import { digestOf } from '#signature'
import { own } from '../common/claims.js'
import type { ClockAndRandom } from '../common/clock.js'
import { withDeadline } from '../common/deadline.js'
import { FetchError } from '../common/http.js'
import { chain, type MaybePromise } from '../common/maybe-promise.js'
import { Refusal, refuse } from '../common/refusal.js'
import { TokenBucket } from '../common/token-bucket.js'
import { type TimeSettings, validityWindow } from '../token/checks.js'
import { IntrospectionCache } from './cache.js'
import type { IntrospectionCall } from './call.js'
import { IntrospectionBreaker } from './circuit-breaker.js'
import type { IntrospectionEvent } from './contract.js'
import { type Reply, readReply } from './reply.js'

export interface AnswerSettings {
  readonly call: IntrospectionCall
  /** Seconds for which a yes is kept, from the question on. */
  readonly cacheSeconds: number
  /** Seconds after which a question that has not been answered is given up: longer than it may take. */
  readonly abandonAfter: number
  readonly times: TimeSettings
  readonly clock: ClockAndRandom
  readonly report: (event: IntrospectionEvent) => void
}

/** One application's questions at one endpoint (RFC 7662): one in flight for one token, each yes remembered. */
export class Introspection {
  readonly #cache = new IntrospectionCache()
  readonly #asked = new Map<string, Promise<Reply | Refusal>>()
  /** Questions about tokens that were never seen active. */
  readonly #unknownTokens: TokenBucket
  // Two breakers: an endpoint that fails on made-up tokens does not stop questions about known ones.
  readonly #amongKnown: IntrospectionBreaker
  readonly #amongUnknown: IntrospectionBreaker

  constructor(private readonly settings: AnswerSettings) {
    this.#unknownTokens = new TokenBucket(unknownTokens, settings.clock.now)
    this.#amongKnown = new IntrospectionBreaker(settings.clock, settings.abandonAfter)
    this.#amongUnknown = new IntrospectionBreaker(settings.clock, settings.abandonAfter)
  }

  /**
   * What the issuer says of a token. `isProven` is whether it has verified here before, as an access token. A refusal is
   * 401 for a token that is not active, and 503 if the issuer did not say.
   */
  ask(token: string, isProven: boolean): MaybePromise<Reply | Refusal> {
    // Of all of it: two tokens that begin or end alike are two.
    const digest: MaybePromise<string> = digestOf(token)
    return chain(digest, (known) => this.#reply(known, token, isProven))
  }

  /** In place where the answer is at hand, or there will be none. */
  #reply(digest: string, token: string, isProven: boolean): MaybePromise<Reply | Refusal> {
    const now = this.settings.clock.now()
    const remembered = this.#cache.get(digest, now)
    if (remembered !== undefined) return remembered
    const current = this.#asked.get(digest)
    if (current !== undefined) return this.#join(current, digest, token, isProven)
    if (isProven || this.#cache.knows(digest, now)) {
      return this.#begin(digest, this.#answer(digest, token, isProven, this.#amongKnown))
    }
    if (this.#unknownTokens.take()) return this.#begin(digest, this.#answerOnUnknown(digest, token))
    return refuse('introspection_limited', {}, { retryAfter: 1 })
  }

  async #join(
    current: Promise<Reply | Refusal>,
    digest: string,
    token: string,
    isProven: boolean,
  ): Promise<Reply | Refusal> {
    try {
      return await withDeadline(this.settings.abandonAfter, lost, () => current)
    } catch {
      // Lost with the request that began it, as happens on Workers: whoever notices first asks anew.
      if (this.#asked.get(digest) === current) this.#asked.delete(digest)
      return this.#reply(digest, token, isProven)
    }
  }

  #begin(digest: string, answer: Promise<Reply | Refusal>): Promise<Reply | Refusal> {
    const reply = answer.finally(() => {
      if (this.#asked.get(digest) === reply) this.#asked.delete(digest)
    })
    this.#asked.set(digest, reply)
    return reply
  }

  async #answerOnUnknown(digest: string, token: string): Promise<Reply | Refusal> {
    const reply = await this.#answer(digest, token, false, this.#amongUnknown)
    if (!(reply instanceof Refusal)) this.#unknownTokens.giveBack()
    return reply
  }

  async #answer(
    digest: string,
    token: string,
    isProven: boolean,
    outage: IntrospectionBreaker,
  ): Promise<Reply | Refusal> {
    const { call, clock, report } = this.settings
    const turn = outage.enter()
    if (turn instanceof Refusal) return turn
    // From the question on, not the answer: what was revoked meanwhile must not hold for longer.
    const since = clock.now()
    const told = await call(token)
    if (told instanceof FetchError) {
      report({ type: 'introspection_failed', error: told.message })
      return outage.failed(turn, told)
    }
    outage.succeeded()
    report({ type: 'introspected', active: own(told, 'active') === true })
    const reply = readReply(told, isProven, this.#timesOf(isProven), clock.now)
    if (reply instanceof Refusal) this.#cache.refuse(digest, reply, since)
    else this.#keep(digest, reply, isProven, since)
    return reply
  }

  /** Keeps a yes, never past the token's end. */
  #keep(digest: string, reply: Reply, isProven: boolean, since: number): void {
    const times = this.#timesOf(isProven)
    const end = (validityWindow(reply, times).until - times.toleranceAfterEnd) * 1000
    const until = Math.min(since + this.settings.cacheSeconds * 1000, end)
    this.#cache.keep(digest, reply, { since, until, end })
  }

  /** How old a token may be is asked of the token itself, where there is one to read. */
  #timesOf(isProven: boolean): TimeSettings {
    const { times } = this.settings
    return isProven ? { ...times, maxTokenAge: undefined } : times
  }
}

/**
 * What tokens that nobody has seen active may ask of the issuer: 100 questions, and 10 a second after. One that turns out
 * to be active gives its question back, so users who sign in use nothing up, however many they are; made-up tokens do.
 * That is as much as one busy client asks, and too few for a flood of made-up tokens to reach the issuer.
 */
const unknownTokens = { capacity: 100, refillPerSecond: 10 }

const lost = () => new Error('lost')
