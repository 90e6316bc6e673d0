import { createGuard, type GuardEvent } from 'authing-guard'
import { type IntrospectionOptions, introspection } from 'authing-guard/introspection'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expect401, refusalOf } from '../support/world.js'

// Against a local user pool, which answers in Authing's words: an application for each way in which a client proves itself.

const secretOf = (auth: string) => `${auth} has a secret with : / + % in it`
const auths = ['client_secret_post', 'client_secret_basic', 'none'] as const
let time = 1_700_000_000_000
let pool: UserPool
beforeAll(async () => {
  pool = await createUserPool({
    layout: 'path-per-app',
    apps: auths.map((auth) => ({
      appId: auth,
      appSecret: secretOf(auth),
      algorithm: 'ES256',
      introspectionAuth: auth,
    })),
    accessKeys: [{ accessKeyId: 'a-machine' }],
    users: [{ id: 'mole' }, { id: 'toad', status: 'Suspended' }],
    now: () => time,
  })
})
afterAll(() => pool.close())
beforeEach(() => {
  pool.comeUp()
  pool.slowDown(0)
  pool.clearRequests()
})

/** A guard of one of the applications. */
function guardOf(auth: (typeof auths)[number], options: IntrospectionOptions, more: object = {}) {
  const events: GuardEvent[] = []
  const guard = createGuard({
    issuer: `${pool.host}/${auth}/oidc`,
    appId: auth,
    now: () => time,
    onEvent: (event) => events.push(event),
    introspection: introspection({
      clientAuth: auth,
      ...(auth === 'none' ? {} : { clientSecret: secretOf(auth) }),
      ...options,
    }),
    ...more,
  })
  return { guard, events }
}
const forOpaque = { when: 'opaque', protocol: 'oauth' } as const
const questions = () => pool.requests.filter(({ path }) => path.endsWith('/token/introspection'))

describe.each(auths)('a client that proves itself by %s', (auth) => {
  test('lets an opaque token in, as whoever the issuer says', async () => {
    const { guard, events } = guardOf(auth, forOpaque)
    const token = pool.mintOpaque({ appId: auth, userId: 'mole', scope: 'user book:read' })
    const identity = await guard.require({ scope: 'book:read', accept: 'opaque' }).verifyToken(token)
    expect(identity).toMatchObject({ kind: 'user', userId: 'mole', tokenType: 'opaque', scopes: ['user', 'book:read'] })
    const times = { issuedAt: time / 1000, expiresAt: time / 1000 + 1_209_600 }
    expect(identity).toMatchObject({ issuer: `${pool.host}/${auth}/oidc`, appId: auth, ...times })
    expect(identity.claims).toMatchObject({ active: true, client_id: auth, token_type: 'Bearer' })
    expect(JSON.stringify(identity)).not.toContain('active')
    expect(events).toContainEqual({ type: 'introspected', issuer: identity.issuer, appId: auth, active: true })
  })

  test('lets a JWT in that has verified here, and is active there', async () => {
    const { guard } = guardOf(auth, { when: 'always' })
    const token = pool.mint({ appId: auth, userId: 'mole' })
    await expect(guard.verifyToken(token)).resolves.toMatchObject({ userId: 'mole', tokenType: 'access_token' })
    expect(questions()).toMatchObject([{ path: `/${auth}/oidc/token/introspection`, status: 200 }])
  })

  test('refuses what was revoked, has expired, or is of another client', async () => {
    const { guard } = guardOf(auth, { ...forOpaque, when: 'always' })
    const other = auths.find((one) => one !== auth) ?? ''
    const revoked = [pool.mint({ appId: auth }), pool.mintOpaque({ appId: auth })]
    for (const token of revoked) pool.revoke(token)
    for (const token of revoked) await expect401(guard, token, 'inactive_token')
    for (const expiresIn of [0, -3600]) {
      await expect401(guard, pool.mintOpaque({ appId: auth, expiresIn }), 'inactive_token')
    }
    await expect401(guard, pool.mint({ appId: auth, expiresIn: -60 }), 'expired_token')
    await expect401(guard, pool.mintOpaque({ appId: other }), 'inactive_token')
    await expect401(guard, pool.mint({ appId: other }), 'unknown_issuer')
  })

  test('sees an outage in a wrong secret or method, never a bad token', async () => {
    const clientSecret = secretOf(auth)
    const wrong: Readonly<Record<(typeof auths)[number], readonly IntrospectionOptions[]>> = {
      client_secret_post: [
        { clientAuth: 'client_secret_basic', clientSecret },
        { clientAuth: 'none' },
        { clientSecret: secretOf('another') },
      ],
      client_secret_basic: [
        { clientAuth: 'client_secret_post', clientSecret },
        { clientAuth: 'none' },
        { clientAuth: auth, clientSecret: secretOf('another') },
      ],
      // An application that need not prove itself may do so in the body all the same.
      none: [{ clientAuth: 'client_secret_basic', clientSecret }],
    }
    for (const given of wrong[auth]) {
      const events: GuardEvent[] = []
      const guard = createGuard({
        issuer: `${pool.host}/${auth}/oidc`,
        appId: auth,
        now: () => time,
        onEvent: (event) => events.push(event),
        introspection: introspection({ ...forOpaque, ...given }),
      })
      const error = await refusalOf(guard.verifyToken(pool.mintOpaque({ appId: auth })))
      expect(error).toMatchObject({ status: 503, reason: 'introspection_unavailable' })
      expect(error.headers).not.toHaveProperty('WWW-Authenticate')
      expect(events[0]).toMatchObject({
        type: 'introspection_failed',
        appId: auth,
        error: expect.stringContaining('answered 401: the clientSecret or clientAuth of introspection is wrong'),
      })
    }
  })
})

describe('a user who is suspended', () => {
  const auth = 'client_secret_post'
  test('is let in, until `strict` asks for the user too', async () => {
    const token = pool.mint({ appId: auth, userId: 'toad' })
    await expect(guardOf(auth, { when: 'always' }).guard.verifyToken(token)).resolves.toMatchObject({ userId: 'toad' })
    const strict = guardOf(auth, { when: 'always', strict: true })
    await expect401(strict.guard, token, 'inactive_token')
    expect(strict.events).toContainEqual(expect.objectContaining({ type: 'introspected', active: false }))
    await expect(strict.guard.verifyToken(pool.mint({ appId: auth }))).resolves.toMatchObject({ userId: 'mole' })
  })
})

describe('an access key’s token', () => {
  const auth = 'client_secret_post'
  test('is let in as a machine where accessKeys names it', async () => {
    const token = pool.mint({ type: 'machine', appId: auth, accessKeyId: 'a-machine' })
    const { guard } = guardOf(auth, { when: 'always' }, { accessKeys: ['a-machine'] })
    await expect(guard.verifyToken(token)).resolves.toMatchObject({ kind: 'machine', clientId: 'a-machine' })
    pool.revoke(token)
    time += 10_000
    await expect401(guard, token, 'inactive_token')
  })
})

describe('a token about which Authing does not answer', () => {
  const auth = 'client_secret_post'
  test.each(['id_token', 'user_token'] as const)('is refused unasked: an %s', async (type) => {
    const { guard } = guardOf(auth, { when: 'always' })
    const { detail } = await expect401(guard, pool.mint({ appId: auth, type }), 'not_admitted')
    expect(detail).toMatch(new RegExp(`about access tokens of this application only, and this is an? ${type}$`))
    expect(questions()).toEqual([])
    const { guard: lenient } = guardOf(auth, forOpaque)
    await expect(lenient.verifyToken(pool.mint({ appId: auth, type }))).resolves.toMatchObject({ tokenType: type })
  })
})

describe('1,000 requests at once', () => {
  test.each<['opaque' | 'JWT', IntrospectionOptions]>([
    ['opaque', forOpaque],
    ['JWT', { when: 'always' }],
  ])('with one %s token are one question', async (kind, options) => {
    const auth = 'client_secret_post'
    const { guard } = guardOf(auth, options)
    const token = kind === 'JWT' ? pool.mint({ appId: auth }) : pool.mintOpaque({ appId: auth })
    const identities = await Promise.all(Array.from({ length: 1000 }, () => guard.verifyToken(token)))
    expect(questions()).toHaveLength(1)
    if (kind === 'opaque') expect(new Set(identities).size).toBe(1)
  })
})

describe('an issuer that is out of reach', () => {
  const auth = 'client_secret_post'
  test.each(['refuse', 'error', 'busy', 'missing', 'redirect', 'html', 'truncated', 'huge', 'bomb'] as const)(
    'by %s is 503 for new tokens, while remembered ones serve until they end',
    async (how) => {
      const { guard, events } = guardOf(auth, forOpaque)
      const known = pool.mintOpaque({ appId: auth })
      await guard.verifyToken(known)
      pool.goDown({ fault: how, path: '/token/introspection' })
      const error = await refusalOf(guard.verifyToken(pool.mintOpaque({ appId: auth })))
      expect(error).toMatchObject({ status: 503, reason: 'introspection_unavailable' })
      expect(events.some(({ type }) => type === 'introspection_failed')).toBe(true)
      await expect(guard.verifyToken(known)).resolves.toMatchObject({ userId: 'mole' })
      time += 10_000
      expect((await refusalOf(guard.verifyToken(known))).status).toBe(503)
      pool.comeUp()
      time += 2_000
      await expect(guard.verifyToken(known)).resolves.toMatchObject({ userId: 'mole' })
    },
  )

  test.each(['hang', 'drip'] as const)('by %s costs a time-out, and the slow one too', async (how) => {
    const { guard, events } = guardOf(auth, { ...forOpaque, timeout: 0.1 })
    pool.goDown({ fault: how, path: '/token/introspection' })
    expect((await refusalOf(guard.verifyToken(pool.mintOpaque({ appId: auth })))).status).toBe(503)
    pool.comeUp()
    pool.slowDown(0.4)
    expect((await refusalOf(guard.verifyToken(pool.mintOpaque({ appId: auth })))).status).toBe(503)
    const failed = events.filter(({ type }) => type === 'introspection_failed')
    expect(failed).toHaveLength(2)
    for (const event of failed) expect(event).toHaveProperty('error', expect.stringContaining('within 0.1 s'))
  })
})
