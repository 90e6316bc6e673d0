import { createPublicKey, X509Certificate } from 'node:crypto'
import {
  type Algorithm,
  createUserPool,
  type Defect,
  type MintOptions,
  type TokenType,
  type UserPool,
} from 'authing-guard/testing'
import {
  compactVerify,
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  importJWK,
  importX509,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let pool: UserPool
let hs: UserPool
beforeAll(async () => {
  pool = await createUserPool()
  hs = await createUserPool({ apps: [{ algorithm: 'HS256' }] })
})
afterAll(async () => {
  await pool.close()
  await hs.close()
})

const utf8 = (secret: string) => new TextEncoder().encode(secret)
const asSet = (value: unknown) => JSON.parse(JSON.stringify(value)) as JSONWebKeySet
const verify = (token: string, of: UserPool = pool) =>
  jwtVerify(token, createLocalJWKSet(asSet(of.jwks())), { issuer: of.issuer, audience: of.appId })
const decode = (part: string | undefined): string => Buffer.from(part ?? '', 'base64url').toString()
const publishedKid = () => pool.jwks().keys[0]?.kid
const seconds = () => Math.floor(Date.now() / 1000)

describe('a token with a wrong claim and a valid signature', () => {
  test('expired: its exp is an hour ago, whatever its lifetime', async () => {
    await expect(verify(pool.mint({ defect: 'expired' }))).rejects.toThrow(errors.JWTExpired)
    const { exp = 0, iat = 0 } = decodeJwt(pool.mint({ defect: 'expired', expiresIn: 60 }))
    expect(exp - iat).toBe(60)
    expect(exp).toBeLessThan(seconds() - 300)
  })

  test('not_yet_valid: its iat and nbf are in an hour', async () => {
    const token = pool.mint({ defect: 'not_yet_valid' })
    await expect(verify(token)).rejects.toThrow('nbf')
    const { iat = 0, exp = 0 } = decodeJwt(token)
    expect(iat).toBeGreaterThan(seconds() + 300)
    expect(exp).toBeGreaterThan(iat)
  })

  test('no_expiry: it has no exp', async () => {
    const { payload } = await verify(pool.mint({ defect: 'no_expiry' }))
    expect(payload).not.toHaveProperty('exp')
  })

  test('other_issuer: its iss is another domain', async () => {
    await expect(verify(pool.mint({ defect: 'other_issuer' }))).rejects.toThrow('"iss"')
  })

  test('other_application: the aud of a user token or the azp of an access key token differs', async () => {
    await expect(verify(pool.mint({ defect: 'other_application' }))).rejects.toThrow('"aud"')
    const machine = decodeJwt(pool.mint({ type: 'machine', defect: 'other_application' }))
    expect(machine.aud).toBe(pool.accessKeys[0]?.accessKeyId)
    expect(machine).not.toMatchObject({ azp: pool.appId })
  })

  test('other_user_pool: the user pool id differs in every claim that has it', () => {
    const user = decodeJwt(pool.mint({ type: 'user_token', defect: 'other_user_pool' }))
    const legacy = decodeJwt(pool.mint({ type: 'legacy_user_token', defect: 'other_user_pool' }))
    const management = decodeJwt(pool.mint({ type: 'management_token', defect: 'other_user_pool' }))
    for (const claims of [user, legacy, management]) expect(JSON.stringify(claims)).not.toContain(pool.userPoolId)
    expect(user).toMatchObject({ aud: pool.appId, userpool_id: expect.stringMatching(/^[0-9a-f]{24}$/) })
    expect(user).not.toMatchObject({ userpool_id: pool.userPoolId })
    expect(legacy).not.toHaveProperty('userpool_id')
    expect(management).not.toMatchObject({ scoped_userpool_id: pool.userPoolId })
  })

  test('sender_constrained: it has cnf', async () => {
    const { payload } = await verify(pool.mint({ defect: 'sender_constrained' }))
    expect(payload).toMatchObject({ cnf: { jkt: expect.stringMatching(/^[\w-]{43}$/) } })
  })
})

describe('a token with a wrong header and a valid signature', () => {
  test('critical_header: crit names an unknown extension', async () => {
    const token = pool.mint({ defect: 'critical_header' })
    await expect(verify(token)).rejects.toThrow('exp-extension')
    await compactVerify(token, createLocalJWKSet(asSet(pool.jwks())), { crit: { 'exp-extension': true } })
  })

  test('unencoded_payload: the second part itself is the payload, signed as in RFC 7797', async () => {
    const token = pool.mint({ defect: 'unencoded_payload' })
    expect(decodeProtectedHeader(token)).toMatchObject({ b64: false, crit: ['b64'] })
    const { payload } = await compactVerify(token, createLocalJWKSet(asSet(pool.jwks())), { crit: { b64: true } })
    expect(new TextDecoder().decode(payload)).toBe(token.split('.')[1])
    await expect(verify(token)).rejects.toThrow()
  })

  test('other_token_type: its typ is logout+jwt', async () => {
    const { protectedHeader } = await verify(pool.mint({ defect: 'other_token_type' }))
    expect(protectedHeader.typ).toBe('logout+jwt')
  })
})

describe('a token with a forged signature', () => {
  test.each<Algorithm>(['RS256', 'PS256', 'ES512', 'EdDSA', 'HS256'])(
    'bad_signature of %s: one bit',
    async (algorithm) => {
      await using own = await createUserPool({ apps: [{ algorithm }] })
      const token = own.mint({ type: 'id_token', defect: 'bad_signature' })
      const key = algorithm === 'HS256' ? utf8(own.appSecret) : await importJWK(asSet(own.jwks()).keys[0] ?? {})
      await expect(jwtVerify(token, key)).rejects.toThrow(errors.JWSSignatureVerificationFailed)
      const signature = token.split('.')[2] ?? ''
      expect(Buffer.from(signature, 'base64url').toString('base64url')).toBe(signature)
      expect(decodeJwt(token)).toMatchObject({ aud: own.appId })
    },
  )

  test('other_key: another key signs, under the published kid', async () => {
    const token = pool.mint({ defect: 'other_key' })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: publishedKid() })
    await expect(verify(token)).rejects.toThrow(errors.JWSSignatureVerificationFailed)
  })

  test('other_key: another secret signs an HS256 token', async () => {
    for (const [of, type] of [
      [hs, 'id_token'],
      [pool, 'legacy_user_token'],
    ] as const) {
      const token = of.mint({ type, defect: 'other_key' })
      expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' })
      for (const secret of [of.appSecret, of.jwtSecret]) {
        await expect(jwtVerify(token, utf8(secret))).rejects.toThrow(errors.JWSSignatureVerificationFailed)
      }
    }
  })

  test('unknown_key: another key signs, under its own kid', async () => {
    const token = pool.mint({ defect: 'unknown_key' })
    expect(decodeProtectedHeader(token).kid).not.toBe(publishedKid())
    await expect(verify(token)).rejects.toThrow(errors.JWKSNoMatchingKey)
    expect(() => hs.mint({ type: 'id_token', defect: 'unknown_key' })).toThrow("mint 'other_key'")
  })

  test("can have an attacker's algorithm that the application has no key for", () => {
    const token = pool.mint({ defect: 'other_key', algorithm: 'ES256' })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'JWT', kid: publishedKid() })
  })

  test('no_algorithm: alg is none, and the signature is empty', () => {
    const token = pool.mint({ defect: 'no_algorithm' })
    expect(JSON.parse(decode(token.split('.')[0]))).toMatchObject({ alg: 'none' })
    expect(token.split('.')[2]).toBe('')
    expect(decodeJwt(token)).toMatchObject({ aud: pool.appId })
  })

  test('public_key_as_secret: HS256 with the PEM of the published key as the secret', async () => {
    const token = pool.mint({ defect: 'public_key_as_secret' })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT', kid: publishedKid() })
    const pem = createPublicKey({ key: asSet(pool.jwks()).keys[0] ?? {}, format: 'jwk' }).export({
      format: 'pem',
      type: 'spki',
    })
    await jwtVerify(token, utf8(pem.toString()))
  })

  test('access_token_hs256: an access token signed with the App Secret', async () => {
    for (const type of ['access_token', 'machine', 'delegate'] as const) {
      const { protectedHeader } = await jwtVerify(
        pool.mint({ type, defect: 'access_token_hs256' }),
        utf8(pool.appSecret),
      )
      expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' })
    }
  })
})

describe('a token that contains its own key, or a link to it', () => {
  const header = (wrong: Defect, options: MintOptions = {}) =>
    decodeProtectedHeader(pool.mint({ defect: wrong, ...options }))

  test('embedded_key: the jwk in its header verifies it', async () => {
    const token = pool.mint({ defect: 'embedded_key' })
    const { jwk, kid } = decodeProtectedHeader(token)
    expect(kid).toBe(publishedKid())
    await jwtVerify(token, await importJWK(jwk ?? {}, 'RS256'))
    await expect(verify(token)).rejects.toThrow(errors.JWSSignatureVerificationFailed)
  })

  test('key_url: the keys at its jku verify it', async () => {
    const token = pool.mint({ defect: 'key_url' })
    const { jku } = decodeProtectedHeader(token)
    await jwtVerify(token, createRemoteJWKSet(new URL(jku ?? '')))
    await expect(verify(token)).rejects.toThrow(errors.JWSSignatureVerificationFailed)
  })

  test('certificate_url: the certificate at its x5u verifies it', async () => {
    const token = pool.mint({ defect: 'certificate_url' })
    const { x5u } = decodeProtectedHeader(token)
    const pem = await (await fetch(String(x5u))).text()
    await jwtVerify(token, await importX509(pem, 'RS256'))
  })

  test.each<Algorithm>(['RS256', 'ES256', 'EdDSA'])(
    'certificate: a self-signed %s certificate in its x5c verifies it',
    async (algorithm) => {
      const token = pool.mint({ defect: 'certificate', algorithm })
      const [der = ''] = header('certificate', { algorithm }).x5c ?? []
      const certificate = new X509Certificate(Buffer.from(der, 'base64'))
      expect(certificate.verify(certificate.publicKey)).toBe(true)
      expect(certificate.subject).toBe('CN=attacker')
      await jwtVerify(token, certificate.publicKey)
    },
  )

  test('is RS256 if the token type would be HS256', () => {
    expect(decodeProtectedHeader(hs.mint({ type: 'id_token', defect: 'embedded_key' })).alg).toBe('RS256')
  })

  test('can be verified with keys that the pool serves before any token is forged', async () => {
    await using own = await createUserPool()
    const { keys } = await (await fetch(`${own.host}/hostile/jwks.json`)).json()
    expect(keys).toHaveLength(2)
  })
})

describe('a token that is not a JWS', () => {
  test('encrypted: five parts with an ECDH-ES header', () => {
    const token = pool.mint({ type: 'id_token', defect: 'encrypted' })
    const parts = token.split('.')
    expect(parts).toHaveLength(5)
    expect(JSON.parse(decode(parts[0]))).toMatchObject({
      alg: 'ECDH-ES',
      enc: 'A128CBC-HS256',
      cty: 'JWT',
      epk: { kty: 'EC', crv: 'P-256' },
    })
  })

  test('truncated: two parts, the second one cut', () => {
    const parts = pool.mint({ defect: 'truncated' }).split('.')
    expect(parts).toHaveLength(2)
    expect(() => JSON.parse(decode(parts[1]))).toThrow()
  })

  test('garbage: valid in the grammar of b64token', () => {
    expect(pool.mint({ defect: 'garbage' })).toMatch(/^[\w~+/-]+$/)
  })
})

describe('the defects of each token type', () => {
  const all: TokenType[] = [
    'access_token',
    'id_token',
    'user_token',
    'legacy_user_token',
    'machine',
    'delegate',
    'management_token',
  ]
  test.each<[Defect, TokenType[]]>([
    ['other_issuer', ['legacy_user_token', 'management_token']],
    ['other_application', ['legacy_user_token', 'management_token']],
    ['other_user_pool', ['access_token', 'id_token', 'machine', 'delegate']],
    ['access_token_hs256', ['id_token', 'user_token', 'legacy_user_token', 'management_token']],
    ['unknown_key', ['legacy_user_token', 'management_token']],
    ['bad_signature', []],
    ['embedded_key', []],
    ['expired', []],
    ['encrypted', []],
  ])('%s is refused for the types %j', (wrong, refused) => {
    for (const type of all) {
      const mint = () => pool.mint({ type, defect: wrong })
      if (refused.includes(type)) expect(mint).toThrow(/^authing-guard\/testing: defect: '.*' has no meaning/)
      else expect(mint()).toBeTypeOf('string')
    }
  })
})
