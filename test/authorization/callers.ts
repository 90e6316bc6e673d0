import {
  createGuard,
  type DelegateIdentity,
  type Guard,
  type GuardError,
  type GuardEvent,
  type GuardOptions,
  type Identity,
  type MachineIdentity,
  type UserIdentity,
} from 'authing-guard'
import { accessKey, appId, issuer, refusalOf, today, userId } from '../support/world.js'

// Callers as a guard would have proven them, for tests of what they may do.

const base = {
  tokenType: 'access_token',
  issuer,
  appId,
  scopes: [],
  expiresAt: today + 3600,
  claims: { exp: today + 3600 },
} as const

export function user(more: Partial<Omit<UserIdentity, 'kind'>> = {}): UserIdentity {
  return Object.freeze({ ...base, kind: 'user', userId, ...more })
}

export function machine(more: Partial<Omit<MachineIdentity, 'kind'>> = {}): MachineIdentity {
  return Object.freeze({ ...base, kind: 'machine', clientId: accessKey, ...more })
}

export function delegate(more: Partial<Omit<DelegateIdentity, 'kind'>> = {}): DelegateIdentity {
  return Object.freeze({ ...base, kind: 'delegate', clientId: accessKey, userId, ...more })
}

export interface Gate {
  readonly guard: Guard<Identity | undefined>
  readonly events: GuardEvent[]
  /** The clock, in milliseconds. */
  time: number
}

/** A guard with a clock of its own. Nobody shows it a token, so it needs no keys. */
export function gate(options: Partial<GuardOptions> = {}): Gate {
  const events: GuardEvent[] = []
  const made = {
    issuer,
    appId,
    now: () => world.time,
    onEvent: (event: GuardEvent) => events.push(event),
  }
  const world = { guard: createGuard({ ...made, ...options } as GuardOptions), events, time: today * 1000 }
  return world
}

/** What becomes of a caller: 200, or the status of the refusal. */
export async function statusOf(verdict: Promise<unknown>): Promise<number> {
  return verdict.then(
    () => 200,
    (error: GuardError) => error.status,
  )
}

export { refusalOf }
