import { digestOf } from '#signature'
import { own } from '../common/claims.js'
import type { ClockAndRandom } from '../common/clock.js'
import { FetchError } from '../common/http.js'
import { chain, type MaybePromise } from '../common/maybe-promise.js'
import { Refusal, refuse } from '../common/refusal.js'
import { SingleFlight } from '../common/single-flight.js'
import { TokenBucket } from '../common/token-bucket.js'
import { type TimeSettings, validUntil } from '../token/checks.js'
import { IntrospectionCache } from './cache.js'
import type { IntrospectionCall } from './call.js'
import { CallLimit } from './call-limit.js'
import { IntrospectionBreaker } from './circuit-breaker.js'
import type { IntrospectionEvent } from './context.js'
import { type Reply, readReply } from './reply.js'

export interface AnswerSettings {
  readonly call: IntrospectionCall
  /** Seconds for which a yes is kept, from the question on. */
  readonly cacheSeconds: number
  /** Seconds after which a question that has not been answered is given up: longer than it may take. */
  readonly abandonAfter: number
  /** Questions at the same time about tokens that were never seen active. */
  readonly maxConcurrency: number
  /** Such questions a second, of those that find no active token; undefined for no bound. */
  readonly maxRate: number | undefined
  /** Whether a request may wait for what another one does. */
  readonly canOutliveRequest: boolean
  readonly times: TimeSettings
  readonly clock: ClockAndRandom
  readonly report: (event: IntrospectionEvent) => void
}

/** One application's questions at one endpoint (RFC 7662): one in flight for one token, each yes remembered. */
export class Introspection {
  #cache = new IntrospectionCache()
  readonly #questions: SingleFlight<Reply | Refusal>
  // For questions about tokens that were never seen active: good and made-up ones cannot be told apart.
  readonly #unknownLimit: CallLimit
  readonly #unknownRate: TokenBucket | undefined
  // Two breakers: an endpoint that fails on made-up tokens does not stop questions about known ones.
  readonly #amongKnown: IntrospectionBreaker
  readonly #amongUnknown: IntrospectionBreaker

  constructor(private readonly settings: AnswerSettings) {
    const { clock, abandonAfter, maxConcurrency, maxRate, canOutliveRequest } = settings
    const { now } = clock
    const queue = canOutliveRequest ? shortQueue : noQueue
    this.#questions = new SingleFlight({ now, abandonAfter: abandonAfter + queue.waitSeconds })
    this.#unknownLimit = new CallLimit({ max: maxConcurrency, ...queue, abandonAfter, now })
    this.#unknownRate =
      maxRate === undefined ? undefined : new TokenBucket({ capacity: 10 * maxRate, refillPerSecond: maxRate }, now)
    this.#amongKnown = new IntrospectionBreaker(clock, abandonAfter)
    this.#amongUnknown = new IntrospectionBreaker(clock, abandonAfter)
  }

  /** Drops every cached reply; a question that is under way is answered, and its reply is not kept. */
  forget(): void {
    this.#questions.clear()
    this.#cache = this.#cache.emptied()
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
    if (this.#questions.current(digest) !== undefined) {
      return this.#questions.join(digest, () => this.#reply(digest, token, isProven))
    }
    const isKnown = isProven || this.#cache.knows(digest, now)
    if (!isKnown && this.#unknownRate?.take() === false) return limited
    return this.#questions.start(digest, () =>
      isKnown ? this.#answer(digest, token, isProven, this.#amongKnown) : this.#answerOnUnknown(digest, token),
    )
  }

  async #answerOnUnknown(digest: string, token: string): Promise<Reply | Refusal> {
    const reply = await this.#unknownLimit.run(() => this.#answer(digest, token, false, this.#amongUnknown))
    // Users who sign in use nothing up.
    if (!(reply instanceof Refusal)) this.#unknownRate?.giveBack()
    return reply ?? limited
  }

  async #answer(
    digest: string,
    token: string,
    isProven: boolean,
    breaker: IntrospectionBreaker,
  ): Promise<Reply | Refusal> {
    const { call, clock, report, cacheSeconds } = this.settings
    const cache = this.#cache
    const entered = breaker.enter()
    if (entered instanceof Refusal) return entered
    // A reply counts from the question on: a token that was revoked meanwhile must not be cached for longer.
    const since = clock.now()
    const answer = await call(token)
    if (answer instanceof FetchError) {
      report({ type: 'introspection_failed', error: answer.message })
      return breaker.failed(entered, answer)
    }
    breaker.succeeded()
    report({ type: 'introspected', active: own(answer, 'active') === true })
    // The age of a token that has verified was checked with its own `iat`.
    const times = isProven ? { ...this.settings.times, maxTokenAge: undefined } : this.settings.times
    const reply = readReply(answer, isProven, times, clock.now)
    if (reply instanceof Refusal) {
      cache.refuse(digest, reply, since)
      return reply
    }
    const end = (validUntil(reply, times) - times.toleranceAfterEnd) * 1000
    // Never past the token's end.
    cache.keep(digest, reply, { since, until: Math.min(since + cacheSeconds * 1000, end), end })
    return reply
  }
}

/** Of questions that wait for their turn. */
const shortQueue = { maxWaiting: 1000, waitSeconds: 2 }
const noQueue = { maxWaiting: 0, waitSeconds: 0 }
const limited = refuse('introspection_limited', {}, { retryAfter: 1 })
