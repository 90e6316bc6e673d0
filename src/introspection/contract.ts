import type { When } from '../token/token-options.js'
import type { IntrospectionContext } from './context.js'
import type { IntrospectionOptions } from './options.js'
import type { TokenIntrospection } from './token-introspection.js'

// What a guard and the part of `introspection` know of each other: types alone.

/** The contents of the part. */
export interface IntrospectionContents {
  /** As given, for the commands that diagnose a configuration. */
  readonly options: IntrospectionOptions
  /** Which tokens the guard asks about by itself. */
  readonly when: When
  /** For one guard: its applications, its clock, its `fetch` and its events. @throws {TypeError} */
  readonly bind: (context: IntrospectionContext) => GuardIntrospection
}

/** Introspection as one guard uses it. */
export type GuardIntrospection = Pick<TokenIntrospection, keyof TokenIntrospection>
