import type { Identity, Requirement } from 'authing-guard'
import { describe, expect, test } from 'vitest'
import { appId, home, idClaims, issuer, refusalOf, today, userId } from '../support/world.js'
import { delegate, gate, machine, statusOf, user } from './callers.js'

const { guard } = gate({ roles: 'claim' })
const statusFor = (identity: Identity, requirement: Requirement) => statusOf(guard.authorize(identity, requirement))

describe('scope', () => {
  test('every one of a list must be granted, any one of anyScope', async () => {
    const reader = user({ scopes: ['openid', 'book:read'] })
    expect(await statusFor(reader, { scope: ['book:read', 'openid'] })).toBe(200)
    expect(await statusFor(reader, { scope: ['book:read', 'book:write'] })).toBe(403)
    expect(await statusFor(reader, { anyScope: ['book:write', 'book:read'] })).toBe(200)
    expect(await statusFor(reader, { anyScope: ['book:write', 'film:read'] })).toBe(403)
    expect(await statusFor(reader, { scope: 'openid', anyScope: ['book:write', 'film:read'] })).toBe(403)
  })

  test('a missing one is 403 insufficient_scope, with the scope that it takes', async () => {
    const refusal = await refusalOf(guard.authorize(user(), { scope: ['book:read', 'book:list'] }))
    expect(refusal).toMatchObject({ status: 403, reason: 'insufficient_scope' })
    expect(refusal.headers['WWW-Authenticate']).toBe(
      'Bearer realm="authing", error="insufficient_scope", error_description="The access token does not grant the ' +
        'scope that this resource needs.", scope="book:read book:list"',
    )
    expect(refusal.detail).toBe('the route requires scope "book:read book:list": the token does not grant it')
  })

  test('an id token grants none, whatever it says, nor does a user_token', async () => {
    const { guard, token } = home({ appSecret: undefined })
    const says = async (claims: object) => {
      const identity = await guard.verifyToken(token({ ...idClaims, ...claims }))
      expect(identity.scopes).toEqual([])
      return (await refusalOf(guard.authorize(identity, { scope: 'book:read' }))).detail
    }
    const ofUser = { data: { type: 'user', id: userId }, userpool_id: 'pool', nonce: undefined }
    expect(await says({ scope: 'book:read' })).toContain('an id_token grants no scope')
    expect(await says({ scope: 'book:read', ...ofUser })).toContain('a user_token grants no scope')
  })

  test('is read once per token, and anew where somebody could have changed the identity', async () => {
    let reads = 0
    const scopes = new Proxy(['book:*'], {
      get(target, name, receiver) {
        if (name === 'map') reads++
        return Reflect.get(target, name, receiver)
      },
    })
    const shared = user({ scopes })
    for (const scope of ['book:read', 'book:write']) expect(await statusFor(shared, { scope })).toBe(200)
    expect(reads).toBe(1)
    const loose = { ...user({ scopes: ['book:*'] }) }
    expect(await statusFor(loose, { scope: 'film:read' })).toBe(403)
    Object.assign(loose, { scopes: ['film:*'] })
    expect(await statusFor(loose, { scope: 'film:read' })).toBe(200)
  })
})

describe('who and which token', () => {
  test('kind, appId and tenantId are 403 where they do not fit', async () => {
    expect(await statusFor(user(), { kind: 'user' })).toBe(200)
    expect(await statusFor(machine(), { kind: ['user', 'delegate'] })).toBe(403)
    expect(await statusFor(delegate(), { kind: ['user', 'delegate'] })).toBe(200)
    expect(await statusFor(user(), { appId: [appId, 'other'] })).toBe(200)
    expect(await statusFor(user({ appId: 'third' }), { appId: [appId, 'other'] })).toBe(403)
    expect(await statusFor(user({ tenantId: 'acme' }), { tenantId: 'acme' })).toBe(200)
    expect(await statusFor(user({ tenantId: 'evil' }), { tenantId: 'acme' })).toBe(403)
    const { appId: _, ...nameless } = user()
    expect(await statusFor(nameless as never, { appId })).toBe(403)
    expect(await statusFor(user(), { tenantId: 'acme' })).toBe(403)
  })

  test('another kind of token is 401: a better one would do', async () => {
    expect(await statusFor(user(), { accept: ['access_token', 'id_token'] })).toBe(200)
    const refusal = await refusalOf(guard.authorize(user({ tokenType: 'user_token' }), { accept: 'access_token' }))
    expect(refusal).toMatchObject({ status: 401, reason: 'not_admitted' })
    expect(refusal.detail).toBe('the route accepts access_token, the token is a user_token')
  })

  test('all fields must hold', async () => {
    const all: Requirement = {
      kind: 'user',
      appId,
      tenantId: 'acme',
      scope: 'book:read',
      role: 'admin',
      when: () => true,
    }
    const claims = { exp: today, roles: ['admin'] }
    const good = { scopes: ['book:read'], tenantId: 'acme', claims }
    expect(await statusFor(user(good), all)).toBe(200)
    expect(await statusFor(machine(good), all)).toBe(403)
    expect(await statusFor(user({ ...good, appId: 'other' }), all)).toBe(403)
    expect(await statusFor(user({ ...good, tenantId: 'other' }), all)).toBe(403)
    expect(await statusFor(user({ ...good, scopes: [] }), all)).toBe(403)
    expect(await statusFor(user({ ...good, claims: { exp: today } }), all)).toBe(403)
    expect(await statusFor(user(good), { ...all, when: () => false })).toBe(403)
  })
})

describe("roles of the token's claim", () => {
  const having = (roles: unknown) => user({ claims: { exp: today, roles } as never })

  test.each([
    ['codes', ['admin'], 200],
    ['objects with a code', [{ code: 'admin', namespace: 'default' }], 200],
    ['both', ['editor', { code: 'admin' }], 200],
    ['other codes', ['Admin', 'admins', ' admin', { code: 'editor' }], 403],
    ['an object with another member', [{ name: 'admin' }, { id: 'admin' }], 403],
    ['a text', 'admin', 403],
    ['an object', { admin: true, code: 'admin' }, 403],
    ['null', null, 403],
    ['nulls and numbers', [null, 1, [['admin']]], 403],
  ])('%s', async (_, roles, status) => {
    expect(await statusFor(having(roles), { role: 'admin' })).toBe(status)
  })

  test('every one of role, any one of anyRole', async () => {
    const editor = having(['editor', 'reader'])
    expect(await statusFor(editor, { role: ['editor', 'reader'] })).toBe(200)
    expect(await statusFor(editor, { role: ['editor', 'admin'] })).toBe(403)
    expect(await statusFor(editor, { anyRole: ['editor', 'admin'] })).toBe(200)
    expect(await statusFor(editor, { anyRole: ['owner', 'admin'] })).toBe(403)
  })

  test('a claim of a prototype is none', async () => {
    const claims = Object.assign(Object.create({ roles: ['admin'] }), { exp: today })
    expect(await statusFor(user({ claims }), { role: 'admin' })).toBe(403)
  })

  test('a denial is 403 without a challenge: a new token would not help', async () => {
    const refusal = await refusalOf(guard.authorize(user(), { role: 'admin' }))
    expect(refusal).toMatchObject({ status: 403, reason: 'permission_denied', message: 'The caller may not do this.' })
    expect(refusal.headers).toEqual({ 'Cache-Control': 'no-store' })
    expect(refusal.detail).toBe('the caller does not have the role that the route requires')
  })
})

describe('when', () => {
  test('is asked about the identity and the request', async () => {
    const asked: unknown[] = []
    const request = { path: '/books' }
    const identity = user()
    const when = (...all: unknown[]) => asked.push(...all) > 0
    await guard.authorize(identity, { when }, request)
    expect(asked).toEqual([identity, request])
    expect(asked[1]).toBe(request)
  })

  test('comes last: nobody is asked about a caller who may not anyway', async () => {
    let asked = 0
    const when = () => ++asked > 0
    expect(await statusFor(user(), { scope: 'book:read', when })).toBe(403)
    expect(asked).toBe(0)
  })

  test('is asked each time', async () => {
    let asked = 0
    const when = () => ++asked % 2 === 1
    expect(await statusFor(user(), { when })).toBe(200)
    expect(await statusFor(user(), { when })).toBe(403)
  })
})

describe('a stricter guard', () => {
  test('asks all that the guards before it ask', async () => {
    const { guard, token } = home()
    const claims = { iss: issuer, aud: appId, sub: userId, exp: today + 60, jti: 'j' }
    const strict = guard.require({ scope: 'book:read' }).require({ kind: 'user' }).require({ scope: 'film:read' })
    const scopeOf = async (scope: string) => statusOf(strict.verifyToken(token({ ...claims, scope })))
    expect(await scopeOf('book:read film:read')).toBe(200)
    expect(await scopeOf('book:read')).toBe(403)
    expect(await scopeOf('film:read')).toBe(403)
  })
})
