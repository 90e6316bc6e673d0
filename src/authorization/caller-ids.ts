import { jsonText } from '../common/claims.js'
import type { Identity } from '../common/identity.js'
import { Lru } from '../common/lru.js'
import { memo } from './memo.js'

/** Callers who are known by a number at a time, by name and by token: more than there are decisions to find again. */
const mostCallers = 32_768
/** Characters about all of them. */
const mostCharacters = 4 * 1024 * 1024

/**
 * Gives callers numbers, for the keys of decisions: two have the same number only where an answer about the one holds
 * for the other. A number is never given twice, so one that was forgotten costs a question and no more.
 */
export class CallerIds {
  readonly #known = new Lru<string, number>({
    maxEntries: mostCallers,
    maxWeight: mostCharacters,
    weightOf: ({ length }) => length,
  })
  #last = 0

  /** By who calls: application, user pool, tenant, kind, access key and user. */
  readonly byName = memo((identity) => this.#numberOf(nameOf(identity)))
  /** By everything that the token says, for a hook that may look at all of it. */
  readonly byToken = memo((identity) => this.#numberOf([...nameOf(identity), identity.tokenType, identity.claims]))

  #numberOf(what: readonly unknown[]): number {
    const text = jsonText(what)
    // A token of 16 KiB may be nested too deep to be told apart: a caller of its own, each time.
    if (text === undefined) return ++this.#last
    const known = this.#known.get(text) ?? ++this.#last
    this.#known.set(text, known)
    return known
  }
}

/** Who calls, for keys of what depends on that alone. */
function nameOf(identity: Identity): readonly (string | undefined)[] {
  const { issuer, appId, userPoolId, tenantId, kind, clientId, userId } = identity
  // In a list undefined and null are the same to JSON; a name is neither.
  return [issuer, appId, userPoolId, tenantId, kind, clientId, userId]
}
