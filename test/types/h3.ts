// Compiled, never run: what a developer writes against the h3 adapter, in h3 2 and in h3 1.
import { createGuard, type Identity } from 'authing-guard'
import { authingErrorHandler, authingGuard, identityOf, maybeIdentityOf } from 'authing-guard/h3'
import { defineHandler, H3, type H3Event } from 'h3'
import { createApp, createRouter, defineEventHandler, getCookie, type H3Event as H3v1Event } from 'h3v1'

const issuer = 'https://my-app.authing.cn/oidc'
const appId = '5f17a529f64fb009b794a2ff'

// FITS
const guard = authingGuard({ issuer, appId })
const readers = guard.require({ scope: 'book:read' })
const app = new H3({ onError: authingErrorHandler })
app.use(guard)
app.use('/books/**', readers)
app.use(guard.observe({ until: '2026-01-31' }))
app.get('/me', (event) => {
  const identity: Identity = identityOf(event)
  const perhaps: Identity | undefined = maybeIdentityOf(event)
  return perhaps === identity && identity.kind === 'user' ? identity.userId : identity.clientId?.toUpperCase()
})
app.get('/books', defineHandler({ middleware: [readers], handler: (event) => identityOf(event) }))
app.get('/called', async (event) => {
  await readers(event)
})
guard.require({ when: (identity, event) => identity.kind === 'user' && event.path === '/' && event.method === 'GET' })
guard.require({ action: 'book:read', resource: (event: H3Event) => `book:${event.url.pathname}` })
guard.require({ action: 'book:read', resource: (event) => `book:${event.context.params?.['id']}` })
authingGuard(createGuard({ issuer, appId }), { getToken: (event) => event.headers.get('x-token') ?? undefined })
authingGuard()

const old = createApp({ onError: authingErrorHandler })
old.use(defineEventHandler(guard))
old.use('/', guard)
old.use(
  createRouter().get('/books', defineEventHandler({ onRequest: [readers], handler: (event) => identityOf(event) })),
)
old.use(
  defineEventHandler(authingGuard({ issuer, appId }, { getToken: (event: H3v1Event) => getCookie(event, 'session') })),
)
old.use(
  defineEventHandler(async (event) => {
    await readers(event)
    return identityOf(event).tokenType
  }),
)
authingGuard(createGuard({ issuer, appId, credentials: 'optional' }))
  .authenticate(undefined)
  .then((nobody) => nobody?.kind)

// DOES NOT COMPILE
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
// @ts-expect-error a request is no event
guard(new Request('https://api.example.com/'))
