import type { Identity } from '../common/identity.js'
import { Lru } from '../common/lru.js'
import type { MaybePromise } from '../common/maybe-promise.js'
import { Refusal, type RefusalExtra, refuse } from '../common/refusal.js'
import { SingleFlight } from '../common/single-flight.js'
import { covers, merge, NOT_REVOKED, type RevocationEntries, readRecord, recordOf } from '../revocation/record.js'
import { nameOf, namesOf, revokedBy } from '../revocation/revocation.js'
import { RevocationList, type RevocationSettings, type Revocations, tooMany } from '../revocation/revocations.js'
import type { SharedStore } from './sealed-store.js'

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

/** What the store has of a name. */
interface Stored {
  readonly entries: RevocationEntries
  /** Why its value cannot be used: another's seal, or a later version of this package wrote it. */
  readonly fault: 'seal' | 'version' | undefined
}

/** What the store said of a name. Times in milliseconds. */
interface Answer extends Stored {
  /** When the store was asked for this answer. */
  readonly readAt: number
  /** When it was asked last. */
  readonly triedAt: number
}

/** From when until when, in milliseconds, an identity passes without a look-up, at one revision of what is revoked. */
interface Admitted {
  readonly from: number
  readonly until: number
  readonly revision: number
}

/**
 * Revocations that instances share: known to this process at once, and through the store to the others in about a second.
 * The store has one record for each name, so that a request reads few of them and writers of two names do not meet. A
 * record keeps what is in it, here and in the store: nothing is un-revoked.
 */
export function sharedRevocations(settings: SharedRevocationSettings): Revocations {
  const { store, settling, maxTokenAge, issuersOf, canOutliveRequest, now, emit, begin } = settings
  const staleFor = Math.max(answerLifetime, settings.staleFor * 1000)
  /** What the store is not known to have. Its revision counts what the store brought as well. */
  const own = new RevocationList(settings)
  /** An LRU: names in use are asked about each second, so the first to go is one that is not in use. */
  const answers = new Lru<string, Answer>({ maxEntries: maxNames, maxWeight: maxNames, weightOf: () => 1 })
  const reads = new SingleFlight<void>({ now, isShared: canOutliveRequest })
  const admissions = new WeakMap<Identity, Admitted>()
  begin(check)

  function check(identity: Identity): MaybePromise<Identity | Refusal> {
    const time = now()
    const admitted = admissions.get(identity)
    if (admitted?.revision === own.revision && time >= admitted.from && time < admitted.until) return identity
    const names = namesOf(identity)
    const revoked = names.find((name) => covers(name, own.get(name), identity, issuersOf))
    const unsure = names.filter((name) => !isRecent(answers.get(name), time))
    if (revoked !== undefined) {
      // In the background: the store gets what it does not have.
      if (unsure.includes(revoked)) void ask(revoked)
      return revokedBy(revoked)
    }
    return unsure.length === 0
      ? judge(identity, names)
      : Promise.all(unsure.map(ask)).then(() => judge(identity, names))
  }

  /** Goes by what is known now, here and from the store. */
  function judge(identity: Identity, names: readonly string[]): Identity | Refusal {
    const from = now()
    const revoked = names.find((name) => covers(name, known(name), identity, issuersOf))
    if (revoked !== undefined) return revokedBy(revoked)
    let until = Number.POSITIVE_INFINITY
    for (const name of names) {
      const end = endOf(answers.get(name), from)
      if (end instanceof Refusal) return end
      until = Math.min(until, end)
    }
    const checked = own.checkAge(identity)
    if (checked === identity) admissions.set(identity, { from, until, revision: own.revision })
    return checked
  }

  /** Until when an answer holds, and the store need not be asked; a refusal if it does not hold now. */
  function endOf(answer: Answer | undefined, time: number): number | Refusal {
    if (answer?.fault !== undefined) return refuse('store_value_rejected', {}, outage)
    if (answer === undefined || time < answer.readAt || time >= answer.readAt + staleFor)
      return refuse('store_not_read', {}, outage)
    return Math.min(answer.readAt + staleFor, answer.triedAt + answerLifetime)
  }

  /** What this process knows to be revoked under a name. */
  function known(name: string): RevocationEntries {
    return merge(answers.get(name)?.entries ?? NOT_REVOKED, own.get(name))
  }

  /** Asks the store, once at a time for a name, and writes again what it has lost or never got. */
  function ask(name: string): Promise<void> {
    return reads.run(name, async () => {
      const triedAt = now()
      const stored = await read(name)
      if (stored === undefined) {
        const last = answers.get(name)
        if (last !== undefined) answers.set(name, { ...last, triedAt })
        return
      }
      // Kept for as long as this guard admits a token, though another one revoked it.
      const wanted = merge(stored.entries, known(name)).map((one) => ({
        ...one,
        maxTokenAge: Math.max(one.maxTokenAge, maxTokenAge),
      }))
      if (stored.fault === undefined && merge(stored.entries, wanted) !== stored.entries && own.secondsLeft(wanted) > 0)
        void write(name, wanted)
      keep(name, stored, triedAt)
    })
  }

  /** Writes until the store has it, and looks again when an instance that wrote at the same time has finished. */
  async function publish(name: string, entries: RevocationEntries, pause: number): Promise<boolean> {
    for (let round = 0; round < maxRounds; round++) {
      const readAt = now()
      const stored = await read(name)
      // What a later version wrote may say more than is understood here.
      if (stored === undefined || stored.fault === 'version') return false
      const wanted = merge(merge(stored.entries, known(name)), entries)
      if (wanted === stored.entries) {
        keep(name, stored, readAt)
        return true
      }
      if (!(await write(name, wanted))) return false
      await new Promise((resolve) => setTimeout(resolve, pause * 1000))
    }
    return false
  }

  /** What the store has; undefined if it is down. */
  async function read(name: string): Promise<Stored | undefined> {
    const found = await store.read('revocation', name)
    if (found.state === 'down') return undefined
    if (found.state === 'absent') return { entries: NOT_REVOKED, fault: undefined }
    if (found.state === 'rejected') return { entries: NOT_REVOKED, fault: 'seal' }
    const entries = readRecord(found.value, maxTokenAge)
    return { entries: entries ?? NOT_REVOKED, fault: entries === undefined ? 'version' : undefined }
  }

  function write(name: string, entries: RevocationEntries): Promise<boolean> {
    return store.write('revocation', name, recordOf(entries), own.secondsLeft(entries))
  }

  /** Keeps an answer of the store. What the store has need not be kept in the list too. */
  function keep(name: string, stored: Stored, at: number): void {
    const last = answers.get(name)?.entries ?? NOT_REVOKED
    const entries = merge(last, stored.entries)
    if (entries !== last) own.revision++
    if (merge(entries, own.get(name)) === entries) own.delete(name)
    answers.set(name, { ...stored, entries, readAt: at, triedAt: at })
  }

  return {
    check,
    async revoke(revocation) {
      const { what } = revocation
      const name = nameOf(revocation)
      const entries = own.entriesOf(revocation)
      if (!own.add(name, entries)) return tooMany()
      emit({ type: 'revoked', what })
      if (own.secondsLeft(entries) <= 0) return undefined
      // Two times for one token mean the same, so no writer can take anything from the other.
      const isStored = await publish(name, entries, what === 'token' ? 0 : settling)
      return isStored ? undefined : refuse('store_not_written', {}, outage)
    },
  }
}

function isRecent(answer: Answer | undefined, now: number): boolean {
  return answer !== undefined && now >= answer.triedAt && now < answer.triedAt + answerLifetime
}

const outage: RefusalExtra = { retryAfter: 1 }
