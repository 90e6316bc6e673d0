import type { Identity } from '../common/identity.js'
import { type Refusal, refuse } from '../common/refusal.js'
import type { TokenStatusCheck } from '../token/status-check.js'
import {
  covers,
  NOT_REVOKED,
  nameOf,
  namesOf,
  type Revocation,
  type RevocationTarget,
  revokedBy,
} from './revocation.js'

export interface RevocationSettings {
  /** Seconds after `iat` for which a token may pass at most: an older one is refused. */
  readonly maxTokenAge: number
  /** Seconds by which clocks may differ, on top of it. */
  readonly tolerance: number
  /** How many revocations this process keeps at most, apart from those that it reads in a store. */
  readonly maxEntries: number
  readonly now: () => number
  /** Whether work that a request starts goes on after its response, so that another request may wait for it. */
  readonly canOutliveRequest: boolean
  readonly emit: (event: { readonly type: 'revoked'; readonly what: RevocationTarget }) => void
  /** Called once, as soon as there is something to check each request for. */
  readonly begin: (check: TokenStatusCheck) => void
}

/** What was revoked through a guard. */
export interface Revocations {
  /** Takes effect in this process before anything is awaited; resolves with a refusal if it does not hold everywhere. */
  revoke(revocation: Revocation): Promise<Refusal | undefined>
}

/** Revocations in the memory of this process alone: those of a guard without a store. */
export class LocalRevocations implements Revocations {
  readonly #list: RevocationList
  #hasBegun = false

  constructor(private readonly settings: RevocationSettings) {
    this.#list = new RevocationList(settings)
  }

  async revoke({ what, id, before }: Revocation): Promise<Refusal | undefined> {
    if (!this.#list.add(nameOf(what, id), before)) return tooMany()
    if (!this.#hasBegun) this.settings.begin((identity) => this.#check(identity))
    this.#hasBegun = true
    this.settings.emit({ type: 'revoked', what })
    return undefined
  }

  #check(identity: Identity): Identity | Refusal {
    for (const name of namesOf(identity)) {
      if (covers(name, this.#list.latest(name), identity)) return revokedBy(name)
    }
    return this.#list.checkAge(identity)
  }
}

/** The refusal where this process has no room for another revocation. */
export function tooMany(): Refusal {
  return refuse('revocations_full', {}, { retryAfter: 1 })
}

/** Entries from which on the list is searched for those that are over. */
const firstSweep = 1024

/**
 * Revocations in memory: by name, until when the revoked tokens were issued, in seconds since the epoch. An entry is
 * dropped only when no token can pass any more that it is for. A name keeps its latest time: nothing is un-revoked.
 */
export class RevocationList {
  readonly #entries = new Map<string, number>()
  #sweepAt = firstSweep
  /** Changes with each entry that is added: what was decided before is out of date. */
  revision = 0

  constructor(private readonly settings: RevocationSettings) {}

  /** Until when tokens of a name are revoked. */
  latest(name: string): number {
    return this.#entries.get(name) ?? NOT_REVOKED
  }

  /** Adds an entry; false if there is no room for it. */
  add(name: string, before: number): boolean {
    const { maxEntries } = this.settings
    if (this.#entries.size >= Math.min(this.#sweepAt, maxEntries)) this.#sweep()
    if (this.#entries.size >= maxEntries && !this.#entries.has(name)) return false
    this.#entries.set(name, Math.max(before, this.latest(name)))
    this.revision++
    return true
  }

  /** Removes an entry that is known elsewhere. */
  delete(name: string): void {
    this.#entries.delete(name)
  }

  /** Seconds for which a token that was issued at `before`, by any clock, may still pass. */
  secondsLeft(before: number): number {
    const { maxTokenAge, tolerance, now } = this.settings
    return Math.ceil(before + maxTokenAge + 2 * tolerance - now() / 1000)
  }

  /** An entry is dropped when its tokens are too old, so a token that is older than that is refused. */
  checkAge(identity: Identity): Identity | Refusal {
    const { issuedAt } = identity
    if (issuedAt === undefined) return refuse('iat_missing', { needs: 'revocation' })
    const { maxTokenAge, tolerance, now } = this.settings
    if (now() / 1000 < issuedAt + maxTokenAge + tolerance) return identity
    return refuse('iat_before_revocations', { iat: issuedAt })
  }

  /** Drops what is over, each time that there are twice as many entries. */
  #sweep(): void {
    for (const [name, before] of this.#entries) if (this.secondsLeft(before) <= 0) this.#entries.delete(name)
    this.#sweepAt = Math.max(firstSweep, 2 * this.#entries.size)
  }
}
