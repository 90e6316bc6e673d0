import { readOutage } from '../../testing/fault.js'
import type { GrantOptions, RoleOptions } from '../../testing/grants.js'
import type { Json } from '../../testing/jws.js'
import { invalid } from '../../testing/validation.js'
import { callApi } from './call.js'
import type { ConsoleState } from './console-state.js'
import { explanationOf } from './explanation.js'
import { mintFor } from './minting.js'

const requiredText = (value: unknown, name: string): string => {
  if (typeof value === 'string' && value !== '') return value
  throw invalid(`${name} must be a string that is not blank`)
}

/** What the buttons of the page do, by name. The pool checks the values at run time and throws TypeErrors. */
export const actions: Readonly<Record<string, (state: ConsoleState, given: Json) => unknown>> = {
  mint: ({ pool }, given) => ({ token: mintFor(pool, given) }),
  call: (_state, given) => callApi(given),
  explain: ({ pool }, given) => explanationOf(pool, given),
  rotate: ({ pool }, given) => pool.rotateKeys(given),
  revoke: (state, { token }) => {
    state.pool.revoke(requiredText(token, 'token'))
    state.revoked += 1
  },
  down: (state, given) => {
    state.pool.goDown(given)
    state.outage = readOutage(given)
  },
  up: (state) => {
    state.pool.comeUp()
    state.outage = undefined
  },
  slow: (state, { seconds }) => {
    state.pool.slowDown(Number(seconds))
    state.delay = Number(seconds)
  },
  'add-user': ({ pool }, given) => pool.addUser(given),
  'remove-user': ({ pool }, { userId }) => pool.removeUser(requiredText(userId, 'userId')),
  'block-user': ({ pool }, { userId }) => pool.block(requiredText(userId, 'userId')),
  'kick-user': ({ pool }, { userId }) => pool.kick(requiredText(userId, 'userId')),
  'set-roles': ({ pool }, { userId, roles }) =>
    pool.setRoles(requiredText(userId, 'userId'), roles as readonly RoleOptions[]),
  grant: ({ pool }, given) => pool.grant(given as unknown as GrantOptions),
  'remove-grant': ({ pool }, given) => pool.removeGrant(given as unknown as GrantOptions),
  'clear-requests': ({ pool }) => pool.clearRequests(),
  'clear-api-log': ({ apiLog }) => apiLog.clear(),
}
