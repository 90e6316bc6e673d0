import { createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { compact, keyPair, segment, signer, tokenBy } from '../support/forge.js'
import { quickest } from '../support/quickest.js'
import { expect401, expectAdmitted, idClaims, refusalOf, worldWith } from '../support/world.js'

// Threats of section C about encrypted, detached, compressed and nested tokens and unknown extensions.

const key = keyPair('RS256', 'kid-1')
const { guard, fetched } = worldWith([key.jwk])
const good = tokenBy(key, idClaims)
const sign = signer('RS256', key.privateKey)

describe('encryption', () => {
  /** A JWE, really encrypted (RFC 7516, 7.1): whoever decrypts it finds a good token. */
  function jwe(header: object, wrap: (contentKey: Buffer) => Buffer): string {
    const [contentKey, iv] = [randomBytes(32), randomBytes(12)]
    const head = segment(header)
    const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(head))
    const text = Buffer.concat([cipher.update(good), cipher.final()])
    return [head, ...[wrap(contentKey), iv, text, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join(
      '.',
    )
  }
  const toPublicKey = (contentKey: Buffer) => publicEncrypt({ key: key.publicKey, oaepHash: 'sha1' }, contentKey)

  it.each([
    ['dir', { alg: 'dir', enc: 'A256GCM' }, () => Buffer.alloc(0)],
    ['RSA-OAEP, to the public key', { alg: 'RSA-OAEP', enc: 'A256GCM', cty: 'JWT', kid: key.kid }, toPublicKey],
    ['a signature algorithm', { alg: 'RS256', enc: 'A256GCM', kid: key.kid }, toPublicKey],
    ['no enc', { alg: 'RS256', kid: key.kid }, toPublicKey],
  ] as const)('C6: a JWE is refused: %s', async (_, header, wrap) => {
    await expectAdmitted(guard, good)
    await expect401(guard, jwe(header, wrap), 'encrypted_token')
  })

  it('C6: a correctly signed token with enc in its header is refused', async () => {
    await expect401(guard, tokenBy(key, idClaims, { enc: 'A256GCM' }), 'encrypted_token')
    await expect401(guard, tokenBy(key, idClaims, { enc: null }), 'encrypted_token')
  })

  it.each([2 ** 31, 1e9, -1, 'x'])('C7: no key is derived for PBES2 with p2c %j', async (p2c) => {
    const header = { alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', p2s: 'c2FsdA', p2c }
    const encrypted = jwe(header, () => randomBytes(40))
    const took = await quickest(async () => {
      await expect401(guard, encrypted, 'encrypted_token')
      await expect401(guard, compact(header, idClaims, sign), 'encrypted_token')
      await expect401(guard, tokenBy(key, idClaims, { alg: 'PBES2-HS256+A128KW', p2c }), 'wrong_algorithm')
    })
    expect(took).toBeLessThan(1000)
  })

  it.each(['DEF', 'GZIP', '', null])('C7: nothing is decompressed for zip %j', async (zip) => {
    await expect401(guard, tokenBy(key, idClaims, { zip }), 'malformed_token')
    const { deflateRawSync } = await import('node:zlib')
    await expect401(guard, tokenBy(key, deflateRawSync(JSON.stringify(idClaims)), { zip }), 'malformed_token')
  })
})

describe('other serializations', () => {
  const [head = '', payload = '', signature = ''] = good.split('.')
  const flattened = { payload, protected: head, signature }
  it.each<[string, string]>([
    ['flattened', JSON.stringify(flattened)],
    ['general', JSON.stringify({ payload, signatures: [{ protected: head, signature }] })],
    ['flattened with dots', JSON.stringify({ ...flattened, a: '.', b: '.' })],
    ['a polyglot that splits into a good token', `{"a":"${head}.${payload}.${signature}"}`],
    ['a polyglot around the dots', `{"protected":"${head}","x":".${payload}.","signature":"${signature}"}`],
  ])('C8: a JSON serialization is refused: %s', async (_, text) => {
    await expectAdmitted(guard, good)
    for (const token of [text, Buffer.from(text).toString('base64url')]) {
      const error = await refusalOf(guard.verifyToken(token))
      expect([400, 401]).toContain(error.status)
    }
  })

  it('C9: a detached payload, and b64 with and without crit, are refused', async () => {
    await expect401(guard, `${head}..${signature}`, 'malformed_token')
    const detached = compact({ alg: 'RS256', b64: false, crit: ['b64'] }, '', sign)
    await expect401(guard, detached, 'malformed_token')
    for (const b64 of [false, true, 'false', null, 0]) {
      for (const crit of [undefined, ['b64']]) {
        await expect401(guard, tokenBy(key, idClaims, { b64, crit }), 'malformed_token')
        // The payload as it is, not encoded, as RFC 7797 signs it.
        const input = `${segment({ alg: 'RS256', kid: key.kid, b64, crit })}.${payload}`
        await expect401(
          guard,
          `${input}.${Buffer.from(sign(Buffer.from(input))).toString('base64url')}`,
          'malformed_token',
        )
      }
    }
  })

  it.each([
    ...[['exp'], ['alg'], ['http://example.com/unknown'], ['b64'], [], ['exp', 'exp'], ['toString'], ['__proto__']],
    ...['exp', '', 0, 1, null, true, {}, [1], [null], [['exp']]],
  ])('C10: a token with crit %j is refused', async (crit) => {
    await expect401(guard, tokenBy(key, idClaims, { crit }), 'malformed_token')
    await expect401(
      guard,
      tokenBy(key, idClaims, { crit, exp: 1, 'http://example.com/unknown': true }),
      'malformed_token',
    )
  })

  it('C11: a nested token is refused', async () => {
    await expect401(guard, tokenBy(key, good), 'malformed_token')
    await expect401(guard, tokenBy(key, JSON.stringify(good)), 'malformed_token')
    for (const cty of ['JWT', 'jwt', 'application/jwt', 'Application/JWT']) {
      await expect401(guard, tokenBy(key, idClaims, { cty }), 'malformed_token')
      await expect401(guard, tokenBy(key, good, { cty }), 'malformed_token')
    }
    for (const cty of [null, 1, ['JWT'], {}]) await expect401(guard, tokenBy(key, idClaims, { cty }), 'malformed_token')
    expect(fetched).toEqual([])
  })
})
