import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { compact, type Jwk, keyPair, pairOf, signer, tokenBy } from '../support/forge.js'
import { expect401, expectAdmitted, idClaims, worldWith } from '../support/world.js'

// Threats of section G in the members of a JWKS. A bad member never affects the good ones, and never causes a 5xx.
// Weak keys are in weak-keys.test.ts.

const good = keyPair('RS256', 'kid-good')
const ed448 = generateKeyPairSync('ed448').publicKey.export({ format: 'jwk' })
const ec = keyPair('ES256', 'kid-ec')
const { privateKey: another } = keyPair('RS256', 'kid-bad')

async function expectSkipped(bad: unknown, why: RegExp, forged?: string) {
  const { guard, events } = worldWith([bad as Jwk, good.jwk])
  await expectAdmitted(guard, tokenBy(good, idClaims))
  expect(events[0]).toMatchObject({ keyIds: ['kid-good'], skipped: [expect.stringMatching(why)] })
  if (forged !== undefined) await expect401(guard, forged, 'unknown_key', 'wrong_algorithm')
}

describe('a malformed member', () => {
  it.each<[string, unknown, RegExp]>([
    ['null', null, /no JSON object/],
    ['a number', 1, /no JSON object/],
    ['a text', 'key', /no JSON object/],
    ['a list', [], /no JSON object/],
    ['nothing', {}, /serves no algorithm/],
    ['a type of the future', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA', kid: 'kid-bad' }, /serves no algorithm/],
    ['an unknown type', { kty: 'FUTURE', kid: 'kid-bad' }, /serves no algorithm/],
    ['a type of lower case', { ...good.jwk, kty: 'rsa', kid: 'kid-bad' }, /serves no algorithm/],
    ['a type that is inherited', { ...good.jwk, kty: '__proto__', kid: 'kid-bad' }, /serves no algorithm/],
    [
      'a curve that is inherited',
      { ...ec.jwk, crv: 'toString', kid: 'kid-bad', alg: undefined },
      /serves no algorithm/,
    ],
    [
      'a curve that is not a string',
      { ...ec.jwk, crv: ['P-256'], kid: 'kid-bad', alg: undefined },
      /serves no algorithm/,
    ],
    [
      'a curve to agree on keys',
      { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43), kid: 'kid-bad' },
      /serves no algorithm/,
    ],
    ['Ed448', { ...ed448, kid: 'kid-bad', alg: 'EdDSA' }, /serves no algorithm/],
    ['an alg that is not a string', { ...good.jwk, alg: ['RS256'], kid: 'kid-bad' }, /serves no algorithm/],
    ['an alg of null', { ...good.jwk, alg: null, kid: 'kid-bad' }, /serves no algorithm/],
    ['a kid that is a number', { ...good.jwk, kid: 1 }, /kid is not a string/],
    ['a kid that is null', { ...good.jwk, kid: null }, /kid is not a string/],
    ['a kid that is an object', { ...good.jwk, kid: { toString: 'kid-good' } }, /kid is not a string/],
    ['an n that is missing', { ...good.jwk, n: undefined, kid: 'kid-bad' }, /the RSA key has no n$/],
    ['an e that is missing', { ...good.jwk, e: undefined, kid: 'kid-bad' }, /the RSA key has no e$/],
    ['an n that is a number', { ...good.jwk, n: 5, kid: 'kid-bad' }, /n is not base64url/],
    ['an x that is null', { ...ec.jwk, x: null, kid: 'kid-bad' }, /x is not base64url/],
    ['a y that is missing', { ...ec.jwk, y: undefined, kid: 'kid-bad' }, /does not import/],
    ['a point off the curve', { ...ec.jwk, y: ec.jwk['x'], kid: 'kid-bad' }, /does not import/],
    ['the point zero', { ...ec.jwk, x: 'A'.repeat(43), y: 'A'.repeat(43), kid: 'kid-bad' }, /does not import/],
    ['a short point', { ...ec.jwk, x: 'AAAA', kid: 'kid-bad' }, /does not import/],
  ])('G7: a malformed member of a JWKS is skipped: %s', async (_, bad, why) => {
    await expectSkipped(bad, why, tokenBy({ ...good, kid: 'kid-bad' }, idClaims))
  })

  it('G7: a malformed member among many is skipped, and a token that names it is refused', async () => {
    const bad = [
      null,
      { kty: 'RSA' },
      { kty: 'EC', crv: 'P-256' },
      { kty: 'OKP', crv: 'X25519', x: 'AAAA' },
      7,
    ] as never[]
    const { guard, events } = worldWith([...bad, good.jwk, ...bad, ec.jwk])
    for (const pair of [good, ec]) await expectAdmitted(guard, tokenBy(pair, idClaims))
    expect(events[0]).toMatchObject({ keyIds: ['kid-good', 'kid-ec'] })
    await expect401(guard, tokenBy({ ...good, kid: 'kid-none' }, idClaims), 'unknown_key')
  })
})

describe('a key that must not verify', () => {
  it('G10: a private key in a JWKS is skipped, and no part of it is reported', async () => {
    for (const pair of [
      pairOf(another, 'RS256', 'kid-bad'),
      keyPair('ES256', 'kid-bad'),
      keyPair('EdDSA', 'kid-bad'),
    ]) {
      const secret = pair.privateKey.export({ format: 'jwk' })
      const bad = { ...secret, kid: pair.kid, alg: pair.alg, use: 'sig' }
      await expectSkipped(bad, /^key 1: a private key$/, tokenBy(pair, idClaims))
      const { events, guard } = worldWith([bad, good.jwk])
      await expectAdmitted(guard, tokenBy(good, idClaims))
      expect(JSON.stringify(events)).not.toContain(String(secret.d).slice(0, 12))
    }
  })

  it('G11: a symmetric key in a JWKS is skipped, whatever its members claim', async () => {
    const k = Buffer.from('a secret that somebody published!').toString('base64url')
    const forged = compact({ alg: 'HS256', kid: 'kid-bad' }, idClaims, signer('HS256', Buffer.from(k, 'base64url')))
    for (const alg of ['HS256', 'RS256', undefined, 'none']) {
      await expectSkipped({ kty: 'oct', k, kid: 'kid-bad', alg }, /: a secret$/, forged)
    }
    await expectSkipped({ kty: 'oct', kid: 'kid-bad', alg: 'HS256' }, /serves no algorithm/, forged)
    await expectSkipped({ ...good.jwk, k, kid: 'kid-bad' }, /: a secret$/, forged)
  })

  it.each([
    ['use enc', { use: 'enc' }, /use is not sig/],
    ['use of null', { use: null }, /use is not sig/],
    ['use of two', { use: ['sig', 'enc'] }, /use is not sig/],
    ['key_ops encrypt', { key_ops: ['encrypt', 'wrapKey'] }, /key_ops does not hold verify/],
    ['key_ops sign', { key_ops: ['sign'] }, /key_ops does not hold verify/],
    ['no key_ops', { key_ops: [] }, /key_ops does not hold verify/],
    ['key_ops that is a text', { key_ops: 'verify' }, /key_ops does not hold verify/],
    ['key_ops of null', { key_ops: null }, /key_ops does not hold verify/],
    ['alg RSA-OAEP', { alg: 'RSA-OAEP' }, /serves no algorithm/],
    ['alg RSA1_5', { alg: 'RSA1_5' }, /serves no algorithm/],
    ['alg HS256', { alg: 'HS256' }, /serves no algorithm/],
    ['alg none', { alg: 'none' }, /serves no algorithm/],
    ['alg ES256', { alg: 'ES256' }, /serves no algorithm/],
  ])('G12: a key with %s is skipped', async (_, members, why) => {
    const bad = pairOf(another, 'RS256', 'kid-bad')
    await expectSkipped({ ...bad.jwk, ...members }, why, tokenBy(bad, idClaims))
  })

  it('G12: a key whose algorithm the configuration excludes is skipped', async () => {
    const { guard, events } = worldWith([ec.jwk, good.jwk], { algorithms: ['RS256'] })
    await expectAdmitted(guard, tokenBy(good, idClaims))
    expect(events[0]).toMatchObject({
      keyIds: ['kid-good'],
      skipped: [expect.stringMatching(/serves no algorithm that is allowed here$/)],
    })
    await expect401(guard, tokenBy(ec, idClaims), 'wrong_algorithm')
  })

  it('G12: a key is used when use and key_ops allow verification or are absent', async () => {
    for (const members of [
      { use: 'sig' },
      { use: undefined },
      { key_ops: ['verify'] },
      { key_ops: ['sign', 'verify'] },
    ]) {
      const pair = pairOf(good.privateKey, 'RS256', 'kid-good', members)
      await expectAdmitted(worldWith([pair.jwk]).guard, tokenBy(pair, idClaims))
    }
  })
})
