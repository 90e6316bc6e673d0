// Compiled, never run: what a developer writes against the Express adapter.

import KeyvPostgres from '@keyv/postgres'
import KeyvRedis from '@keyv/redis'
import { createGuard, type Identity } from 'authing-guard'
import { authingErrorHandler, authingGuard, identityOf, maybeIdentityOf } from 'authing-guard/express'
import { introspection } from 'authing-guard/introspection'
import { sharedStore } from 'authing-guard/store'
import express from 'express'
import { Keyv } from 'keyv'

declare global {
  namespace Express {
    interface Request {
      identity?: { readonly nickname: string }
    }
  }
}

const issuer = 'https://my-app.authing.cn/oidc'
const appId = '5f17a529f64fb009b794a2ff'

// FITS
const app = express()
const guard = authingGuard({ issuer, appId })
app.use(guard)
app.get('/me', (req, res) => {
  const identity: Identity = identityOf(req)
  if (identity.kind === 'user') res.json({ hello: identity.userId.toUpperCase() })
  else res.json({ machine: identity.clientId, kind: identity.kind satisfies 'machine' | 'delegate' })
  const perhaps: Identity | undefined = maybeIdentityOf(req)
  res.locals['known'] = perhaps === identity
  // The application's own, which the guard's types leave alone.
  const own: string | undefined = req.identity?.nickname
  res.locals['own'] = own
  const email = identity.claims['email']
  if (typeof email === 'string') email.trim()
  const expires: number = identity.expiresAt + identity.claims.exp
  res.json(expires)
})
app.get('/books', guard.require({ scope: 'book:read' }), (_req, res) => void res.end())
app.get('/books/:id', guard.require({ scope: ['book:read', 'book:list'] }), (req, res) => void res.end(req.params.id))
app.delete(
  '/books/:id',
  guard.require({ action: 'book:delete', resource: (req) => `book:${req.params['id']}`, kind: ['user', 'delegate'] }),
  (_req, res) => void res.end(),
)
app.post(
  '/books/:id',
  guard.require({
    action: 'book:write',
    resource: (req: express.Request) => `book:${req.params['id']}`,
    namespace: 'shop',
  }),
  guard.require({ when: async (identity, req) => identity.kind === 'user' && req.method === 'POST' }),
)
authingGuard({ issuer, appId, credentials: 'optional' })
  .authenticate(undefined)
  .then((nobody) => nobody?.kind)
app.use('/v2', authingGuard(createGuard({ issuer, appId })))
app.use(authingGuard(createGuard({ issuer, appId }), { getToken: (req) => req.headers.cookie?.split('=')[1] }))
app.use(authingGuard({ issuer, appId }, { getToken: (req: express.Request) => req.query['ticket']?.toString() }))
app.use(authingErrorHandler)
const observer = guard.observe({ until: new Date(Date.now() + 86_400_000) })
app.use(observer)
app.use('/books', guard.require({ scope: 'book:read' }).observe({ until: '2026-01-31' }))
const nothing: Promise<void> = observer.authenticate('Bearer x')
authingGuard()
authingGuard({ issuer: [issuer, 'https://id.example.com/oidc'], appId, appSecret: ['a', 'b'], accept: 'id_token' })
authingGuard({ apps: [{ issuer, appId }], accessKeys: ['6050751aed0f29bf7723c7a8'], delegates: 'allow' })
authingGuard({ userPool: { id: 'pool', jwtSecret: 'secret' } })
authingGuard({ issuer, appId, appSecret: process.env['AUTHING_APP_SECRET'] })
const client = { clientSecret: process.env['AUTHING_CLIENT_SECRET'] }
authingGuard({
  issuer,
  appId,
  introspection: introspection({ ...client, when: 'opaque', protocol: 'oauth', strict: true, cacheSeconds: 0 }),
})
authingGuard({
  issuer,
  appId,
  accept: ['access_token', 'opaque'],
  introspection: introspection({ when: 'always', clientAuth: 'none' }),
})
authingGuard({
  apps: [{ issuer, appId, introspection: { ...client, opaque: true } }],
  introspection: introspection({ when: 'always', timeout: 1 }),
})
app.post(
  '/transfers',
  guard.require({ introspection: true, accept: ['access_token', 'opaque'] }),
  (_req, res) => void res.end(),
)
authingGuard({
  issuer,
  appId,
  store: sharedStore({ client: new Keyv(new KeyvRedis('redis://cache')), secret: ['a', 'b'] }),
})
authingGuard({
  issuer,
  appId,
  store: sharedStore({ client: new Keyv(new KeyvPostgres({ uri: 'postgresql://db' })), secret: 'a' }),
})
authingGuard({ issuer, appId, isRevoked: async ({ claims }, { signal }) => claims.jti === 'x' && !signal.aborted })
guard.revoke({ tokenId: 'jti' }).then(() => guard.revoke({ userId: 'a', before: 1_700_000_000 }))
guard.revoke({ userId: 'a', appId })
guard.forget({ everyone: true })
sharedStore({ client: new Keyv(), secret: 'a', maxTokenAge: 86_400 })
const state: 'up' | 'down' | undefined = guard.health().store?.writes
guard.revoke({ clientId: state ?? 'none' })

// DOES NOT COMPILE
// @ts-expect-error not one of the times
introspection({ ...client, when: 'sometimes' })
// @ts-expect-error not a way for a client to prove itself
introspection({ clientAuth: 'private_key_jwt' })
// @ts-expect-error a plain object is no part: it takes the function from authing-guard/introspection
authingGuard({ issuer, appId, introspection: { when: 'opaque' } })
// @ts-expect-error a plain object is no part: it takes the function from authing-guard/store
authingGuard({ issuer, appId, store: { client: new Keyv(), secret: 'a' } })
// @ts-expect-error a store is not introspection
authingGuard({ issuer, appId, introspection: sharedStore({ client: new Keyv(), secret: 'a' }) })
// @ts-expect-error when to ask is the guard's affair
authingGuard({ apps: [{ issuer, appId, introspection: { when: 'always' } }] })
// @ts-expect-error one application needs no mark
introspection({ ...client, opaque: true })
// @ts-expect-error a pool alone has no application to ask as
authingGuard({ userPool: { id: 'pool', jwtSecret: 'secret' }, introspection: introspection(client) })
// @ts-expect-error it is asked, or left out
guard.require({ introspection: false })
// @ts-expect-error there is no such option
authingGuard({ issuer, appId, audiences: 'a' })
// @ts-expect-error there is no such option of an adapter
authingGuard({ issuer, appId }, { cookie: 'session' })
// @ts-expect-error an appId is missing
authingGuard({ issuer })
// @ts-expect-error an unset environment variable is no issuer
authingGuard({ issuer: process.env['AUTHING_ISSUER'], appId })
// @ts-expect-error one application or several
authingGuard({ issuer, appId, apps: [{ issuer, appId }] })
// @ts-expect-error neither an application nor a user pool
authingGuard({ accept: 'id_token' })
// @ts-expect-error not one of the algorithms
authingGuard({ issuer, appId, algorithms: ['none'] })
// @ts-expect-error not a kind of token
authingGuard({ issuer, appId, accept: 'refresh_token' })
// @ts-expect-error seconds are a number
authingGuard({ issuer, appId, clockTolerance: '5s' })
// @ts-expect-error exactly one of the ids
guard.revoke({ userId: 'a', tokenId: 'b' })
// @ts-expect-error a token is one: there is no before
guard.revoke({ tokenId: 'b', before: 1 })
// @ts-expect-error an access key is of one application
guard.revoke({ clientId: 'a', appId })
// @ts-expect-error everyone, or nobody named
guard.forget({ everyone: false })
// @ts-expect-error seconds since the epoch
guard.revoke({ userId: 'a', before: new Date() })
// @ts-expect-error a store needs a secret
sharedStore({ client: new Keyv() })
// @ts-expect-error an address is no client
sharedStore({ client: 'redis://cache', secret: 'a' })
// @ts-expect-error the answer is true or false, or a promise of it
authingGuard({ issuer, appId, isRevoked: () => 'no' })
// @ts-expect-error there is no such field
guard.require({ scopes: 'book:read' })
// @ts-expect-error the answer is true or false, or a promise of it
guard.require({ when: () => 'yes' })
const perhaps = await authingGuard({ issuer, appId, credentials: 'optional' }).authenticate(undefined)
// @ts-expect-error an anonymous caller has no kind
perhaps.kind.trim()
// @ts-expect-error one requirement, not a list of scopes
guard.require('book:read', 'book:write')
// @ts-expect-error when it ends has to be said
guard.observe()
// @ts-expect-error a moment, not a duration
guard.observe({ until: 30 })
// @ts-expect-error who only watches requires nothing
observer.require({ scope: 'book:read' })
nothing.then((identity) => {
  // @ts-expect-error nor does it know anybody
  identity.userId
})
// @ts-expect-error options are readonly
guard.ready = undefined
app.get('/frozen', (req) => {
  const identity = identityOf(req)
  // @ts-expect-error an identity is shared by all requests of the same token
  identity.tokenType = 'id_token'
  // @ts-expect-error so are its scopes
  identity.scopes.push('admin')
  // @ts-expect-error a machine has no user
  identity.userId.toUpperCase()
  // @ts-expect-error the application's own has another type
  req.identity = identity
})
