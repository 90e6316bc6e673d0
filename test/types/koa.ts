// Compiled, never run: what a developer writes against the Koa adapter.
import { createGuard, type Identity } from 'authing-guard'
import { authingErrorHandler, authingGuard, identityOf, type KoaState, maybeIdentityOf } from 'authing-guard/koa'
import Koa from 'koa'

const issuer = 'https://my-app.authing.cn/oidc'
const appId = '5f17a529f64fb009b794a2ff'

// FITS
const app = new Koa<KoaState>()
const guard = authingGuard({ issuer, appId })
app.use(authingErrorHandler)
app.use(guard)
app.use((ctx) => {
  const identity: Identity = ctx.state.identity
  ctx.body = identity.kind === 'user' ? identity.userId : identity.clientId.toUpperCase()
  const perhaps: Identity | undefined = maybeIdentityOf(ctx)
  ctx.body = perhaps === identityOf(ctx)
})
app.use(guard.require({ scope: 'book:read' }))
app.use(guard.require({ when: (identity, ctx) => identity.kind === 'user' && ctx.path === '/' }))
app.use(guard.require({ action: 'book:read', resource: (ctx: Koa.Context) => `book:${ctx.path}` }))
app.use(authingGuard(createGuard({ issuer, appId }), { getToken: (ctx) => ctx.cookies.get('session') }))
app.use(
  authingGuard(createGuard({ issuer, appId }), { getToken: (ctx: Koa.Context) => ctx.query['ticket']?.toString() }),
)
app.use(guard.observe({ until: '2026-01-31' }))
app.use(guard.require({ scope: 'book:read' }).observe({ until: new Date() }))
authingGuard()
const plain = new Koa()
plain.use(guard).use((ctx) => {
  ctx.body = identityOf(ctx)
})
const optional = new Koa<KoaState<Identity | undefined>>()
optional.use(authingGuard({ issuer, appId, credentials: 'optional' })).use((ctx) => {
  ctx.body = ctx.state.identity?.kind
})
authingGuard(createGuard({ issuer, appId, credentials: 'optional' }))
  .authenticate(undefined)
  .then((nobody) => nobody?.kind)

// DOES NOT COMPILE
optional.use((ctx) => {
  // @ts-expect-error an anonymous caller has no kind
  ctx.body = ctx.state.identity.kind
})
// @ts-expect-error there is no such option
authingGuard({ issuer, appId, audiences: 'a' })
// @ts-expect-error there is no such option of an adapter
authingGuard({ issuer, appId }, { cookie: 'session' })
// @ts-expect-error a token is a text
authingGuard({ issuer, appId }, { getToken: () => 7 })
// @ts-expect-error who only watches requires nothing
guard.observe({ until: '2026-01-31' }).require({ scope: 'book:read' })
// @ts-expect-error a requirement is one object
app.use(guard.require('book:read'))
