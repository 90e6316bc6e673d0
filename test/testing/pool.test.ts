import { createUserPool, type UserPoolOptions } from 'authing-guard/testing'
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, describe, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

describe('a pool', () => {
  test('has defaults in the formats of Authing', async () => {
    await using pool = await createUserPool()
    expect(pool.userPoolId).toMatch(/^[0-9a-f]{24}$/)
    expect(pool.jwtSecret).toMatch(/^[0-9a-f]{32}$/)
    expect(pool.appId).toMatch(/^[0-9a-f]{24}$/)
    expect(pool.appSecret).toMatch(/^[0-9a-f]{32}$/)
    expect(pool.host).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(pool.issuer).toBe(`${pool.host}/oidc`)
    expect(pool.jwksUri).toBe(`${pool.issuer}/.well-known/jwks.json`)
    expect(pool.guardOptions).toEqual({ issuer: pool.issuer, appId: pool.appId })
    const { appId, appSecret, issuer, host, jwksUri } = pool
    expect(pool.apps).toEqual([{ appId, appSecret, algorithm: 'RS256', issuer, host, jwksUri }])
    expect(pool.users).toMatchObject([{ status: 'Activated', nickname: 'Mick', name: null, email: null, gender: 'U' }])
    expect(pool.accessKeys).toHaveLength(1)
  })

  test('keeps the values of its options', async () => {
    const options: UserPoolOptions = {
      userPoolId: 'pool-1',
      jwtSecret: 'j'.repeat(32),
      apps: [{ appId: 'app-1', appSecret: 's'.repeat(32) }],
      accessKeys: [{ accessKeyId: 'key-1', accessKeySecret: 'k'.repeat(32), scopes: ['book:read'] }],
      users: [{ id: 'u-1', username: 'mick', phoneVerified: true, photo: null, status: 'Suspended' }],
      now: () => 5_000,
    }
    await using pool = await createUserPool(options)
    expect(pool).toMatchObject({ userPoolId: 'pool-1', jwtSecret: options.jwtSecret, appId: 'app-1' })
    expect(pool.accessKeys).toEqual(options.accessKeys)
    expect(pool.users).toMatchObject(options.users ?? [])
    expect(decodeJwt(pool.mint())).toMatchObject({ sub: 'u-1', iat: 5 })
  })

  test('closes its ports, and can be closed twice', async () => {
    const pool = await createUserPool()
    await Promise.all([pool.close(), pool.close()])
    await expect(fetch(pool.jwksUri)).rejects.toThrow()
  })

  test('listens on the port of its options, and rejects if that is in use', async () => {
    const first = await createUserPool()
    const port = Number(new URL(first.host).port)
    await expect(createUserPool({ port })).rejects.toThrow('EADDRINUSE')
    await first.close()
    await using second = await createUserPool({ port })
    expect(second.host).toBe(first.host)
  })

  test('follows fake timers that are set after it was made, in every time that it uses', async () => {
    await using pool = await createUserPool()
    const { appId, appSecret } = pool
    const isActive = async (path: string, token: string) => {
      const body = new URLSearchParams({ token, client_id: appId, client_secret: appSecret })
      const response = await fetch(`${pool.host}${path}/token/introspection`, { method: 'POST', body })
      return (await response.json()).active
    }
    const start = 1_000_000_000_000
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    const token = pool.mint({ expiresIn: 60 })
    const opaque = pool.mintOpaque({ expiresIn: 60 })
    expect(decodeJwt(token)).toMatchObject({ iat: start / 1000, exp: start / 1000 + 60 })
    expect([await isActive('/oidc', token), await isActive('/oauth', opaque)]).toEqual([true, true])
    vi.setSystemTime(start + 61_000)
    expect([await isActive('/oidc', token), await isActive('/oauth', opaque)]).toEqual([false, false])
    expect(pool.addUser().updatedAt).toBe(new Date(start + 61_000).toISOString())
    expect(pool.requests.map(({ at }) => at - start)).toEqual([0, 0, 61_000, 61_000])
    vi.useRealTimers()
    expect(Math.abs(Number(decodeJwt(pool.mint()).iat) - Date.now() / 1000)).toBeLessThan(60)
  })

  test('calls the clock of its options each time', async () => {
    let now = 5_000
    await using pool = await createUserPool({ now: () => now })
    expect(decodeJwt(pool.mint()).iat).toBe(5)
    now = 9_000
    expect(decodeJwt(pool.mint()).iat).toBe(9)
  })
})

describe('createUserPool', () => {
  test('starts where NODE_ENV is not set', async () => {
    vi.stubEnv('NODE_ENV', undefined)
    await using pool = await createUserPool()
    expect(pool.users).toHaveLength(1)
  })

  test.each(['production', ' PRODUCTION ', 'Prod'])('refuses to start under NODE_ENV=%s', async (name) => {
    vi.stubEnv('NODE_ENV', name)
    const refusal = createUserPool()
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow('it does not start under NODE_ENV=production')
  })

  test.each<[unknown, string]>([
    [null, 'the options of createUserPool must be an object'],
    [{ application: {} }, "has no 'application'"],
    [{ userPoolId: 7 }, 'userPoolId must be a string that is not blank'],
    [{ userPoolId: ' ' }, 'userPoolId must be a string that is not blank'],
    [{ jwtSecret: 'short' }, 'jwtSecret must be a string of at least 32 characters'],
    [{ layout: 'one-port' }, "layout must be one of 'domain-per-app', 'shared-issuer', 'path-per-app'"],
    [{ apps: [] }, 'apps must be a non-empty array'],
    [{ apps: {} }, 'apps must be a non-empty array'],
    [{ apps: ['app'] }, 'an application must be an object'],
    [{ apps: [{ id: 'x' }] }, "an application has no 'id'"],
    [{ apps: [{ appId: 'a/b' }] }, 'appId is part of URLs'],
    [{ apps: [{ appSecret: 'short' }] }, 'appSecret must be a string of at least 32'],
    [{ apps: [{ algorithm: 'HS512' }] }, "an application's algorithm must be one of RS256"],
    [{ apps: [{ introspectionAuth: 'private_key_jwt' }] }, 'introspectionAuth must be one of'],
    [{ apps: [{ appId: 'same' }, { appId: 'same' }] }, 'two appIds are the same'],
    [{ accessKeys: [{ scopes: 'book' }] }, 'scopes must be an array of strings'],
    [{ accessKeys: [{ scopes: ['book read'] }] }, 'scopes must be an array of strings'],
    [{ accessKeys: [{ accessKeyId: 'k' }, { accessKeyId: 'k' }] }, 'two accessKeyIds are the same'],
    [{ users: [{ picture: 'x' }] }, "a user has no 'picture'"],
    [{ users: [{ nickname: 5 }] }, "a user's nickname must be a string or null"],
    [{ users: [{ emailVerified: null }] }, "a user's emailVerified must be true or false"],
    [{ users: [{ status: 'Gone' }] }, "a user's status must be one of"],
    [{ users: [{ id: 'u' }, { id: 'u' }] }, 'two user ids are the same'],
    [{ miniProgramCodes: ['code'] }, 'miniProgramCodes must be an object'],
    [{ miniProgramCodes: { code: 'nobody' } }, "'code' leads to no user"],
    [{ now: 5 }, 'now must be a function'],
    [{ port: 70_000 }, 'port must be a whole number'],
    [{ onRequest: true }, 'onRequest must be a function'],
  ])('%j', async (options, message) => {
    const refusal = createUserPool(options as UserPoolOptions)
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(/^authing-guard\/testing: /)
    await expect(refusal).rejects.toThrow(message)
  })
})

describe('users, roles and grants', () => {
  test('let an added user sign in, with the given roles', async () => {
    await using pool = await createUserPool()
    const user = pool.addUser({ id: 'u-2', nickname: 'Ada', roles: ['admin', { code: 'boss', namespace: 'shop' }] })
    expect(pool.users).toHaveLength(2)
    expect(pool.users[1]).toEqual(user)
    expect(pool.rolesOf('u-2')).toEqual([
      { code: 'admin', namespace: 'default' },
      { code: 'boss', namespace: 'shop' },
    ])
    expect(decodeJwt(pool.mint({ type: 'id_token', userId: 'u-2' }))).toMatchObject({ sub: 'u-2', nickname: 'Ada' })
    expect(pool.addUser().id).toMatch(/^[0-9a-f]{24}$/)
  })

  test('let an added user replace the one with the same id, with its roles', async () => {
    await using pool = await createUserPool({ users: [{ id: 'u', nickname: 'old', roles: ['admin'] }] })
    pool.addUser({ id: 'u', nickname: 'new' })
    expect(pool.users).toMatchObject([{ id: 'u', nickname: 'new' }])
    expect(pool.rolesOf('u')).toEqual([])
    expect(() => pool.addUser({ nick: 'x' } as object)).toThrow("a user has no 'nick'")
  })

  test('let a user be removed, with the roles of the user', async () => {
    await using pool = await createUserPool({ users: [{ id: 'u', nickname: 'Ada', roles: ['admin'] }, { id: 'v' }] })
    pool.removeUser('u')
    expect(pool.users).toMatchObject([{ id: 'v' }])
    expect(pool.rolesOf('u')).toEqual([])
    expect(() => pool.removeUser('u')).toThrow("there is no user 'u'")
  })

  test('list the grants in the order of their addition, with every default filled in', async () => {
    const first = { role: 'admin', resource: '*', action: '*' }
    await using pool = await createUserPool({ grants: [first] })
    pool.grant({ userId: 'u', resource: 'book:1', action: 'read', effect: 'deny' })
    const usual = { model: 'acl', namespace: 'default', condition: {} }
    expect(pool.grants).toEqual([
      { ...first, ...usual, effect: 'allow' },
      { userId: 'u', resource: 'book:1', action: 'read', effect: 'deny', ...usual },
    ])
    pool.removeGrant(first)
    expect(pool.grants).toHaveLength(1)
    for (const grant of pool.grants) pool.removeGrant(grant)
    expect(pool.grants).toEqual([])
  })
})

describe('keys', () => {
  test.each(['RS256', 'ES384', 'EdDSA'] as const)(
    'of %s have the RFC 7638 thumbprint as their kid',
    async (algorithm) => {
      await using pool = await createUserPool({ apps: [{ algorithm }] })
      const [jwk] = pool.jwks().keys
      expect(jwk).toMatchObject({ alg: algorithm, use: 'sig', kid: await calculateJwkThumbprint({ ...jwk }) })
      expect(jwk).not.toHaveProperty('d')
      expect(await (await fetch(pool.jwksUri)).json()).toEqual(pool.jwks())
    },
  )

  test('differ between two pools', async () => {
    await using first = await createUserPool()
    await using second = await createUserPool()
    expect(first.jwks().keys[0]?.kid).not.toBe(second.jwks().keys[0]?.kid)
  })

  test('are replaced by a rotation: a new key signs, and the old one leaves the JWKS', async () => {
    await using pool = await createUserPool()
    const old = pool.jwks().keys[0]?.kid
    await pool.rotateKeys()
    const kids = pool.jwks().keys.map((key) => key.kid)
    expect(kids).toHaveLength(1)
    expect(kids).not.toContain(old)
    expect(decodeProtectedHeader(pool.mint()).kid).toBe(kids[0])
  })

  test('stay published after a rotation with keepOld', async () => {
    await using pool = await createUserPool({ apps: [{ appId: 'one' }, { appId: 'two', algorithm: 'HS256' }] })
    const other = pool.jwks('one')
    const old = pool.jwks('two').keys[0]
    await pool.rotateKeys({ appId: 'two', keepOld: true })
    expect(pool.jwks('two').keys).toEqual([expect.objectContaining({ alg: 'RS256' }), old])
    expect(decodeProtectedHeader(pool.mint({ appId: 'two' })).kid).toBe(pool.jwks('two').keys[0]?.kid)
    expect(pool.jwks('one')).toEqual(other)
  })

  test('are not rotated for an unknown application or with an unknown option: that is a TypeError', async () => {
    await using pool = await createUserPool()
    expect(() => pool.jwks('nobody')).toThrow("no application 'nobody'")
    await expect(pool.rotateKeys({ appId: 'nobody' })).rejects.toThrow(TypeError)
    await expect(pool.rotateKeys({ keepOld: 'yes' } as object)).rejects.toThrow('keepOld must be true or false')
    await expect(pool.rotateKeys({ keep: true } as object)).rejects.toThrow("has no 'keep'")
  })
})
