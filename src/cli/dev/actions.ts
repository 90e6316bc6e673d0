import { readOutage } from '../../testing/fault.js'
import type { GrantOptions, RoleOptions } from '../../testing/grants.js'
import type { Json } from '../../testing/jws.js'
import { mistake } from '../../testing/validation.js'
import type { ConsoleState } from './desk.js'
import { explanationOf } from './explanation.js'
import { mintFor } from './minting.js'

const textOf = (value: unknown, name: string): string => {
  if (typeof value === 'string' && value !== '') return value
  throw mistake(`${name} must be a string that is not blank`)
}

/** What the page's buttons do, by name. The pool checks what it is given, whatever the types say, and throws TypeErrors. */
export const actions: Readonly<Record<string, (desk: ConsoleState, given: Json) => unknown>> = {
  mint: ({ pool }, given) => ({ token: mintFor(pool, given) }),
  explain: ({ pool }, given) => explanationOf(pool, given),
  rotate: ({ pool }, given) => pool.rotateKeys(given),
  revoke: (desk, { token }) => {
    desk.pool.revoke(textOf(token, 'token'))
    desk.revoked += 1
  },
  down: (desk, given) => {
    desk.pool.goDown(given)
    desk.outage = readOutage(given)
  },
  up: (desk) => {
    desk.pool.comeUp()
    desk.outage = undefined
  },
  slow: (desk, { seconds }) => {
    desk.pool.slowDown(Number(seconds))
    desk.delay = Number(seconds)
  },
  'add-user': ({ pool }, given) => pool.addUser(given),
  'remove-user': ({ pool }, { userId }) => pool.removeUser(textOf(userId, 'userId')),
  'set-roles': ({ pool }, { userId, roles }) =>
    pool.setRoles(textOf(userId, 'userId'), roles as readonly RoleOptions[]),
  grant: ({ pool }, given) => pool.grant(given as unknown as GrantOptions),
  ungrant: ({ pool }, given) => pool.ungrant(given as unknown as GrantOptions),
  'clear-requests': ({ pool }) => pool.clearRequests(),
}
