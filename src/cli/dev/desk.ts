import type { Fault } from '../../testing/fault.js'
import type { UserPool } from '../../testing/user-pool.js'
import type { Changes } from './changes.js'

/** How the pool is down, as the page last set it. */
export interface Outage {
  readonly how: Fault
  readonly path: string
}

/** What the console works on: the pool, and what the pool does not tell of itself. */
export class ConsoleState {
  outage: Outage | undefined
  /** Seconds before each answer of the pool. */
  delay = 0
  /** How many tokens were revoked here. */
  revoked = 0

  constructor(
    readonly pool: UserPool,
    readonly changes: Changes,
  ) {}
}
