import type { DecidedEvent } from '../authorization/decisions.js'
import type { Reason } from '../common/errors.js'
import type { Identity, TokenType } from '../common/identity.js'
import type { KeySetEvent } from '../jwks/events.js'
import type { Channel } from './channel.js'

// The events of a guard. No event holds a token, a secret or personal data.

/** A token was verified, and its caller admitted. */
export interface VerifiedEvent {
  readonly type: 'verified'
  readonly kind: Identity['kind']
  readonly tokenType: TokenType
  /** Undefined only for a legacy `user.token` without `iss`. */
  readonly issuer: string | undefined
  readonly appId: string | undefined
  /** Whether the token came from the token cache. */
  readonly remembered: boolean
}

/** An anonymous request was admitted: `credentials: 'optional'`. */
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

/** The keys of an application were fetched, or the fetch failed. */
export type KeysEvent = KeySetEvent & { readonly issuer: string; readonly appId: string }

/** The issuer was asked whether a token is active, and answered. */
export interface IntrospectedEvent {
  readonly type: 'introspected'
  readonly issuer: string
  readonly appId: string
  readonly active: boolean
}

/** The issuer was asked whether a token is active, and gave no usable answer. */
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

/** A call of the shared store failed or timed out. `error` is its code, or the word that a Redis error begins with. */
export interface StoreFailedEvent {
  readonly type: 'store_failed'
  readonly operation: 'read' | 'write'
  readonly purpose: string
  readonly error: string
}

/** A value in the shared store was not sealed by this guard's secret for this place and time: it counts as absent. */
export interface StoreRejectedEvent {
  readonly type: 'store_rejected'
  readonly purpose: string
  readonly error: string
}

/** A webhook of Authing was received, and answered. */
export interface WebhookReceivedEvent {
  readonly type: 'webhook_received'
  /** Undefined where the request was refused before its body was read, or names no event. */
  readonly eventName: string | undefined
  readonly result: 'revoked' | 'forgotten' | 'ignored' | 'repeated' | 'refused'
  /** How many users were revoked. */
  readonly users: number
  /** The HTTP status of the answer. */
  readonly status: number
  /** Why it was refused: fixed text. */
  readonly detail: string | undefined
}

/** An observer reports that the guard would have admitted the request. */
export interface WouldHavePassed {
  readonly type: 'observed'
  readonly wouldHave: 'passed'
  /** Undefined for an anonymous request, where credentials are optional. */
  readonly kind: Identity['kind'] | undefined
  readonly tokenType: TokenType | undefined
  readonly issuer: string | undefined
  readonly appId: string | undefined
}

/** An observer reports that the guard would have refused the request. */
export interface WouldHaveRefused extends Omit<RefusedEvent, 'type'> {
  readonly type: 'observed'
  readonly wouldHave: 'refused'
}

/** An observer reports that the host would have answered 500: a function of yours threw where the guard does not catch it. */
export interface WouldHaveFailed {
  readonly type: 'observed'
  readonly wouldHave: 'failed'
}

/** What an observing guard would have done with a request. */
export type ObservedEvent = WouldHavePassed | WouldHaveRefused | WouldHaveFailed

/** The `until` of `observe` has passed, and the observer stops. Emitted once, at the first request after that. */
export interface ObservationEndedEvent {
  readonly type: 'observation_ended'
}

/** A use of the package that works and is a mistake. */
export type Misuse = 'guard_per_request' | 'unbounded_audience' | 'secret_in_front_end'

/** A misuse was noticed. Emitted once in a process for each kind. */
export interface MisusedEvent {
  readonly type: 'misused'
  readonly misuse: Misuse
  /** What to do instead. */
  readonly advice: string
}

/** An event for `onEvent` and for the channel `authing-guard` of `node:diagnostics_channel`. */
export type GuardEvent =
  | VerifiedEvent
  | AnonymousEvent
  | RefusedEvent
  | KeysEvent
  | IntrospectedEvent
  | IntrospectionFailedEvent
  | DecidedEvent
  | RevokedEvent
  | WebhookReceivedEvent
  | StoreFailedEvent
  | StoreRejectedEvent
  | ObservedEvent
  | ObservationEndedEvent
  | MisusedEvent

/** Names the guard that emits an event: the same object for all events of one guard. */
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

/** Emits the events of a guard. Events are not built where nobody listens: check `hasListeners` first. */
export interface Events {
  /** Whether there is a listener now. */
  readonly hasListeners: boolean
  /** What a listener throws is dropped, and changes no verdict. */
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

  /** Read for each event: subscribers come and go while the process runs. */
  get hasListeners(): boolean {
    return this.listener !== undefined || this.channel?.hasSubscribers === true
  }

  readonly emit = (event: GuardEvent): void => {
    const { listener, channel, guard } = this
    if (listener !== undefined) safely(() => listener(event))
    if (channel?.hasSubscribers === true) safely(() => channel.publish({ guard, event } satisfies GuardMessage))
  }
}

/** Events without a listener. */
export const noopEvents: Events = new GuardEvents(undefined, undefined, { applications: [], userPoolId: undefined })

/** Drops what a listener throws or rejects with: a listener must not decide requests, nor end the process. */
export function safely(emit: () => unknown): void {
  void (async () => emit())().catch(() => {})
}
