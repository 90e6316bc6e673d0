import type { Identity } from '../common/identity.js'
import { type Refusal, refuse } from '../common/refusal.js'
import type { TokenStatusCheck } from '../token/status-check.js'
import { covers, nameOf, namesOf, type Revocation, type RevocationTarget, targetOf } from './revocation.js'
import { RevocationList, type RevocationListSettings } from './revocation-list.js'

export interface RevocationSettings extends RevocationListSettings {
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

/** The refusal of an identity that is revoked under a name. */
export function revokedBy(name: string): Refusal {
  return refuse('revoked', { by: targetOf(name) })
}

/** The refusal where this process has no room for another revocation. */
export function tooMany(): Refusal {
  return refuse('revocations_full', {}, { retryAfter: 1 })
}
