import { createGuard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { authingGuard as authingGuardKoa } from 'authing-guard/koa'

const optionsOf = ({ issuer, appId, jwksUri, secret }, more) => ({
  issuer,
  appId,
  jwksUri,
  appSecret: secret,
  // Loopback, where NODE_ENV is production.
  allowHttp: true,
  ...more,
})

const peer = (name, remembers, common) => ({
  name,
  packages: ['authing-guard'],
  remembers,
  /** @returns the guard itself, for workloads of its own */
  guard: (world, more) => createGuard(optionsOf(world, { ...common, ...more })),
  verifier(world, more) {
    const guard = this.guard(world, more)
    return (token) => guard.verifyToken(token)
  },
})

export const authingGuardNoCache = peer('authing-guard, cache off', false, { tokenCache: false })

export const authingGuardPeer = {
  ...peer('authing-guard', true, {}),
  // A set's age is by the guard's own clock, so nothing has to be waited for.
  takesClock: true,
  withFreshness(world, { now }) {
    return this.verifier(world, { now })
  },
  express: (world) => authingGuard(optionsOf(world)),
  koa: (world) => authingGuardKoa(optionsOf(world)),
}
