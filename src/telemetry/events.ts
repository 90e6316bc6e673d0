import type { DecidedEvent } from '../authorization/events.js'
import type { Reason } from '../common/errors.js'
import type { Identity, TokenType } from '../common/identity.js'
import type { KeySetEvent } from '../jwks/events.js'
import type { Channel } from './channel.js'

// What a guard tells. No event holds a token, a secret or anything that says who a person is.

/** A token was proven, and its caller let in. */
export interface VerifiedEvent {
  readonly type: 'verified'
  readonly kind: Identity['kind']
  readonly tokenType: TokenType
  /** Undefined only for a legacy `user.token` without `iss`. */
  readonly issuer: string | undefined
  readonly appId: string | undefined
  /** Whether the same token had been verified before, and was remembered. */
  readonly remembered: boolean
}

/** A request without credentials was let in, as nobody: `credentials: 'optional'`. */
export interface AnonymousEvent {
  readonly type: 'anonymous'
}

/** A request was refused. */
export interface RefusedEvent {
  readonly type: 'refused'
  readonly reason: Reason
  readonly status: number
  /** What was expected and what was found. For logs; never on the wire. */
  readonly detail: string
}

/** Keys of an application were fetched, or could not be. */
export type KeysEvent = KeySetEvent & { readonly issuer: string; readonly appId: string }

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

/** A guard that only watches found out what it would have done: let the request in, */
export interface WouldHavePassed {
  readonly type: 'observed'
  readonly wouldHave: 'passed'
  /** Undefined for nobody, where credentials are optional. */
  readonly kind: Identity['kind'] | undefined
  readonly tokenType: TokenType | undefined
  readonly issuer: string | undefined
  readonly appId: string | undefined
}

/** or refused it, */
export interface WouldHaveRefused extends Omit<RefusedEvent, 'type'> {
  readonly type: 'observed'
  readonly wouldHave: 'refused'
}

/** or failed, which a host answers with 500: a function of yours threw where no guard catches it. */
export interface WouldHaveFailed {
  readonly type: 'observed'
  readonly wouldHave: 'failed'
}

/** What a guard that only watches would have done with a request. */
export type ObservedEvent = WouldHavePassed | WouldHaveRefused | WouldHaveFailed

/** The time that `observe` was given is over: from here on it does nothing. Told once, at the first request after. */
export interface ObservationEndedEvent {
  readonly type: 'observation_ended'
}

/** What works, and yet should not be done. */
export type Misuse = 'guard_per_request' | 'unbounded_audience' | 'secret_in_front_end'

/** A misuse was noticed. Told once in a process for each kind. */
export interface MisusedEvent {
  readonly type: 'misused'
  readonly misuse: Misuse
  /** What to do instead. */
  readonly advice: string
}

/** What a guard tells `onEvent`, and the channel `authing-guard` of `node:diagnostics_channel`. */
export type GuardEvent =
  | VerifiedEvent
  | AnonymousEvent
  | RefusedEvent
  | KeysEvent
  | IntrospectedEvent
  | IntrospectionFailedEvent
  | DecidedEvent
  | RevokedEvent
  | StoreFailedEvent
  | StoreRejectedEvent
  | ObservedEvent
  | ObservationEndedEvent
  | MisusedEvent

/** Which guard tells: one object for all that it ever tells. */
export interface GuardName {
  readonly applications: readonly { readonly issuer: string; readonly appId: string }[]
  /** Of the `userPool` option. */
  readonly userPoolId: string | undefined
}

/** A message on the channel `authing-guard`, which all guards of a process share. */
export interface GuardMessage {
  readonly guard: GuardName
  readonly event: GuardEvent
}

/** Tells whoever listens; nobody writes an event for nobody. */
export interface Events {
  /** Whether anybody listens now. */
  readonly hasListeners: boolean
  /** What a listener throws is its own affair, and changes no verdict. */
  readonly emit: (event: GuardEvent) => void
}

/**
 * The events of one guard: for its `onEvent`, and for the process's channel. A class, since every request reads
 * `hasListeners`: V8 does not inline a getter that each object has of its own.
 */
export class GuardEvents implements Events {
  constructor(
    private readonly listener: ((event: GuardEvent) => void) | undefined,
    private readonly channel: Channel | undefined,
    private readonly guard: GuardName,
  ) {}

  /** Subscribers come and go while the process runs. */
  get hasListeners(): boolean {
    return this.listener !== undefined || this.channel?.hasSubscribers === true
  }

  readonly emit = (event: GuardEvent): void => {
    const { listener, channel, guard } = this
    if (listener !== undefined) safely(() => listener(event))
    if (channel?.hasSubscribers === true) safely(() => channel.publish({ guard, event } satisfies GuardMessage))
  }
}

/** Where there is nothing to tell. */
export const noopEvents: Events = new GuardEvents(undefined, undefined, { applications: [], userPoolId: undefined })

/** A listener counts requests; it must not decide them, nor end the process. */
function safely(emit: () => unknown): void {
  void (async () => emit())().catch(() => {})
}
