import { createGuard } from 'authing-guard'
import type { UserPool } from 'authing-guard/testing'
import type { Routes } from '../host/host.js'

/** The routes of every host: guards of one user pool, and of one that is down. */
export function routesOf(pool: UserPool, lost: UserPool): Routes {
  const { guardOptions } = pool
  const guard = createGuard(guardOptions)
  const optional = createGuard({ ...guardOptions, credentials: 'optional' })
  const lostGuard = createGuard(lost.guardOptions)
  return {
    plain: { guard },
    optional: { guard: optional },
    scoped: { guard, requirement: { scope: 'book:read' } },
    'optional-scoped': { guard: optional, requirement: { scope: 'book:read' } },
    users: { guard, requirement: { kind: 'user' } },
    'access-tokens': { guard, requirement: { accept: 'access_token' } },
    never: { guard, requirement: { when: () => false } },
    broken: {
      guard,
      requirement: {
        when: () => {
          throw new Error('the rule broke')
        },
      },
    },
    later: { guard, requirement: { when: async ({ scopes }) => scopes.includes('book:read') } },
    machines: { guard: createGuard({ ...guardOptions, accessKeys: 'any', delegates: 'allow' }) },
    bare: { guard: createGuard({ ...guardOptions, bearerPrefix: 'optional' }) },
    cookie: { guard, cookie: true },
    'optional-cookie': { guard: optional, cookie: true },
    elsewhere: {
      guard: createGuard({
        ...guardOptions,
        realm: 'books',
        resourceMetadata: 'https://api.example.com/.well-known/oauth-protected-resource',
      }),
    },
    lost: { guard: lostGuard },
    'lost-optional': { guard: createGuard({ ...lost.guardOptions, credentials: 'optional' }) },
  }
}
