import type { KeysNews } from '../keys/news.js'
import type { Reason } from './errors.js'

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

/** What a guard tells `onEvent`. */
export type GuardEvent = RefusedEvent | KeysEvent

/** Tells a listener of the user's; what it throws is its own affair, and changes no verdict. */
export type Emit = (event: GuardEvent) => void

export function emitter(listener: Emit | undefined): Emit | undefined {
  if (listener === undefined) return undefined
  return (event) => {
    // A listener counts requests; it must not decide them, nor end the process.
    void (async () => listener(event))().catch(() => {})
  }
}
