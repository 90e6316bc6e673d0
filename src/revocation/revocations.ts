import type { Identity } from '../common/identity.js'
import type { MaybePromise } from '../common/maybe-promise.js'
import { type Refusal, refuse } from '../common/refusal.js'
import type { TokenStatusCheck } from '../token/status-check.js'
import { covers, merge, NOT_REVOKED, type RevocationEntries } from './record.js'
import { nameOf, namesOf, type Revocation, type RevocationTarget, revokedBy } from './revocation.js'

export interface RevocationSettings {
  /** Seconds after `iat` for which a token may pass at most: an older one is refused. */
  readonly maxTokenAge: number
  /** The issuers of the guard's tokens, and {@link poolName} of its pool: where a revocation holds. */
  readonly issuers: readonly string[]
  /** All issuers of the application of a token: it may move from one to another. */
  readonly issuersOf: (identity: Identity) => readonly string[]
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
  /** The identity, or the refusal if it was revoked or that cannot be found out. */
  check(identity: Identity): MaybePromise<Identity | Refusal>
}

/** Revocations in the memory of this process alone: those of a guard without a store. */
export class LocalRevocations implements Revocations {
  readonly #list: RevocationList

  constructor(private readonly settings: RevocationSettings) {
    this.#list = new RevocationList(settings)
  }

  async revoke(revocation: Revocation): Promise<Refusal | undefined> {
    if (!this.#list.add(nameOf(revocation), this.#list.entriesOf(revocation))) return tooMany()
    if (this.#list.revision === 1) this.settings.begin((identity) => this.check(identity))
    this.settings.emit({ type: 'revoked', what: revocation.what })
    return undefined
  }

  check(identity: Identity): Identity | Refusal {
    // Nothing was revoked, so an age that is too old for the list does not matter.
    if (this.#list.revision === 0) return identity
    for (const name of namesOf(identity)) {
      if (covers(name, this.#list.get(name), identity, this.settings.issuersOf)) return revokedBy(name)
    }
    return this.#list.checkAge(identity)
  }
}

/** The refusal where this process has no room for another revocation. */
export function tooMany(): Refusal {
  return refuse('revocations_full', {}, { retryAfter: 1 })
}

/** Names from which on the list is searched for those that are over. */
const firstSweep = 1024
/** Seconds by which a clock may differ at most, here or in another guard: the bound of the option `clockTolerance`. */
const maxTolerance = 300

/**
 * Revocations in memory, by name. A name is dropped only when no token can pass any more that it is for. Nothing is
 * un-revoked.
 */
export class RevocationList {
  readonly #names = new Map<string, RevocationEntries>()
  #sweepAt = firstSweep
  /** Counts the names that were added: what was decided before is out of date. */
  revision = 0

  constructor(private readonly settings: RevocationSettings) {}

  /** A revocation holds at each issuer of the guard. */
  entriesOf({ appId, before }: Revocation): RevocationEntries {
    const { issuers, maxTokenAge } = this.settings
    return issuers.map((issuer) => ({ issuer, appId, before, maxTokenAge }))
  }

  /** What is revoked under a name. */
  get(name: string): RevocationEntries {
    return this.#names.get(name) ?? NOT_REVOKED
  }

  /** Adds entries under a name. Returns false if the list is full. */
  add(name: string, entries: RevocationEntries): boolean {
    const { maxEntries } = this.settings
    if (this.#names.size >= Math.min(this.#sweepAt, maxEntries)) this.#sweep()
    if (this.#names.size >= maxEntries && !this.#names.has(name)) return false
    this.#names.set(name, merge(this.get(name), entries))
    this.revision++
    return true
  }

  /** Removes a name that is known elsewhere. */
  delete(name: string): void {
    this.#names.delete(name)
  }

  /** Seconds for which a token that one of the entries is for may still pass, by any clock. */
  secondsLeft(entries: RevocationEntries): number {
    const end = Math.max(...entries.map(({ before, maxTokenAge }) => before + maxTokenAge))
    return Math.ceil(end + 2 * maxTolerance - this.settings.now() / 1000)
  }

  /** A name is dropped when its tokens are too old, so a token that is older than that is refused. */
  checkAge(identity: Identity): Identity | Refusal {
    const { issuedAt } = identity
    if (issuedAt === undefined) return refuse('iat_missing', { needs: 'revocation' })
    const { maxTokenAge, now } = this.settings
    if (now() / 1000 < issuedAt + maxTokenAge + maxTolerance) return identity
    return refuse('iat_before_revocations', { iat: issuedAt })
  }

  /** Drops what is over, each time that there are twice as many names. */
  #sweep(): void {
    for (const [name, entries] of this.#names) if (this.secondsLeft(entries) <= 0) this.#names.delete(name)
    this.#sweepAt = Math.max(firstSweep, 2 * this.#names.size)
  }
}
