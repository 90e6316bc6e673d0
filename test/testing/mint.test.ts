import { type Algorithm, createUserPool, type TokenType, type UserPool } from 'authing-guard/testing'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pairAlgorithms } from '../../src/testing/algorithm.js'

const at = 1_700_000_000
const now = () => at * 1000 + 999
const utf8 = (secret: string) => new TextEncoder().encode(secret)
const keysOf = (pool: UserPool, appId?: string) =>
  createLocalJWKSet(JSON.parse(JSON.stringify(pool.jwks(appId))) as JSONWebKeySet)
const currentDate = new Date(now())

let pool: UserPool
beforeAll(async () => {
  pool = await createUserPool({
    now,
    users: [{ nickname: 'Mick', email: 'mick@example.com', emailVerified: true, unionid: 'u-1' }, { id: 'second' }],
    accessKeys: [{ scopes: ['book:read', 'book:write'] }],
  })
})
afterAll(() => pool.close())

const profile = () => ({
  sub: pool.users[0]?.id,
  birthdate: null,
  family_name: null,
  gender: 'U',
  given_name: null,
  locale: null,
  middle_name: null,
  name: null,
  nickname: 'Mick',
  picture: 'https://files.authing.co/authing-console/default-user-avatar.png',
  preferred_username: null,
  profile: null,
  updated_at: currentDate.toISOString(),
  website: null,
  zoneinfo: null,
  email: 'mick@example.com',
  email_verified: true,
  phone_number: null,
  phone_number_verified: false,
})
const ending = () => ({ aud: pool.appId, exp: at + 1_209_600, iat: at, iss: pool.issuer })
const data = (more: object) => ({
  type: 'user',
  userPoolId: pool.userPoolId,
  ...more,
  id: pool.users[0]?.id,
  userId: pool.users[0]?.id,
  _id: pool.users[0]?.id,
  phone: null,
  email: 'mick@example.com',
  username: null,
  unionid: 'u-1',
  openid: null,
  clientId: pool.userPoolId,
})

/** Order included: the tokens are to look like Authing's. */
const expectExactly = (token: string, claims: object) =>
  expect(JSON.stringify(decodeJwt(token))).toBe(JSON.stringify(claims))

describe('the token types', () => {
  test('default to an access token of the first user for the first application', async () => {
    const token = pool.mint()
    const { payload, protectedHeader } = await jwtVerify(token, keysOf(pool), {
      issuer: pool.issuer,
      audience: pool.appId,
      currentDate,
    })
    expect(Object.keys(payload)).toEqual(['jti', 'sub', 'iat', 'exp', 'scope', 'iss', 'aud'])
    expect(payload).toMatchObject({ sub: pool.users[0]?.id, iat: at, exp: at + 1_209_600, scope: expect.any(String) })
    expect(payload.jti).toHaveLength(21)
    expect(JSON.stringify(protectedHeader)).toBe(
      JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: pool.jwks().keys[0]?.kid }),
    )
  })

  test('id token: it has the profile, null values included', async () => {
    const token = pool.mint({ type: 'id_token' })
    const { nonce } = decodeJwt(token)
    expect(nonce).toHaveLength(10)
    expectExactly(token, { ...profile(), nonce, ...ending() })
    await jwtVerify(token, keysOf(pool), { currentDate })
  })

  test('user token: it is an id token with data and the user pool id', () => {
    expectExactly(pool.mint({ type: 'user_token' }), {
      ...profile(),
      data: data({ appId: pool.appId }),
      userpool_id: pool.userPoolId,
      ...ending(),
    })
  })

  test('legacy user token: it has data only, is signed with jwtSecret, and is valid for 15 days', async () => {
    const token = pool.mint({ type: 'legacy_user_token' })
    const arn = `arn:cn:authing:${pool.userPoolId}:user:${pool.users[0]?.id}`
    expectExactly(token, { data: data({ appId: null, arn }), iat: at, exp: at + 1_296_000 })
    const { protectedHeader } = await jwtVerify(token, utf8(pool.jwtSecret), { currentDate })
    expect(JSON.stringify(protectedHeader)).toBe('{"alg":"HS256","typ":"JWT"}')
  })

  test('machine: it has the access key as its audience and no subject, and is valid for an hour', async () => {
    const token = pool.mint({ type: 'machine' })
    const { jti } = decodeJwt(token)
    expectExactly(token, {
      jti,
      iat: at,
      exp: at + 3600,
      scope: 'book:read book:write',
      iss: pool.issuer,
      aud: pool.accessKeys[0]?.accessKeyId,
      azp: pool.appId,
    })
    await jwtVerify(token, keysOf(pool), { currentDate })
  })

  test('delegate: it is a machine token with the user as its subject', () => {
    const token = pool.mint({ type: 'delegate', accessKeyId: 'another-key', userId: 'second', scope: 'message:create' })
    expect(decodeJwt(token)).toMatchObject({
      sub: 'second',
      aud: 'another-key',
      azp: pool.appId,
      scope: 'message:create',
    })
    expect(decodeJwt(pool.mint({ type: 'machine', accessKeyId: 'another-key' }))).toMatchObject({ scope: '' })
  })

  test('management token: it has the user pool id and is valid for two hours', async () => {
    const { payload } = await jwtVerify(pool.mint({ type: 'management_token' }), utf8(pool.jwtSecret), { currentDate })
    expect(payload).toMatchObject({ scoped_userpool_id: pool.userPoolId, exp: at + 7200 })
  })

  test('have only an id of a user that the pool does not have', () => {
    expect(decodeJwt(pool.mint({ type: 'id_token', userId: 'stranger' }))).toMatchObject({
      sub: 'stranger',
      nickname: null,
      email: null,
    })
  })
})

describe('the options of mint', () => {
  test('claims and header are merged last; an undefined member is left out', () => {
    const token = pool.mint({
      claims: { jti: undefined, tenant_id: 't-1', aud: ['a', 'b'] },
      header: { kid: undefined, typ: 'at+jwt' },
    })
    expect(decodeJwt(token)).toMatchObject({ tenant_id: 't-1', aud: ['a', 'b'] })
    expect(decodeJwt(token)).not.toHaveProperty('jti')
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'at+jwt' })
  })

  test('claims can have a member __proto__', () => {
    const token = pool.mint({ claims: JSON.parse('{"__proto__":{"sub":"admin"}}') })
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).toContain('"__proto__":{"sub":"admin"}')
  })

  test('expiresIn is in seconds from now, negative for an expired token', () => {
    expect(decodeJwt(pool.mint({ expiresIn: 60 }))).toMatchObject({ iat: at, exp: at + 60 })
    expect(decodeJwt(pool.mint({ expiresIn: -1 }))).toMatchObject({ iat: at, exp: at - 1 })
  })

  test('algorithm can be another RSA algorithm, with the same key and kid', async () => {
    const token = pool.mint({ algorithm: 'PS512' })
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'PS512', kid: pool.jwks().keys[0]?.kid })
    const [jwk] = pool.jwks().keys
    const keys = createLocalJWKSet({ keys: [{ ...jwk, kty: 'RSA', alg: 'PS512' }] })
    await jwtVerify(token, keys, { currentDate })
  })

  test.each(['HS256', 'HS384', 'HS512'] as const)(
    'algorithm %s signs with the App Secret, without a kid',
    async (algorithm) => {
      const token = pool.mint({ type: 'id_token', algorithm })
      const key = await crypto.subtle.importKey(
        'raw',
        utf8(pool.appSecret),
        { name: 'HMAC', hash: algorithm.replace('HS', 'SHA-') },
        false,
        ['verify'],
      )
      const { protectedHeader } = await jwtVerify(token, key, { currentDate })
      expect(protectedHeader).toEqual({ alg: algorithm, typ: 'JWT' })
    },
  )
})

describe.each<Algorithm>(pairAlgorithms)('an application of %s', (algorithm) => {
  test('signs every type of token with the key that it publishes', async () => {
    await using own = await createUserPool({ apps: [{ algorithm }] })
    const types: TokenType[] = ['access_token', 'id_token', 'user_token', 'machine', 'delegate']
    for (const type of types) {
      const { protectedHeader } = await jwtVerify(own.mint({ type }), keysOf(own), { algorithms: [algorithm] })
      expect(protectedHeader.kid).toBe(own.jwks().keys[0]?.kid)
    }
    expect(own.guardOptions).toEqual({ issuer: own.issuer, appId: own.appId })
  })
})

test('an HS256 application signs id and user tokens with its secret, and access tokens with RS256', async () => {
  await using own = await createUserPool({ apps: [{ algorithm: 'HS256' }] })
  for (const type of ['id_token', 'user_token'] as const) {
    const { protectedHeader } = await jwtVerify(own.mint({ type }), utf8(own.appSecret))
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' })
  }
  for (const type of ['access_token', 'machine'] as const) {
    await jwtVerify(own.mint({ type }), keysOf(own), { algorithms: ['RS256'] })
  }
  expect(own.guardOptions).toEqual({ issuer: own.issuer, appId: own.appId, appSecret: own.appSecret })
})

describe('options that exclude each other', () => {
  const refusal = (options: object) => () => pool.mint(options)

  test.each<[object, string]>([
    [{ appid: 'x' }, "has no 'appid'"],
    [{ type: 'refresh_token' }, 'type must be one of'],
    [{ type: 'machine', userId: 'x' }, "type 'machine' has no userId"],
    [{ accessKeyId: 'x' }, "type 'access_token' has no accessKeyId"],
    [{ type: 'id_token', scope: 'openid' }, "type 'id_token' has no scope"],
    [{ scope: ['book'] }, 'scope must be a string'],
    [{ userId: '' }, 'userId must be a string that is not blank'],
    [{ appId: 'nobody' }, "the pool has no application 'nobody'"],
    [{ claims: [] }, 'claims must be an object'],
    [{ header: 'kid' }, 'header must be an object'],
    [{ expiresIn: Number.NaN }, 'expiresIn must be a finite number'],
    [{ algorithm: 'rs256' }, 'algorithm must be one of'],
    [{ algorithm: 'ES256' }, "an application with algorithm 'ES256'"],
    [{ type: 'legacy_user_token', algorithm: 'RS256' }, 'signs RS256 here'],
    [{ defect: 'smell' }, 'defect must be one of'],
  ])('%j is a TypeError that says so', (options, message) => {
    expect(refusal(options)).toThrow(TypeError)
    expect(refusal(options)).toThrow(/^authing-guard\/testing: /)
    expect(refusal(options)).toThrow(message)
  })
})
