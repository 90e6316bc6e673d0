import { LRUCache } from 'lru-cache'
import { withDeadline } from '../core/deadline.js'
import { Refusal } from '../core/errors.js'
import type { Identity } from '../core/identity.js'
import type { HookContext } from './permission.js'

/** Seconds that a hook may take. */
const patience = 2
const mostDecisions = 10_000

interface Decision {
  readonly allowed: boolean
  /** Milliseconds since the epoch. */
  readonly until: number
  readonly since: number
  readonly userId: string | undefined
  readonly clientId: string | undefined
}

/** Whose decisions to forget. */
export interface Forgotten {
  readonly userId?: string
  readonly clientId?: string
}

/**
 * The answers of hooks: one call in flight for one question, each answer kept for as long as the hook says it holds and
 * never past the token's end, a failure never.
 */
export class Decisions {
  readonly #kept = new LRUCache<string, Decision>({ max: mostDecisions })
  readonly #asked = new Map<string, Promise<boolean>>()
  /** Counts what was forgotten: an answer that was under way meanwhile is not kept. */
  #forgotten = 0

  constructor(private readonly now: () => number) {}

  /**
   * The answer to a question, whose key says all that it may depend on but for the caller.
   *
   * @throws {Refusal} `permission_unavailable` where there is none.
   */
  decide(
    identity: Identity,
    question: readonly unknown[],
    remember: number,
    ask: (context: HookContext) => unknown,
  ): boolean | Promise<boolean> {
    const { userId, clientId } = partiesOf(identity)
    const { issuer, appId, userPoolId, tenantId, kind } = identity
    const caller = [issuer ?? null, appId ?? null, userPoolId ?? null, tenantId ?? null, kind, clientId ?? null]
    const key = JSON.stringify([...caller, userId ?? null, ...question])
    const kept = this.#kept.get(key)
    const now = this.now()
    if (kept !== undefined && now < kept.until && now >= kept.since) return kept.allowed
    return this.#asked.get(key) ?? this.#ask(key, identity, remember, ask)
  }

  /** Drops what is kept of a user or an access key; what is under way is answered, and not kept. */
  forget({ userId, clientId }: Forgotten): void {
    this.#forgotten++
    this.#asked.clear()
    for (const [key, decision] of this.#kept.entries()) {
      const isUser = userId === undefined || decision.userId === userId
      const isClient = clientId === undefined || decision.clientId === clientId
      if (isUser && isClient) this.#kept.delete(key)
    }
  }

  #ask(key: string, identity: Identity, remember: number, ask: (context: HookContext) => unknown): Promise<boolean> {
    const forgotten = this.#forgotten
    const answer = answerOf(ask)
      .then((allowed) => {
        const since = this.now()
        const until = Math.min(since + remember * 1000, identity.expiresAt * 1000)
        if (remember > 0 && forgotten === this.#forgotten) {
          this.#kept.set(key, { allowed, since, until, ...partiesOf(identity) })
        }
        return allowed
      })
      .finally(() => {
        if (this.#asked.get(key) === answer) this.#asked.delete(key)
      })
    this.#asked.set(key, answer)
    return answer
  }
}

function partiesOf(identity: Identity): { readonly userId: string | undefined; readonly clientId: string | undefined } {
  return {
    userId: identity.kind === 'machine' ? undefined : identity.userId,
    clientId: identity.kind === 'user' ? undefined : identity.clientId,
  }
}

/**
 * Asks a hook of the user's, within its time; only true and false are answers.
 *
 * @throws {Refusal} for everything else.
 */
export async function answerOf(ask: (context: HookContext) => unknown): Promise<boolean> {
  let answer: unknown
  try {
    const late = () => new Error(`no answer within ${patience} s`)
    answer = await withDeadline(patience, late, async (signal) => ask({ signal }))
  } catch (cause) {
    throw unavailable('the hook failed or took too long', cause)
  }
  if (typeof answer !== 'boolean') throw unavailable('the hook answered neither true nor false')
  return answer
}

export function unavailable(detail: string, cause?: unknown): Refusal {
  return new Refusal('permission_unavailable', detail, { retryAfter: 1, cause })
}
