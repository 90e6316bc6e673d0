import type { Identity } from '../common/identity.js'
import { Lru } from '../common/lru.js'
import type { MaybePromise } from '../common/maybe-promise.js'
import { Refusal, type RefusalExtra, refuse } from '../common/refusal.js'
import { SingleFlight } from '../common/single-flight.js'
import { covers, NOT_REVOKED, nameOf, namesOf, type Revocation } from '../revocation/revocation.js'
import { RevocationList } from '../revocation/revocation-list.js'
import { type RevocationSettings, type Revocations, revokedBy, tooMany } from '../revocation/revocations.js'
import type { SharedStore } from './shared-store.js'

/** Milliseconds for which an answer of the store holds before it is asked again. */
const answerLifetime = 1000
/** Names whose answers are kept. */
const maxNames = 100_000
/** How often a revocation is written at most, until the store has it. */
const maxRounds = 5

export interface SharedRevocationSettings extends RevocationSettings {
  readonly store: SharedStore
  /** Seconds for which the last known answer counts while the store is down. */
  readonly staleFor: number
  /** Seconds after which an instance that read before a write has finished its own write, or given up. */
  readonly settling: number
}

/** What the store said of a name. Times in milliseconds. */
interface Answer {
  readonly before: number
  /** When the store was asked for this answer. */
  readonly readAt: number
  /** When it was asked last. */
  readonly triedAt: number
  /** Whether its value is not sealed by this guard. */
  readonly isRejected: boolean
}

/** From when until when, in milliseconds, an identity passes without a look-up, at one revision of what is revoked. */
interface Admitted {
  readonly from: number
  readonly until: number
  readonly revision: number
}

/**
 * Revocations that instances share: known to this process at once, and through the store to the others within a second.
 * The store has one value for each name, so that two writers do not overwrite each other's names. A name keeps its latest
 * time, here and in the store: nothing is un-revoked.
 */
export class SharedRevocations implements Revocations {
  /** What the store is not known to have. */
  readonly #own: RevocationList
  /** An LRU: names in use are asked about each second, so the first to go is one that is not in use. */
  readonly #answers = new Lru<string, Answer>({ maxEntries: maxNames, maxWeight: maxNames, weightOf: () => 1 })
  readonly #reads: SingleFlight<Answer | undefined>
  readonly #admitted = new WeakMap<Identity, Admitted>()
  /** Counts what the store brought; an identity that was admitted before is checked again. */
  #revision = 0

  constructor(private readonly settings: SharedRevocationSettings) {
    this.#own = new RevocationList(settings)
    this.#reads = new SingleFlight({ now: settings.now, isShared: settings.canOutliveRequest })
    settings.begin((identity) => this.#check(identity))
  }

  async revoke({ what, id, before }: Revocation): Promise<Refusal | undefined> {
    const { settling, emit } = this.settings
    const name = nameOf(what, id)
    if (!this.#own.add(name, before)) return tooMany()
    emit({ type: 'revoked', what })
    if (this.#own.secondsLeft(before) <= 0) return undefined
    // Two times for one token mean the same, so no writer can take anything from the other.
    const isStored = await this.#publish(name, before, what === 'token' ? 0 : settling)
    return isStored ? undefined : refuse('store_not_written', {}, outage)
  }

  #check(identity: Identity): MaybePromise<Identity | Refusal> {
    const time = this.settings.now()
    const admitted = this.#admitted.get(identity)
    if (admitted?.revision === this.#currentRevision() && time >= admitted.from && time < admitted.until)
      return identity
    const names = namesOf(identity)
    for (const name of names) {
      const before = this.#own.latest(name)
      // In the background: the store gets what it does not have.
      if (before !== NOT_REVOKED && !isRecent(this.#answers.get(name), time)) void this.#ask(name)
      if (covers(name, before, identity)) return revokedBy(name)
    }
    const answers = names.map((name) => this.#answers.get(name))
    if (answers.every((one) => isRecent(one, time))) return this.#judge(identity, names, answers)
    const asked = names.map((name, at) => (isRecent(answers[at], time) ? answers[at] : this.#ask(name)))
    return Promise.all(asked).then((all) => this.#judge(identity, names, all))
  }

  #judge(identity: Identity, names: readonly string[], answers: readonly (Answer | undefined)[]): Identity | Refusal {
    const from = this.settings.now()
    for (const [at, name] of names.entries()) {
      const before = Math.max(this.#own.latest(name), answers[at]?.before ?? NOT_REVOKED)
      if (covers(name, before, identity)) return revokedBy(name)
    }
    let until = Number.POSITIVE_INFINITY
    for (const answer of answers) {
      const end = this.#endOf(answer, from)
      if (end instanceof Refusal) return end
      until = Math.min(until, end)
    }
    const checked = this.#own.checkAge(identity)
    if (checked instanceof Refusal) return checked
    this.#admitted.set(identity, { from, until, revision: this.#currentRevision() })
    return identity
  }

  #currentRevision(): number {
    return this.#revision + this.#own.revision
  }

  /** Until when an answer holds, and the store need not be asked; a refusal if it does not hold now. */
  #endOf(answer: Answer | undefined, now: number): number | Refusal {
    if (answer?.isRejected) return refuse('store_value_rejected', {}, outage)
    const end = (answer?.readAt ?? NOT_REVOKED) + Math.max(answerLifetime, this.settings.staleFor * 1000)
    if (answer !== undefined && now >= answer.readAt && now < end) return Math.min(end, answer.triedAt + answerLifetime)
    return refuse('store_not_read', {}, outage)
  }

  /** Asks the store, once at a time for a name. */
  #ask(name: string): Promise<Answer | undefined> {
    return this.#reads.run(name, () => this.#read(name))
  }

  /** Asks the store, and writes again what it has lost or never got. */
  async #read(name: string): Promise<Answer | undefined> {
    const triedAt = this.settings.now()
    const stored = await this.#stored(name)
    const last = this.#answers.get(name)
    if (stored === 'down') return last && this.#keep(name, { ...last, triedAt })
    const known = this.#known(name)
    if (stored !== 'rejected' && stored < known && this.#own.secondsLeft(known) > 0) void this.#write(name, known)
    return this.#note(name, stored, triedAt)
  }

  /** Writes until the store has it, and looks again when an instance that wrote at the same time has finished. */
  async #publish(name: string, before: number, settling: number): Promise<boolean> {
    for (let round = 0; round < maxRounds; round++) {
      const readAt = this.settings.now()
      const stored = await this.#stored(name)
      const wanted = Math.max(before, this.#known(name))
      if (stored === 'down') return false
      if (stored !== 'rejected' && stored >= wanted) {
        this.#note(name, stored, readAt)
        return true
      }
      if (!(await this.#write(name, wanted))) return false
      await new Promise((resolve) => setTimeout(resolve, settling * 1000))
    }
    return false
  }

  /** Until when the store's value revokes the tokens of a name. Only a number counts as a value. */
  async #stored(name: string): Promise<number | 'rejected' | 'down'> {
    const found = await this.settings.store.read('revocation', name)
    if (found.state === 'absent') return NOT_REVOKED
    if (found.state !== 'found') return found.state
    return typeof found.value === 'number' ? found.value : 'rejected'
  }

  #write(name: string, before: number): Promise<boolean> {
    return this.settings.store.write('revocation', name, before, this.#own.secondsLeft(before))
  }

  /** Until when this process knows the tokens of a name to be revoked. */
  #known(name: string): number {
    return Math.max(this.#own.latest(name), this.#answers.get(name)?.before ?? NOT_REVOKED)
  }

  /** Keeps an answer of the store. What the store has need not be kept in the list too. */
  #note(name: string, stored: number | 'rejected', at: number): Answer {
    const isRejected = stored === 'rejected'
    const last = this.#answers.get(name)?.before ?? NOT_REVOKED
    const before = Math.max(isRejected ? NOT_REVOKED : stored, last)
    if (before > last) this.#revision++
    if (this.#own.latest(name) <= before) this.#own.delete(name)
    return this.#keep(name, { before, readAt: at, triedAt: at, isRejected })
  }

  #keep(name: string, answer: Answer): Answer {
    this.#answers.set(name, answer)
    return answer
  }
}

function isRecent(answer: Answer | undefined, now: number): boolean {
  return answer !== undefined && now >= answer.triedAt && now < answer.triedAt + answerLifetime
}

const outage: RefusalExtra = { retryAfter: 1 }
