import type { KeysNews } from '../keys/news.js'
import type { Reason } from './errors.js'
import type { Identity, TokenType } from './identity.js'

/** A request was let in. */
export interface VerifiedEvent {
  readonly type: 'verified'
  readonly kind: Identity['kind']
  readonly tokenType: TokenType
  readonly appId: string | undefined
  /** Whether the same token had been verified before, and was remembered. */
  readonly remembered: boolean
}

/** A request was refused. */
export interface RefusedEvent {
  readonly type: 'refused'
  readonly reason: Reason
  readonly status: number
  /** What was expected and what was found; no token, no secret, no personal claim. */
  readonly detail: string
}

/** Keys of an application were fetched, or could not be. */
export type KeysEvent = KeysNews & { readonly issuer: string; readonly appId: string }

/** The issuer was asked whether a token is active, and answered. */
export interface IntrospectedEvent {
  readonly type: 'introspected'
  readonly issuer: string
  readonly appId: string
  readonly active: boolean
}

/** The issuer was asked whether a token is active, and gave no answer to go by. */
export interface IntrospectionFailedEvent {
  readonly type: 'introspection_failed'
  readonly issuer: string
  readonly appId: string
  readonly error: string
}

/** A hook was asked whether a caller may do something, and answered. */
export interface DecidedEvent {
  readonly type: 'decided'
  /** The hook: `checkPermission` or `hasRole`. */
  readonly hook: string
  readonly allowed: boolean
}

/** A token, user or access key was revoked in this process. */
export interface RevokedEvent {
  readonly type: 'revoked'
  readonly what: 'token' | 'user' | 'client'
}

/** The shared store did not do what it was asked. */
export interface StoreFailedEvent {
  readonly type: 'store_failed'
  readonly purpose: string
  readonly error: string
}

/** A value in the shared store was not sealed by this guard's secret for this place and time: it counts as absent. */
export interface StoreRejectedEvent {
  readonly type: 'store_rejected'
  readonly purpose: string
  readonly error: string
}

/** What a guard tells `onEvent`. */
export type GuardEvent =
  | VerifiedEvent
  | RefusedEvent
  | KeysEvent
  | IntrospectedEvent
  | IntrospectionFailedEvent
  | DecidedEvent
  | RevokedEvent
  | StoreFailedEvent
  | StoreRejectedEvent

/** Tells whoever listens; nobody writes an event for nobody. */
export interface Events {
  /** Whether anybody listens now. */
  readonly isHeard: boolean
  /** What a listener throws is its own affair, and changes no verdict. */
  readonly tell: (event: GuardEvent) => void
}

/** The events of one guard: for its `onEvent`. */
export function eventsFor(listener: ((event: GuardEvent) => void) | undefined): Events {
  return {
    isHeard: listener !== undefined,
    // A listener counts requests; it must not decide them, nor end the process.
    tell: (event) => void (async () => listener?.(event))().catch(() => {}),
  }
}
