import { secondsUntil } from '../common/back-off.js'
import type { ClockAndRandom } from '../common/clock.js'
import { refuse } from '../common/refusal.js'
import { SingleFlight } from '../common/single-flight.js'
import type { Algorithm } from '../crypto/algorithm.js'
import type { KeySetEvent, KeysHealth, KeysState } from './events.js'
import { boundOf, type Failure, failureAfter, isOver, servesFor, unavailable } from './failure.js'
import type { VerificationKey } from './key.js'
import { type Candidates, type KeySet, type KeySetDiff, replaceKeySet, select, unknownKey } from './key-set.js'
import type { KeyLifetimes } from './lifetimes.js'
import type { KeyResult, KeySource } from './source.js'
import { UnknownKids } from './unknown-kids.js'

/** There is one document, and so one fetch at a time. */
const jwks = 'jwks'

/**
 * The keys of one application, kept up to date.
 *
 * Three states: fresh; stale but serving, while a refresh is under way or fails; unavailable. One fetch at a time. It
 * needs no timer: the age of the keys is computed from the clock, so it is right after a process was frozen and thawed.
 */
export class Keys {
  #set: KeySet = { keys: [], skipped: [] }
  #readAt: number | undefined
  readonly #distrusted = new Set<string>()
  readonly #unknown: UnknownKids
  #refreshAfter = 0
  #failure: Failure | undefined
  readonly #fetches: SingleFlight<void>
  /** How many fetches have begun: a caller can tell whether one began after its token came. */
  #fetchCount = 0
  /** The last of them that asked the issuer. The others took a snapshot of another instance. */
  #lastIssuerFetchId = 0

  constructor(
    private readonly source: KeySource,
    private readonly lifetimes: KeyLifetimes,
    private readonly clock: ClockAndRandom,
    private readonly emit: (event: KeySetEvent) => void,
  ) {
    this.#fetches = new SingleFlight({ now: clock.now, abandonAfter: lifetimes.abandonAfter })
    this.#unknown = new UnknownKids(clock.now)
  }

  /** The keys to try for a token's `kid` and `alg`: at once where they are at hand, else a promise. */
  find(kid: string | undefined, algorithm: Algorithm): Candidates | Promise<Candidates> {
    const fetchCountBefore = this.#fetchCount
    if (!this.serves(this.clock.now())) return this.#waitFor(kid, algorithm, fetchCountBefore)
    const found = select(this.#set, kid, algorithm)
    if (found !== undefined) return found
    // The keys came from the options, and no fetch would bring others.
    if (this.lifetimes.maxAge === Infinity) return unknownKey(kid, this.#set)
    if (this.#unknown.isDenied(kid, this.#age(this.clock.now()))) return unknownKey(kid, this.#set)
    return this.#seek(kid, algorithm, fetchCountBefore)
  }

  /**
   * Whether there are keys to serve with at `now`, in milliseconds: fresh, or stale within the bound that the fault
   * allows. Starts a refresh that is due, without waiting. Where the runtime would cancel it after the response, the
   * answer is false, so that this request waits for it.
   */
  serves(now: number): boolean {
    const isDue = this.#age(now) >= this.#refreshAfter && this.#readAt !== undefined && this.#mayFetch(now)
    if (isDue && this.lifetimes.canOutliveRequest) void this.#fetch()
    else if (isDue && this.#fetches.current(jwks) === undefined) return false
    return this.#isWithinBounds(now)
  }

  /** Fetches the keys if there are none yet. Settles when the fetch is over, however it ended. */
  async warmUp(): Promise<void> {
    if (this.#readAt === undefined && this.#mayFetch(this.clock.now())) await this.#refreshed()
  }

  /** Stops trusting a key and all that it signed, even if the issuer still publishes it. */
  distrust(kid: string): void {
    this.#distrusted.add(kid)
    this.#replace(this.#set)
  }

  health(): KeysHealth {
    const age = this.#readAt === undefined ? undefined : Math.max(0, (this.clock.now() - this.#readAt) / 1000)
    const failure = this.#failure
    return {
      state: this.#state(),
      keyIds: idsOf(this.#set.keys),
      age,
      servesUntil: this.#servesUntil(),
      bound: failure && boundOf(failure),
      lastError: failure?.error.message,
    }
  }

  /** There are no keys to serve with: waits for the fetch under way, or for a new one. */
  async #waitFor(kid: string | undefined, algorithm: Algorithm, fetchCountBefore: number): Promise<Candidates> {
    if (!this.#fetches.has(jwks) && !this.#mayFetch(this.clock.now()))
      return unavailable(this.#failure, this.clock.now())
    await this.#refreshed()
    if (this.#state() === 'unavailable') return unavailable(this.#failure, this.clock.now())
    return select(this.#set, kid, algorithm) ?? this.#seek(kid, algorithm, fetchCountBefore)
  }

  /**
   * Looks for a `kid` that the set lacks: its key may be newer than the set. Only a fetch that began after the token
   * came, with a number above `fetchCountBefore`, can say for sure that the issuer does not have it.
   */
  async #seek(kid: string | undefined, algorithm: Algorithm, fetchCountBefore: number): Promise<Candidates> {
    while (this.#fetches.has(jwks)) {
      await this.#refreshed()
      if (select(this.#set, kid, algorithm) !== undefined) return this.#answer(kid, algorithm)
      if (this.#lastIssuerFetchId > fetchCountBefore) return this.#answer(kid, algorithm)
    }
    if (this.#lastIssuerFetchId > fetchCountBefore) return this.#answer(kid, algorithm)
    const isOutage = this.#failure !== undefined
    const isNew = !this.#unknown.removed.has(kid)
    // During an outage the back-off alone decides.
    const mayFetch = isOutage ? this.#mayFetch(this.clock.now()) : this.#unknown.takeFetch(kid)
    if (!mayFetch) return this.#unasked(kid)
    await this.#refreshed(true)
    if (!isOutage && isNew && select(this.#set, kid, algorithm) !== undefined) this.#unknown.giveFetchBack()
    return this.#answer(kid, algorithm)
  }

  #answer(kid: string | undefined, algorithm: Algorithm): Candidates {
    const found = select(this.#set, kid, algorithm)
    if (found !== undefined) return found
    // While the issuer is out of reach, the key may be one of its new ones.
    if (this.#failure !== undefined) return unavailable(this.#failure, this.clock.now())
    this.#unknown.deny(kid)
    return unknownKey(kid, this.#set)
  }

  /** Waits for a fetch: the one under way, unless that was lost with its request, or a new one. */
  #refreshed(isSought = false): Promise<void> {
    return this.#fetches.join(jwks, (isReplaced) => (isReplaced ? undefined : this.#fetch(isSought)))
  }

  /** Fetches the keys, or joins the fetch under way. Settles when it is over, however it ended; never rejects. */
  #fetch(isSought = false): Promise<void> {
    return this.#fetches.run(jwks, () => {
      const fetchId = ++this.#fetchCount
      return this.source({ fetchedAt: this.#readAt, isSought, removed: this.#unknown.removed }).then(
        (result) => this.#onFetched(result, fetchId),
        (error: unknown) => this.#onFailed(error, fetchId),
      )
    })
  }

  #onFetched({ set, fetchedAt, failure }: KeyResult, fetchId: number): void {
    if (fetchId !== this.#fetchCount) return
    const isFirst = this.#readAt === undefined
    if (fetchedAt === undefined) this.#lastIssuerFetchId = fetchId
    const { added, removed } = this.#replace(set)
    this.#readAt = fetchedAt ?? this.clock.now()
    // Before the keys are stale, and not at the same moment in every process.
    this.#refreshAfter = this.lifetimes.maxAge * (0.8 + 0.15 * this.clock.random())
    const before = this.#failure
    this.#failure = undefined
    this.emit({
      type: 'keys_refreshed',
      keyIds: idsOf(this.#set.keys),
      rotated: !isFirst && added.length + removed.length > 0,
      added: idsOf(added),
      removed: idsOf(removed),
      skipped: set.skipped,
      ...(fetchedAt !== undefined && { shared: true }),
    })
    if (failure !== undefined) this.#note(failure, fetchId, before)
  }

  #onFailed(cause: unknown, fetchId: number): void {
    if (fetchId === this.#fetchCount) this.#note(cause, fetchId, this.#failure)
  }

  /** Records that the issuer was asked, and sent nothing usable. */
  #note(cause: unknown, fetchId: number, before: Failure | undefined): void {
    this.#lastIssuerFetchId = fetchId
    const failure = failureAfter(before, cause, this.#isWithinBounds(this.clock.now()), this.clock)
    this.#failure = failure
    this.emit({
      type: 'keys_failed',
      state: this.#state(),
      bound: boundOf(failure),
      servesUntil: this.#servesUntil(),
      error: failure.error.message,
    })
  }

  /** No fetch is allowed now. Nobody has asked about the key, so calling it unknown would be a guess. */
  #unasked(kid: string | undefined): Candidates {
    const now = this.clock.now()
    if (this.#failure !== undefined) return unavailable(this.#failure, now)
    if (this.#unknown.removed.has(kid)) return unknownKey(kid, this.#set)
    return refuse('kid_not_asked', { kid }, { retryAfter: secondsUntil(this.#unknown.retryAt, now) })
  }

  #replace(set: KeySet): KeySetDiff {
    const diff = replaceKeySet(this.#set, set, this.#distrusted)
    this.#set = diff.set
    this.#unknown.onReplaced(diff, this.#age(this.clock.now()))
    return diff
  }

  #state(): KeysState {
    const now = this.clock.now()
    if (!this.#isWithinBounds(now)) return 'unavailable'
    return this.#age(now) < this.lifetimes.maxAge ? 'fresh' : 'stale'
  }

  #isWithinBounds(now: number): boolean {
    if (this.#readAt === undefined) return false
    const age = this.#age(now)
    return age < this.lifetimes.maxAge || age < servesFor(this.#readAt, this.#failure, this.lifetimes)
  }

  #servesUntil(): number | undefined {
    if (this.#readAt === undefined) return undefined
    return Math.floor(this.#readAt / 1000 + servesFor(this.#readAt, this.#failure, this.lifetimes))
  }

  /** Seconds; a clock that was set back makes a set stale, not young. */
  #age(now: number): number {
    const readAt = this.#readAt ?? now
    return now < readAt ? this.lifetimes.maxAge : (now - readAt) / 1000
  }

  #mayFetch(now: number): boolean {
    return this.#failure === undefined || isOver(this.#failure, this.#isWithinBounds(now), now)
  }
}

function idsOf(keys: readonly VerificationKey[]): readonly string[] {
  return keys.flatMap(({ kid }) => (kid === undefined ? [] : [kid]))
}
