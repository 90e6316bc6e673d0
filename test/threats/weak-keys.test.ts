import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { compact, type Jwk, keyPair, pairOf, type Sign, signer, tokenBy } from '../support/forge.js'
import { expect401, expectAdmitted, idClaims, worldWith } from '../support/world.js'

// Threats of section G about keys that the platform imports without an error. Each test shows that node:crypto accepts
// the key, or even the forgery. The guard skips the key, reports it in an event and still uses the good one.

const good = keyPair('RS256', 'kid-good')
// Its modulus has a character in which the two alphabets of base64 differ.
let another = keyPair('RS256', 'kid-bad')
while (!/[-_]/.test(String(another.jwk['n']))) another = keyPair('RS256', 'kid-bad')
const bytes = (value: unknown) => Buffer.from(String(value), 'base64url')
const imported = (jwk: Jwk): KeyObject => createPublicKey({ key: jwk as never, format: 'jwk' })

/** A guard with the bad key and the good one, in either order: the bad one is skipped, for this reason. */
async function expectSkipped(bad: Jwk, why: string, forged: readonly string[] = []) {
  for (const keys of [
    [bad, good.jwk],
    [good.jwk, bad],
  ]) {
    const { guard, events } = worldWith(keys)
    await expectAdmitted(guard, tokenBy(good, idClaims))
    const place = keys.indexOf(bad) + 1
    expect(events[0]).toMatchObject({ keyIds: [good.kid], skipped: [`key ${place}: ${why}`] })
    for (const token of forged) await expect401(guard, token, 'unknown_key', 'wrong_algorithm')
    await expectAdmitted(guard, tokenBy(good, idClaims))
  }
}

const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex')
/** With an exponent of 1 the signature is the padded message itself: nobody needs a private key. */
const padding: Sign = (input) => {
  const digest = createHash('sha256').update(input).digest()
  const fill = Buffer.alloc(256 - 3 - digestInfo.length - digest.length, 0xff)
  return Buffer.concat([Buffer.from([0, 1]), fill, Buffer.from([0]), digestInfo, digest])
}

describe('RSA', () => {
  it('G9: an RSA key with an exponent of 1, which verifies any forgery, is skipped', async () => {
    const bad = { ...good.jwk, kid: 'kid-bad', e: 'AQ' }
    const forged = compact({ alg: 'RS256', kid: 'kid-bad' }, idClaims, (input) => {
      expect(verify('sha256', input, imported(bad), padding(input))).toBe(true)
      return padding(input)
    })
    await expectSkipped(bad, 'the RSA exponent is not odd, from 3 to 32 bits', [forged])
  })

  it.each([
    ['0', 'AA'],
    ['2', 'Ag'],
    ['65536', 'AQAA'],
    ['2^32 + 1', 'AQAAAAE'],
    ['2,000 bits', Buffer.alloc(250, 0xff).toString('base64url')],
    ['1, with leading zeros', 'AAAAAAAB'],
  ])('G9: an RSA key with an exponent of %s is skipped', async (_, e) => {
    await expectSkipped({ ...good.jwk, kid: 'kid-bad', e }, 'the RSA exponent is not odd, from 3 to 32 bits', [
      tokenBy({ ...good, kid: 'kid-bad' }, idClaims),
    ])
  })

  it.each([3, 65537, 4294967295])('G9: an RSA key with an exponent of %d is used', async (exponent) => {
    const e = Buffer.from(exponent.toString(16).padStart(8, '0'), 'hex').toString('base64url')
    const { events, guard } = worldWith([{ ...good.jwk, kid: 'kid-e', e }])
    await expect401(guard, compact({ alg: 'RS256', kid: 'kid-e' }, idClaims, padding), 'bad_signature')
    expect(events[0]).toMatchObject({ keyIds: ['kid-e'], skipped: [] })
  })

  it('G9: an RSA key with an even modulus is skipped', async () => {
    const n = bytes(good.jwk['n'])
    n[255] = (n[255] ?? 0) & 0xfe
    const bad = { ...good.jwk, kid: 'kid-bad', n: n.toString('base64url') }
    expect(imported(bad).type).toBe('public')
    await expectSkipped(bad, 'the RSA modulus is even', [compact({ alg: 'RS256', kid: 'kid-bad' }, idClaims, padding)])
  })

  it.each([512, 1024, 2047])(
    'G9: an RSA key of %d bits is skipped, although a real signature verifies with it',
    async (bits) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
      const bad = pairOf(privateKey, 'RS256', 'kid-bad')
      const forged = compact({ alg: 'RS256', kid: 'kid-bad' }, idClaims, (input) => {
        const signature = signer('RS256', privateKey)(input)
        expect(verify('sha256', input, imported(bad.jwk), signature)).toBe(true)
        return signature
      })
      await expectSkipped(bad.jwk, 'the RSA modulus is not of 2048 to 8192 bits', [forged])
      // Zeros in front make no key longer.
      const n = Buffer.concat([Buffer.alloc(256), bytes(bad.jwk['n'])]).toString('base64url')
      await expectSkipped({ ...bad.jwk, n }, 'the RSA modulus is not of 2048 to 8192 bits', [forged])
    },
  )

  it.each([8193, 16_384, 100_000])(
    'G9: an RSA key of %d bits, whose verification would take long, is skipped',
    async (bits) => {
      const n = Buffer.alloc(Math.ceil(bits / 8), 0xff)
      n[0] = bits % 8 === 0 ? 0xff : 2 ** (bits % 8) - 1
      const bad = { ...good.jwk, kid: 'kid-bad', n: n.toString('base64url') }
      expect(imported(bad).asymmetricKeyDetails?.modulusLength).toBe(bits)
      const forged = compact({ alg: 'RS256', kid: 'kid-bad' }, idClaims, padding)
      await expectSkipped(bad, 'the RSA modulus is not of 2048 to 8192 bits', [forged])
    },
  )

  it('G9: an RSA key whose modulus is zero or empty is skipped', async () => {
    const n = Buffer.alloc(256).toString('base64url')
    await expectSkipped({ ...good.jwk, kid: 'kid-bad', n }, 'the RSA modulus is not of 2048 to 8192 bits')
    await expectSkipped({ ...good.jwk, kid: 'kid-bad', n: undefined }, 'the RSA key has no n')
    await expectSkipped({ ...good.jwk, kid: 'kid-bad', e: undefined }, 'the RSA key has no e')
  })

  it.each([
    ['a blank', (text: string) => `${text.slice(0, 9)} ${text.slice(9)}`],
    ['a line break', (text: string) => `${text.slice(0, 9)}\n${text.slice(9)}`],
    ['padding', (text: string) => `${text}==`],
    ['an exclamation mark', (text: string) => `!${text}`],
    ['the standard alphabet', (text: string) => bytes(text).toString('base64').replaceAll('=', '')],
    ['a length that no bytes have', (text: string) => `${text}AAA`.slice(0, text.length - (text.length % 4) + 5)],
    ['nothing in it', () => ''],
  ])('G7: an RSA key whose modulus has %s is skipped', async (_, change) => {
    const bad = { ...another.jwk, n: change(String(another.jwk['n'])) }
    await expectSkipped(bad, 'n is not base64url', [tokenBy(another, idClaims)])
  })
})

describe('Ed25519', () => {
  const prime = 2n ** 255n - 19n
  const point = (y: bigint, sign = 0n) => {
    const hex = (y + (sign << 255n)).toString(16).padStart(64, '0')
    return Buffer.from(hex, 'hex').reverse()
  }
  const of8 = Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex')
  const other8 = Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'hex')
  const smallOrder = [
    ...[0n, 1n, prime - 1n, prime, prime + 1n].flatMap((y) => [point(y), point(y, 1n)]),
    ...[of8, other8].flatMap((y) => [y, Buffer.from(y.map((byte, at) => (at === 31 ? byte | 0x80 : byte)))]),
  ]

  it('G9: an Ed25519 key is skipped if it is any of the 14 encodings of small-order points, which verify a forgery', async () => {
    let verified = 0
    for (const x of smallOrder) {
      const bad = { kty: 'OKP', crv: 'Ed25519', kid: 'kid-bad', alg: 'EdDSA', use: 'sig', x: x.toString('base64url') }
      // S is 0 and R one of the small points: an eighth of all messages or more verify.
      const forgeries = Array.from({ length: 16 }, (_, jti) => ({ ...idClaims, jti: `${jti}` })).flatMap((claims) =>
        [point(1n), x].map((r) =>
          compact({ alg: 'EdDSA', kid: 'kid-bad' }, claims, () => Buffer.concat([r, Buffer.alloc(32)])),
        ),
      )
      for (const token of forgeries) {
        const [input, signature] = [token.slice(0, token.lastIndexOf('.')), token.slice(token.lastIndexOf('.') + 1)]
        if (verify(null, Buffer.from(input), imported(bad), Buffer.from(signature, 'base64url'))) verified++
      }
      await expectSkipped(bad, 'a point of small order', forgeries.slice(0, 2))
    }
    expect(smallOrder).toHaveLength(14)
    expect(verified).toBeGreaterThan(10)
  })

  it('G7: an Ed25519 key with a missing point or one of the wrong length is skipped', async () => {
    const { jwk } = keyPair('EdDSA', 'kid-bad')
    for (const x of [bytes(jwk['x']).subarray(1).toString('base64url'), undefined, 'AA']) {
      await expectSkipped({ ...jwk, x }, 'the platform does not import it')
    }
  })
})

describe('elliptic curves', () => {
  it('G12: a P-384 key that claims ES256, which the platform would accept, is skipped', async () => {
    const { privateKey } = keyPair('ES384', 'kid-bad')
    const bad = pairOf(privateKey, 'ES256', 'kid-bad')
    const forged = compact({ alg: 'ES256', kid: 'kid-bad' }, idClaims, (input) => {
      const signature = signer('ES256', privateKey)(input)
      expect(verify('sha256', input, { key: imported(bad.jwk), dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
      return signature
    })
    await expectSkipped(bad.jwk, 'serves no algorithm that is allowed here', [forged])
  })
})
