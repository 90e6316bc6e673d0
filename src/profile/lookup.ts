import type { Forgotten } from '../authorization/decisions.js'
import { backOff, secondsUntil } from '../common/back-off.js'
import { CircuitBreaker } from '../common/circuit-breaker.js'
import { type JsonObject, jsonText } from '../common/claims.js'
import type { ClockAndRandom } from '../common/clock.js'
import { withDeadline } from '../common/deadline.js'
import { FetchError } from '../common/http.js'
import { Lru } from '../common/lru.js'
import { SingleFlight } from '../common/single-flight.js'
import { CallLimit } from '../introspection/call-limit.js'
import { Failure, ProfileError } from './error.js'
import type { Profile } from './profile.js'

/** A question about a user's profile. */
export interface ProfileQuestion {
  readonly userId: string
  /** The access key that acts for the user, where the answer depends on it. */
  readonly clientId: string | undefined
  /** Who may have the same cached profile. */
  readonly key: string
  /** Who may wait for the same call, and share a refusal: narrower than the key where the call sends a token. */
  readonly flight: string
  /** @throws {FetchError} */
  readonly ask: (signal: AbortSignal) => Promise<JsonObject>
  /** The profile in an answer; undefined where it is another user's. */
  readonly read: (answer: JsonObject) => Profile | undefined
}

export interface LookupSettings {
  readonly clock: ClockAndRandom
  /** Seconds for which a profile is kept, from the question on. */
  readonly cacheSeconds: number
  /** Whether a request may wait for what another one does. */
  readonly canOutliveRequest: boolean
}

/** Profiles that are kept. */
const mostProfiles = 10_000
/** Characters of all of them together, as JSON, and of their keys. */
const mostText = 16 * 1024 * 1024
/** Seconds for which a refusal is kept: a client in a loop costs one question in two seconds. */
const refusedFor = 2
/** Seconds for one question, body included. */
const timeout = 3
/** Seconds after which a question that has not been answered is given up. */
const abandonAfter = timeout + 1
/** Questions at the same time; others wait for their turn. */
const maxConcurrency = 32
const shortQueue = { maxWaiting: 1000, waitSeconds: 2 }
const noQueue = { maxWaiting: 0, waitSeconds: 0 }

/** In milliseconds since the epoch. */
interface Kept<V> {
  readonly value: V
  readonly since: number
  readonly until: number
}

interface KeptProfile extends Kept<Profile>, Pick<ProfileQuestion, 'userId' | 'clientId'> {
  /** Characters of the answer as JSON. */
  readonly size: number
}

/** Looks profiles up: one call in flight for one question, each profile kept for a while, fast failure in an outage. */
export class ProfileLookup {
  readonly #profiles = new Lru<string, KeptProfile>({
    maxEntries: mostProfiles,
    maxWeight: mostText,
    weightOf: (key, { size }) => key.length + size,
  })
  readonly #refused = new Lru<string, Kept<Failure>>({
    maxEntries: mostProfiles,
    maxWeight: mostProfiles,
    weightOf: () => 1,
  })
  readonly #flights: SingleFlight<Profile | Failure>
  readonly #limit: CallLimit
  readonly #circuit: CircuitBreaker
  #lastError = ''
  /** Counts what was forgotten: an answer that was under way meanwhile is not kept. */
  #forgotten = 0

  constructor(private readonly settings: LookupSettings) {
    const { clock, canOutliveRequest } = settings
    const { now } = clock
    const queue = canOutliveRequest ? shortQueue : noQueue
    const longest = abandonAfter + queue.waitSeconds
    this.#flights = new SingleFlight({ now, isShared: canOutliveRequest, abandonAfter: longest })
    this.#limit = new CallLimit({ max: maxConcurrency, ...queue, abandonAfter, now })
    this.#circuit = new CircuitBreaker(clock, { pause: backOff, abandonAfter: abandonAfter * 1000 })
  }

  /** The profile that answers a question. @throws {ProfileError} */
  async find(question: ProfileQuestion): Promise<Profile> {
    const { key, flight } = question
    const now = this.settings.clock.now()
    const kept = current(this.#profiles.get(key), now) ?? current(this.#refused.get(flight), now)
    const found = kept ?? (await this.#flights.run(flight, () => this.#answer(question)))
    if (found instanceof Failure) throw new ProfileError(found)
    return found
  }

  /** Drops the profiles of a user, or of an access key that acts for users, or all. */
  forget({ userId, clientId }: Forgotten): void {
    this.#forgotten++
    this.#flights.clear()
    this.#profiles.deleteWhere((kept) => {
      const isUser = userId === undefined || kept.userId === userId
      return isUser && (clientId === undefined || kept.clientId === clientId)
    })
  }

  async #answer(question: ProfileQuestion): Promise<Profile | Failure> {
    const answer = await this.#limit.run(() => this.#call(question))
    return answer ?? new Failure('unavailable', 'too many questions at the same time', 1)
  }

  async #call(question: ProfileQuestion): Promise<Profile | Failure> {
    const entered = this.#circuit.enter()
    if (entered === undefined) return this.#unavailable()
    const forgotten = this.#forgotten
    // From the question on, not the answer: what changed at Authing meanwhile must not hold for longer.
    const since = this.settings.clock.now()
    let answer: JsonObject
    try {
      answer = await withDeadline(timeout, tooLate, question.ask)
    } catch (error) {
      // What a `fetch` of the user's throws may hold the request, and so the token: only the guard's own message is kept.
      const { message, status, isTransient } = error instanceof FetchError ? error : unknownError
      if (status !== undefined && status >= 400 && !isTransient) return this.#refuse(question, message, since)
      this.#lastError = message
      this.#circuit.failed(entered)
      return this.#unavailable()
    }
    const profile = question.read(answer)
    if (profile === undefined) return this.#refuse(question, 'the answer is about another user', since)
    this.#circuit.succeeded()
    const size = jsonText(answer)?.length ?? Number.POSITIVE_INFINITY
    const { userId, clientId } = question
    const until = since + this.settings.cacheSeconds * 1000
    if (forgotten === this.#forgotten)
      this.#profiles.set(question.key, { value: profile, userId, clientId, since, until, size })
    return profile
  }

  /** Authing is there, and answers this question with a no. */
  #refuse({ flight }: ProfileQuestion, detail: string, since: number): Failure {
    this.#circuit.succeeded()
    const value = new Failure('refused', detail)
    this.#refused.set(flight, { value, since, until: since + refusedFor * 1000 })
    return value
  }

  #unavailable(): Failure {
    const retryAfter = secondsUntil(this.#circuit.retryAt, this.settings.clock.now())
    return new Failure('unavailable', this.#lastError, retryAfter)
  }
}

const tooLate = () => new FetchError(`no answer within ${timeout} s`, 'timeout')
const unknownError = new FetchError('the question could not be asked', 'unusable')

/** What is kept, if it holds at `now`. A clock that was set back gives no answer. */
function current<V>(kept: Kept<V> | undefined, now: number): V | undefined {
  return kept !== undefined && now >= kept.since && now < kept.until ? kept.value : undefined
}
