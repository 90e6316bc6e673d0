import type { Json } from '../common/claims.js'

/** What the store is used for: values of one purpose never pass for another's. */
export type Purpose = 'jwks' | 'revocation'

/** What the store says of a key. */
export type Found =
  | { readonly state: 'found'; readonly value: Json }
  | { readonly state: 'absent' }
  /** There is a value, and its seal is not this guard's for this place and time. An event has told it. */
  | { readonly state: 'rejected' }
  /** No answer in time, or an error. An event has told it. */
  | { readonly state: 'down' }

/**
 * What several processes remember together. Values are sealed, keys are hashed, each call has a deadline behind a
 * circuit breaker; nothing here ever throws or rejects.
 */
export interface SharedStore {
  read(purpose: Purpose, key: string): Promise<Found>
  /** Whether the store has it now; `seconds` is how long it counts. */
  write(purpose: Purpose, key: string, value: Json, seconds: number): Promise<boolean>
}
