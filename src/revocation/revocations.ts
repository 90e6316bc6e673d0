import type { Identity } from '../common/identity.js'
import { Lru } from '../common/lru.js'
import type { MaybePromise } from '../common/maybe-promise.js'
import { Refusal, type RefusalExtra, refuse } from '../common/refusal.js'
import { SingleFlight } from '../common/single-flight.js'
import type { SharedStore } from '../store/shared-store.js'
import type { TokenStatusCheck } from '../token/status-check.js'
import { covers, NOT_REVOKED, nameOf, namesOf, type Revocation, type RevocationTarget, targetOf } from './revocation.js'

/** Milliseconds for which what the store says of a name holds, and it is not asked again. */
const memo = 1000
/** Names that are remembered with what the store said of them. */
const mostNames = 100_000
/** Times that a revocation is written until what is stored covers it. */
const mostRounds = 5

export interface RevocationSettings {
  /** Undefined where each process has revocations of its own. */
  readonly store: SharedStore | undefined
  /** Seconds after `iat` for which a token may pass at the most: an older one is refused. */
  readonly maxTokenAge: number
  /** Seconds by which clocks may differ, on top of it. */
  readonly tolerance: number
  /** Seconds for which the last known answer counts while the store is down. */
  readonly staleFor: number
  /** Seconds after which whoever read before a write has written as well, or given up. */
  readonly settling: number
  /** Revocations that are known here alone, at the most. */
  readonly mostOwn: number
  /** Whether what a request begins goes on when it is answered, and so may be waited for by another one. */
  readonly canOutliveRequest: boolean
  readonly now: () => number
  readonly emit: (event: { readonly type: 'revoked'; readonly what: RevocationTarget }) => void
  /** Called once, when there is something to ask about. */
  readonly begin: (confirm: TokenStatusCheck) => void
}

/** What the store said of a name. Times in milliseconds. */
interface Seen {
  readonly before: number
  /** When it was asked, and answered. */
  readonly readAt: number
  /** When it was last asked. */
  readonly triedAt: number
  /** What it has there is none of ours. */
  readonly isRejected: boolean
}

/** From when until when, in milliseconds, at one count of what is revoked. */
interface Admitted {
  readonly from: number
  readonly until: number
  readonly revision: number
}

/**
 * Who was revoked: known to this process at once, and through the store to the others within a second. One value in the
 * store for each name, so that nobody's writing loses another's. What was revoked once never comes back: a name keeps
 * the latest time, here and there.
 */
export class Revocations {
  /** What the store, where there is one, is not known to have: by name, until when its tokens were issued. */
  readonly #own = new Map<string, number>()
  /** Names that are in use are asked about each second, so what goes first is one that is not. */
  readonly #seen: Lru<string, Seen>
  readonly #reads: SingleFlight<Seen | undefined>
  /** Who was let in, and for how long nothing has to be looked up for that. */
  readonly #admitted = new WeakMap<Identity, Admitted>()
  /** Counts what came to be revoked: nobody rests on what was known before. */
  #revision = 0
  #isUsed = false
  #sweepAt = 1024

  constructor(private readonly settings: RevocationSettings) {
    this.#reads = new SingleFlight({ now: settings.now, isShared: settings.canOutliveRequest })
    // Room is taken when it is made, and without a store there is nothing to put there.
    const count = settings.store === undefined ? 1 : mostNames
    this.#seen = new Lru({ maxEntries: count, maxWeight: count, weightOf: () => 1 })
    if (settings.store !== undefined) this.#begin()
  }

  /** Revokes here before anything is waited for; resolves with why it does not hold everywhere, if so. */
  async revoke({ what, id, before }: Revocation): Promise<Refusal | undefined> {
    const { store, settling, emit } = this.settings
    const name = nameOf(what, id)
    if (!this.#keep(name, before)) return refuse('revocations_full', {}, outage)
    this.#begin()
    emit({ type: 'revoked', what })
    if (store === undefined || this.#secondsLeft(before) <= 0) return undefined
    // Two times for one token mean the same: there is nothing that one could take from the other.
    const isStored = await this.#publish(store, name, before, what === 'token' ? 0 : settling)
    return isStored ? undefined : refuse('store_not_written', {}, outage)
  }

  #begin(): void {
    if (this.#isUsed) return
    this.#isUsed = true
    this.settings.begin((identity) => this.#confirm(identity))
  }

  #confirm(identity: Identity): MaybePromise<Identity | Refusal> {
    const { store, now } = this.settings
    const time = now()
    const admitted = this.#admitted.get(identity)
    if (admitted?.revision === this.#revision && time >= admitted.from && time < admitted.until) return identity
    const names = namesOf(identity)
    for (const name of names) {
      const before = this.#own.get(name) ?? NOT_REVOKED
      // Nobody waits for it, but the store gets what it has not got.
      if (store !== undefined && before !== NOT_REVOKED && !isRecent(this.#seen.get(name), time))
        void this.#ask(store, name)
      if (covers(name, before, identity)) return refuse('revoked', { by: targetOf(name) })
    }
    if (store === undefined) return this.#ageFault(identity) ?? identity
    const seen = names.map((name) => this.#seen.get(name))
    if (seen.every((one) => isRecent(one, time))) return this.#judge(identity, names, seen)
    const asked = names.map((name, at) => (isRecent(seen[at], time) ? seen[at] : this.#ask(store, name)))
    return Promise.all(asked).then((answers) => this.#judge(identity, names, answers))
  }

  #judge(identity: Identity, names: readonly string[], seen: readonly (Seen | undefined)[]): Identity | Refusal {
    const from = this.settings.now()
    for (const [at, name] of names.entries()) {
      const before = Math.max(this.#own.get(name) ?? NOT_REVOKED, seen[at]?.before ?? NOT_REVOKED)
      if (covers(name, before, identity)) return refuse('revoked', { by: targetOf(name) })
    }
    let until = Number.POSITIVE_INFINITY
    for (const one of seen) {
      const end = this.#endOf(one, from)
      if (end instanceof Refusal) return end
      until = Math.min(until, end)
    }
    const fault = this.#ageFault(identity)
    if (fault !== undefined) return fault
    this.#admitted.set(identity, { from, until, revision: this.#revision })
    return identity
  }

  /** Until when what the store said counts, and need not be asked for. */
  #endOf(seen: Seen | undefined, now: number): number | Refusal {
    if (seen?.isRejected) return refuse('store_value_rejected', {}, outage)
    const end = (seen?.readAt ?? NOT_REVOKED) + Math.max(memo, this.settings.staleFor * 1000)
    if (seen !== undefined && now >= seen.readAt && now < end) return Math.min(end, seen.triedAt + memo)
    return refuse('store_not_read', {}, outage)
  }

  /** A revocation is forgotten once the tokens that it covers have expired, so an older token must be refused. */
  #ageFault({ issuedAt }: Identity): Refusal | undefined {
    if (issuedAt === undefined) return refuse('iat_missing', { needs: 'revocation' })
    const { maxTokenAge, tolerance, now } = this.settings
    if (now() / 1000 < issuedAt + maxTokenAge + tolerance) return undefined
    return refuse('iat_before_revocations', { iat: issuedAt })
  }

  /** One question in flight for a name. */
  #ask(store: SharedStore, name: string): Promise<Seen | undefined> {
    return this.#reads.run(name, () => this.#look(store, name))
  }

  /** Asks the store; what it has lost, or never got, is given to it again. */
  async #look(store: SharedStore, name: string): Promise<Seen | undefined> {
    const triedAt = this.settings.now()
    const stored = await this.#stored(store, name)
    const seen = this.#seen.get(name)
    if (stored === 'down') {
      return seen && this.#remember(name, { ...seen, triedAt })
    }
    const known = this.#known(name)
    if (stored !== 'rejected' && stored < known && this.#secondsLeft(known) > 0) void this.#write(store, name, known)
    return this.#note(name, stored, triedAt)
  }

  /** Writes until what is stored covers it, and looks again when whoever wrote at the same time is done. */
  async #publish(store: SharedStore, name: string, before: number, settling: number): Promise<boolean> {
    for (let round = 0; round < mostRounds; round++) {
      const readAt = this.settings.now()
      const stored = await this.#stored(store, name)
      const wanted = Math.max(before, this.#known(name))
      if (stored === 'down') return false
      if (stored !== 'rejected' && stored >= wanted) {
        this.#note(name, stored, readAt)
        return true
      }
      if (!(await this.#write(store, name, wanted))) return false
      await new Promise((resolve) => setTimeout(resolve, settling * 1000))
    }
    return false
  }

  /** Until when what the store has under a name revokes; only a number says so. */
  async #stored(store: SharedStore, name: string): Promise<number | 'rejected' | 'down'> {
    const found = await store.read('revocation', name)
    if (found.state === 'absent') return NOT_REVOKED
    if (found.state !== 'found') return found.state
    return typeof found.value === 'number' ? found.value : 'rejected'
  }

  #write(store: SharedStore, name: string, before: number): Promise<boolean> {
    return store.write('revocation', name, before, this.#secondsLeft(before))
  }

  /** Until when this process knows what is under a name to be revoked. */
  #known(name: string): number {
    return Math.max(this.#own.get(name) ?? NOT_REVOKED, this.#seen.get(name)?.before ?? NOT_REVOKED)
  }

  /** Remembers what the store said; what it has need not be kept beside it. */
  #note(name: string, stored: number | 'rejected', at: number): Seen {
    const isRejected = stored === 'rejected'
    const own = this.#own.get(name) ?? NOT_REVOKED
    const known = this.#seen.get(name)
    const before = Math.max(isRejected ? NOT_REVOKED : stored, known?.before ?? NOT_REVOKED)
    if (before > (known?.before ?? NOT_REVOKED)) this.#revision++
    if (own <= before) this.#own.delete(name)
    return this.#remember(name, { before, readAt: at, triedAt: at, isRejected })
  }

  #remember(name: string, seen: Seen): Seen {
    this.#seen.set(name, seen)
    return seen
  }

  /** Whether there was room. */
  #keep(name: string, before: number): boolean {
    if (this.#own.size >= Math.min(this.#sweepAt, this.settings.mostOwn)) this.#sweep()
    if (this.#own.size >= this.settings.mostOwn && !this.#own.has(name)) return false
    this.#own.set(name, Math.max(before, this.#own.get(name) ?? NOT_REVOKED))
    this.#revision++
    return true
  }

  /** Drops what no token can be alive for: each time that there are twice as many. */
  #sweep(): void {
    for (const [name, before] of this.#own) if (this.#secondsLeft(before) <= 0) this.#own.delete(name)
    this.#sweepAt = Math.max(1024, 2 * this.#own.size)
  }

  /** Seconds for which a token that was issued until `before`, by whoever's clock, may still be let in. */
  #secondsLeft(before: number): number {
    const { maxTokenAge, tolerance, now } = this.settings
    return Math.ceil(before + maxTokenAge + 2 * tolerance - now() / 1000)
  }
}

function isRecent(seen: Seen | undefined, now: number): boolean {
  return seen !== undefined && now >= seen.triedAt && now < seen.triedAt + memo
}

const outage: RefusalExtra = { retryAfter: 1 }
