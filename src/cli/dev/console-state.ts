import type { Outage } from '../../testing/fault.js'
import type { UserPool } from '../../testing/user-pool.js'
import { ApiLog } from './api-log.js'
import type { Changes } from './changes.js'

/** What the console works on: the pool, and what the pool does not report itself. */
export class ConsoleState {
  /** The outage, as the page last set it. */
  outage: Outage | undefined
  /** Seconds before each answer of the pool. */
  delay = 0
  /** How many tokens were revoked here. */
  revoked = 0
  /** The address of the console, once it listens. */
  url = ''
  readonly apiLog = new ApiLog()

  constructor(
    readonly pool: UserPool,
    readonly changes: Changes,
  ) {}
}
