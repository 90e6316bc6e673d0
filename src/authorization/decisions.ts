import { callHook, type HookContext } from '../common/call-hook.js'
import type { Identity } from '../common/identity.js'
import { Lru } from '../common/lru.js'
import { chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import { Refusal } from '../common/refusal.js'
import { SingleFlight } from '../common/single-flight.js'
import { CallerIds } from './caller-ids.js'
import type { PermissionHookSettings } from './permission-hook.js'

const mostDecisions = 10_000
/** Characters of all keys together. */
const mostCharacters = 8 * 1024 * 1024
/** Characters of a key that is kept: a context may be as long as a request's body. */
const longestKey = 4096

/** An answer about a user or an access key, and for how long it holds, in milliseconds since the epoch. */
interface Decision {
  readonly userId: string | undefined
  readonly clientId: string | undefined
  readonly allowed: boolean
  readonly since: number
  readonly until: number
}

/** What becomes of a question about a caller, told as it is answered. */
export interface DecidedEvent {
  readonly type: 'decided'
  readonly hook: 'checkPermission' | 'hasRole'
  /** The action that was asked about, as the requirement has it; undefined for roles. Resources may name people. */
  readonly action: string | undefined
  readonly allowed: boolean
  /** Whether the answer was at hand in this process, and the hook not called. */
  readonly remembered: boolean
}

/** Where the events go. They are not built when nobody listens. */
export interface DecisionReporter {
  readonly hasListeners: boolean
  readonly emit: (event: DecidedEvent) => void
}

/** Whose decisions to forget: those on a user, or on an access key, whichever user it acts for; or everyone's. */
export interface Forgotten {
  readonly userId?: string
  readonly clientId?: string
  /** Cached introspection replies too: for a change of a role, a group or a permission that names no user. */
  readonly everyone?: true
}

/** A question for a hook. */
export interface Question extends Pick<PermissionHookSettings, 'cacheSeconds' | 'callerOnly'> {
  /** All that the answer may depend on, but for the caller; no two questions have the same text. */
  readonly text: string
  readonly hook: DecidedEvent['hook']
  /** For the event; left out for roles. */
  readonly action?: string
  readonly ask: (identity: Identity, context: HookContext) => unknown
}

/**
 * The answers of hooks: one call in flight for one question, each answer kept for as long as the hook says it holds and
 * never past the token's end, a failure never.
 */
export class Decisions {
  readonly #kept = new Lru<string, Decision>({
    maxEntries: mostDecisions,
    maxWeight: mostCharacters,
    weightOf: ({ length }) => length,
  })
  readonly #calls: SingleFlight<boolean | Refusal>
  readonly #callers = new CallerIds()
  /** Counts what was forgotten: an answer that was under way meanwhile is not kept. */
  #forgotten = 0

  constructor(
    private readonly now: () => number,
    /** Whether what a request begins goes on when it is answered, and so may be waited for by another one. */
    canOutliveRequest: boolean,
    private readonly report: DecisionReporter,
  ) {
    this.#calls = new SingleFlight({ now, isShared: canOutliveRequest })
  }

  /** The answer to a question, or the refusal if the hook did not answer. Emits the answer where somebody listens. */
  decide(identity: Identity, question: Question): MaybePromise<boolean | Refusal> {
    const answer = this.#find(identity, question)
    if (!this.report.hasListeners) return answer
    const { hook, action } = question
    const remembered = typeof answer === 'boolean'
    return chainUnlessRefused(answer, (allowed) => {
      this.report.emit({ type: 'decided', hook, action, allowed, remembered })
      return allowed
    })
  }

  #find(identity: Identity, question: Question): MaybePromise<boolean | Refusal> {
    const caller = question.callerOnly ? this.#callers.byName(identity) : this.#callers.byToken(identity)
    const key = `${caller} ${question.text}`
    const kept = this.#kept.get(key)
    const now = this.now()
    // Somebody else's decision may have been kept by a token of the same caller that lives longer.
    if (kept !== undefined && now >= kept.since && now < kept.until && now < identity.expiresAt * 1000) {
      return kept.allowed
    }
    return this.#calls.run(key, () => this.#ask(key, identity, question))
  }

  /** Drops what is kept of a user or an access key, or all of it; what is under way is answered, and not kept. */
  forget({ userId, clientId }: Forgotten): void {
    this.#forgotten++
    this.#calls.clear()
    this.#kept.deleteWhere((decision) => {
      const isUser = userId === undefined || decision.userId === userId
      const isClient = clientId === undefined || decision.clientId === clientId
      return isUser && isClient
    })
  }

  async #ask(key: string, identity: Identity, question: Question): Promise<boolean | Refusal> {
    const forgotten = this.#forgotten
    // From the question on, not the answer: what changed at Authing meanwhile must not hold for longer.
    const since = this.now()
    const { hook, cacheSeconds } = question
    const allowed = await callHook(hook, (context) => question.ask(identity, context))
    if (allowed instanceof Refusal) return allowed
    const { userId, clientId, expiresAt } = identity
    const until = Math.min(since + cacheSeconds * 1000, expiresAt * 1000)
    if (cacheSeconds > 0 && key.length <= longestKey && forgotten === this.#forgotten)
      this.#kept.set(key, { userId, clientId, allowed, since, until })
    return allowed
  }
}
