// Compiled, never run: what a developer writes against the adapter for proxies.
import { createServer } from 'node:http'
import { createGuard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { type ForwardAuth, type ForwardedRequest, forwardAuth } from 'authing-guard/forward-auth'
import express from 'express'

const guard = createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' })
const optional = createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: 'a', credentials: 'optional' })

// FITS
const handler: ForwardAuth = forwardAuth(
  {
    '/auth': guard,
    '/auth/open': optional,
    '/auth/express': authingGuard(guard),
    '/auth/books': guard.require({ scope: 'book:read' }),
    '/auth/own': guard.require({ when: ({ userId }, { uri }: ForwardedRequest) => uri === `/users/${userId}` }),
  },
  { uriHeader: 'X-Original-URI', methodHeader: 'X-Original-Method' },
)
createServer(handler)
createServer(async (request, response) => {
  const { status, reason, detail } = await handler(request, response)
  if (reason === 'expired_token' || reason === 'unknown_address') console.log(status, detail)
})
express().use((request, response) => void handler(request, response))
forwardAuth({ '/auth': guard }, { getToken: ({ headers }) => headers.cookie, authorizationHeader: 'ignore' })
export const states: readonly string[] = Object.values(handler.guards).map((one) => one.health().state)

// DOES NOT COMPILE
// @ts-expect-error a guard, not its options
forwardAuth({ '/auth': { issuer: 'https://my-app.authing.cn/oidc', appId: 'a' } })
// @ts-expect-error addresses come first
forwardAuth(guard)
// @ts-expect-error there is no such option
forwardAuth({ '/auth': guard }, { urlHeader: 'X-Original-URI' })
// @ts-expect-error a token is a string, and no promise
const later = () => forwardAuth({ '/auth': guard }, { getToken: async () => 'token' })
later()
const result = await handler({ headers: {} }, { writeHead: () => {}, end: () => {} })
// @ts-expect-error a reason is one of a list
export const isOther = result.reason === 'other'
