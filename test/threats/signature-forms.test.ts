import { constants, createHash, privateEncrypt, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { compact, keyPair, pairOf, type Sign, signer, tokenBy, withSignature } from '../support/forge.js'
import { expect401, expectAdmitted, home, idClaims, worldWith } from '../support/world.js'

// Threats of section A about signatures that are not in the one form that their algorithm defines.

const rs = keyPair('RS256', 'kid-rs')
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('RSA', () => {
  const { guard } = worldWith([rs.jwk])
  const header = { alg: 'RS256', typ: 'JWT', kid: rs.kid }
  const size = 256
  const prefix = hex('3031300d060960864801650304020105000420')

  /** The raw RSA operation on an encoded message that a test makes itself. */
  const raw =
    (encode: (digest: Buffer) => Buffer): Sign =>
    (input) => {
      const encoded = encode(createHash('sha256').update(input).digest())
      const message = Buffer.concat([Buffer.alloc(Math.max(0, size - encoded.length)), encoded])
      return privateEncrypt({ key: rs.privateKey, padding: constants.RSA_NO_PADDING }, message)
    }
  const padded = (info: Buffer, { type = 1, fill = 0xff, end = 0, less = 0 } = {}) =>
    Buffer.concat([
      Buffer.from([0, type]),
      Buffer.alloc(size - 3 - info.length - less, fill),
      Buffer.from([end]),
      info,
      Buffer.alloc(less),
    ])
  const info = (start: string) => (digest: Buffer) => padded(Buffer.concat([hex(start), digest]))

  it('A12: the canonical PKCS#1 v1.5 encoding is accepted', async () => {
    await expectAdmitted(
      guard,
      compact(
        header,
        idClaims,
        raw((digest) => padded(Buffer.concat([prefix, digest]))),
      ),
    )
  })

  const whole = (digest: Buffer) => Buffer.concat([prefix, digest])
  it.each<[string, (digest: Buffer) => Buffer]>([
    ['no NULL parameter', info('302f300b0609608648016503040201 0420')],
    ['NULL parameter of one byte', info('3032300e06096086480165030402010501 00 0420')],
    ['an OCTET STRING for NULL', info('3031300d060960864801650304020104000420')],
    ['a long-form length of the whole', info('308131300d060960864801650304020105000420')],
    ['a long-form length with leading zero', info('30820031300d060960864801650304020105000420')],
    [
      'an indefinite length',
      (digest) => padded(Buffer.concat([hex('3080300d060960864801650304020105000420'), digest, hex('0000')])),
    ],
    ['a long-form length of the algorithm', info('303230810d060960864801650304020105000420')],
    ['a long-form length of the digest', info('3032300d06096086480165030402010500048120')],
    ['a digest as BIT STRING', info('3031300d060960864801650304020105000320')],
    ['a constructed OCTET STRING', info('3031300d060960864801650304020105002420')],
    ['the OID of SHA-512', info('3031300d060960864801650304020305000420')],
    ['the OID of SHA-1', info('302d300906052b0e03021a05000420')],
    ['another OID of the same length', info('3031300d060960864801650304021105000420')],
    ['a sequence that is a set', info('3131300d060960864801650304020105000420')],
    ['a byte behind the digest', (digest) => padded(Buffer.concat([whole(digest), hex('00')]))],
    [
      'a NULL behind the digest',
      (digest) => padded(Buffer.concat([hex('3033300d060960864801650304020105000420'), digest, hex('0500')])),
    ],
    ['the digest alone', (digest) => padded(digest)],
    ['a digest cut short', (digest) => padded(Buffer.concat([prefix, digest.subarray(0, 31)]))],
    ['a digest of zeros', () => padded(Buffer.concat([prefix, Buffer.alloc(32)]))],
    ['block type 0', (digest) => padded(whole(digest), { type: 0 })],
    ['block type 2', (digest) => padded(whole(digest), { type: 2 })],
    ['padding of zeros', (digest) => padded(whole(digest), { fill: 0 })],
    ['padding of 0xfe', (digest) => padded(whole(digest), { fill: 0xfe })],
    ['no zero behind the padding', (digest) => padded(whole(digest), { end: 0xff })],
    ['padding of 8 bytes, and garbage at the end', (digest) => padded(whole(digest), { less: size - 3 - 51 - 8 })],
    ['padding of one byte less', (digest) => padded(whole(digest), { less: 1 })],
    ['no padding', (digest) => Buffer.concat([Buffer.from([0]), whole(digest)])],
  ])('A12: a PKCS#1 v1.5 signature is refused with %s', async (_, encode) => {
    await expect401(guard, compact(header, idClaims, raw(encode)), 'bad_signature')
  })

  it('A12: an RSA signature that is longer, shorter or above the modulus is refused', async () => {
    const good = tokenBy(rs, idClaims)
    const signature = Buffer.from(good.slice(good.lastIndexOf('.') + 1), 'base64url')
    const modulus = BigInt(`0x${Buffer.from(String(rs.jwk['n']), 'base64url').toString('hex')}`)
    const above = (BigInt(`0x${signature.toString('hex')}`) + modulus).toString(16)
    const others = [
      Buffer.concat([Buffer.alloc(1), signature]),
      Buffer.concat([signature, Buffer.alloc(1)]),
      signature.subarray(0, 255),
      signature.subarray(1),
      Buffer.alloc(256),
      Buffer.alloc(256, 0xff),
      Buffer.from('01', 'hex'),
      hex(above.padStart(above.length + (above.length % 2), '0')),
    ]
    for (const other of others) await expect401(guard, withSignature(good, other), 'bad_signature')
  })

  it.each([0, 20, 31, 33, 64, 222])('A13: PS256 with a salt of %d bytes is refused', async (salt) => {
    const ps = pairOf(rs.privateKey, 'PS256', 'kid-ps')
    const world = worldWith([ps.jwk])
    await expectAdmitted(world.guard, tokenBy(ps, idClaims))
    const other = compact({ alg: 'PS256', kid: ps.kid }, idClaims, (input) => {
      const signature = signer('PS256', ps.privateKey, salt)(input)
      // The platform would let it be.
      const key = { key: ps.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING }
      expect(verify('sha256', input, key, signature)).toBe(true)
      return signature
    })
    await expect401(world.guard, other, 'bad_signature')
  })
})

describe('elliptic curves', () => {
  const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
  const half = (value: bigint, bytes = 32) => hex(value.toString(16).padStart(2 * bytes, '0'))
  const { guard, key, token } = home({}, 'ES256')

  it('A14: an ECDSA signature with any pair of 0, 1, n - 1, n and above as r and s is refused', async () => {
    await expectAdmitted(guard, token())
    const specials = [0n, 1n, order - 1n, order, order + 1n, 2n ** 256n - 1n]
    for (const r of specials) {
      for (const s of specials) {
        await expect401(guard, withSignature(token(), Buffer.concat([half(r), half(s)])), 'bad_signature')
      }
    }
  })

  it('C3: the two forms of an ECDSA signature prove the same identity, and a revocation by jti refuses both', async () => {
    const good = token({ ...idClaims, jti: 'token-1' })
    const signature = Buffer.from(good.slice(good.lastIndexOf('.') + 1), 'base64url')
    const s = BigInt(`0x${signature.subarray(32).toString('hex')}`)
    const other = withSignature(good, Buffer.concat([signature.subarray(0, 32), half(order - s)]))
    expect(await guard.verifyToken(other)).toEqual(await guard.verifyToken(good))
    await guard.revoke({ tokenId: 'token-1' })
    for (const text of [good, other]) await expect401(guard, text, 'revoked_token')
  })

  it('A14: an ES256 signature that is not 64 bytes long, DER included, is refused without a crash', async () => {
    const good = token()
    const signature = Buffer.from(good.slice(good.lastIndexOf('.') + 1), 'base64url')
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)]
    const zero = Buffer.alloc(1)
    const others = [
      Buffer.concat([zero, r, zero, s]),
      Buffer.concat([zero, signature]),
      Buffer.concat([signature, zero]),
      signature.subarray(0, 63),
      r,
      Buffer.alloc(1),
      Buffer.alloc(514, 1),
      Buffer.concat([Buffer.alloc(225), r, Buffer.alloc(225), s]),
    ]
    for (const other of others) await expect401(guard, withSignature(good, other), 'bad_signature')
    const { sign } = await import('node:crypto')
    const der = compact({ alg: 'ES256', kid: key.kid }, idClaims, (input) => sign('sha256', input, key.privateKey))
    await expect401(guard, der, 'bad_signature')
  })

  it('A15: a malleated Ed25519 signature (S + L) and a signature of zeros are refused', async () => {
    const { guard, token } = home({}, 'EdDSA')
    const good = token()
    await expectAdmitted(guard, good)
    const signature = Buffer.from(good.slice(good.lastIndexOf('.') + 1), 'base64url')
    const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`)
    const malleated = Buffer.concat([signature.subarray(0, 32), half(s + groupOrder).reverse()])
    await expect401(guard, withSignature(good, malleated), 'bad_signature')
    for (const size of [64, 63, 65, 32, 1]) {
      await expect401(guard, withSignature(good, Buffer.alloc(size)), 'bad_signature')
    }
  })
})

describe('HMAC', () => {
  it('A16: a MAC that is cut, longer or hexadecimal is refused', async () => {
    const secret = 'the secret of the application, of more than 32 bytes'
    const { guard } = worldWith([rs.jwk], { appSecret: secret })
    const good = compact({ alg: 'HS256', typ: 'JWT' }, idClaims, signer('HS256', secret))
    await expectAdmitted(guard, good)
    const mac = Buffer.from(good.slice(good.lastIndexOf('.') + 1), 'base64url')
    const others = [
      mac.subarray(0, 16),
      mac.subarray(0, 31),
      mac.subarray(0, 1),
      Buffer.concat([mac, Buffer.alloc(1)]),
      Buffer.concat([mac, mac]),
      mac.toString('hex'),
      Buffer.from(mac.toString('hex')),
      Buffer.alloc(32),
      Buffer.from(mac.map((byte, at) => (at === 31 ? byte ^ 1 : byte))),
    ]
    for (const other of others) await expect401(guard, withSignature(good, other), 'bad_signature')
  })
})
