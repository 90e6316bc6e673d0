import { sign as signWith } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { compact, type Jwk, keyPair, pairOf, signer, tokenBy, withSignature } from '../support/forge.js'
import { accessClaims, expect401, expectAdmitted, home, idClaims, worldWith } from '../support/world.js'

// Threats of section A. The encodings of a signature are in signature-forms.test.ts.

const secret = 'the secret of the application, of more than 32 bytes'
const rs = keyPair('RS256', 'kid-rs')
const es = keyPair('ES256', 'kid-es')
const ed = keyPair('EdDSA', 'kid-ed')

describe('alg', () => {
  const { guard } = worldWith([rs.jwk, es.jwk], { appSecret: secret })
  const good = tokenBy(rs, idClaims)
  const stolen = good.slice(good.lastIndexOf('.') + 1)
  const nobody = () => new Uint8Array()

  it.each(['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\0', ''])('A1: alg %j is refused', async (alg) => {
    await expectAdmitted(guard, good)
    for (const header of [{ alg }, { alg, typ: 'JWT' }, { alg, typ: 'JWT', kid: rs.kid }]) {
      const unsigned = compact(header, idClaims, nobody)
      await expect401(guard, unsigned, 'wrong_algorithm')
      await expect401(guard, withSignature(unsigned, stolen), 'wrong_algorithm')
      await expect401(guard, compact(header, idClaims, signer('RS256', rs.privateKey)), 'wrong_algorithm')
    }
  })

  it('A1: a valid token whose signature was removed is refused', async () => {
    await expect401(guard, withSignature(good, ''), 'bad_signature')
    await expect401(guard, withSignature(tokenBy(es, idClaims), ''), 'bad_signature')
    await expect401(guard, compact({ alg: 'HS256' }, idClaims, nobody), 'bad_signature')
  })

  it.each<unknown>([undefined, null, 0, 1, true, [], ['RS256'], [['RS256']], {}, { toString: 'RS256' }])(
    'A2: a correctly signed token with %j as its alg is refused',
    async (alg) => {
      const sign = signer('RS256', rs.privateKey)
      await expect401(guard, compact({ alg, typ: 'JWT', kid: rs.kid }, idClaims, sign), 'wrong_algorithm')
    },
  )

  it.each([
    ...['rs256', 'Rs256', 'RS256 ', ' RS256', 'RS256\0', 'RSA-SHA256', 'RS1', 'ＲＳ256', 'sha256', 'SHA256', 'RS-256'],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'RS256'.repeat(1000), 'HS384', 'HS512', 'ES256K'],
  ])('A3: %.30j is refused as alg', async (alg) => {
    for (const sign of [signer('RS256', rs.privateKey), signer('HS256', secret)]) {
      await expect401(guard, compact({ alg, typ: 'JWT', kid: rs.kid }, idClaims, sign), 'wrong_algorithm')
    }
  })

  it('A8: an algorithm that the configuration excludes is refused, even with the right key', async () => {
    const everyKey: Jwk[] = [rs, es].flatMap(({ jwk }) => {
      const { alg: _, ...bare } = jwk
      return [bare, jwk]
    })
    const strict = worldWith(everyKey, { algorithms: ['RS256'] })
    await expectAdmitted(strict.guard, tokenBy(rs, idClaims, { kid: rs.kid }))
    for (const alg of ['RS384', 'RS512', 'PS256', 'PS384', 'PS512']) {
      const token = compact({ alg, kid: rs.kid }, idClaims, signer(alg, rs.privateKey))
      await expect401(strict.guard, token, 'wrong_algorithm')
    }
    await expect401(strict.guard, tokenBy(es, idClaims), 'wrong_algorithm')
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      await expect401(guard, compact({ alg }, idClaims, signer(alg, `${secret} of another app`)))
      await expect401(strict.guard, compact({ alg }, idClaims, signer(alg, secret)), 'wrong_algorithm')
    }
  })
})

describe('an asymmetric key and an HMAC', () => {
  // Everything that anybody can write down of a public key.
  const spellings = [rs, es, ed].flatMap((pair) => {
    const { publicKey, jwk } = pair
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const pkcs1 = pair === rs ? [publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()] : []
    const pems = [pem, ...pkcs1].flatMap((text) => [text, text.trim(), text.replaceAll('\n', '\r\n'), `\n${text}`])
    const bytes = ['n', 'e', 'x', 'y'].flatMap((name) => (jwk[name] === undefined ? [] : [String(jwk[name])]))
    const raw = bytes.map((text) => Buffer.from(text, 'base64url'))
    const jsons = [
      JSON.stringify(jwk),
      JSON.stringify(publicKey.export({ format: 'jwk' })),
      JSON.stringify({ keys: [jwk] }),
    ]
    const der = publicKey.export({ type: 'spki', format: 'der' })
    const point = [Buffer.concat(raw), Buffer.concat([Buffer.from([4]), ...raw])]
    return [...pems, ...jsons, ...bytes, ...raw, der, der.toString('base64'), ...point].map((key) => ({ pair, key }))
  })

  it.each([
    ['a guard without a secret', undefined],
    ['a guard with a secret', secret],
  ])('A4: an HMAC keyed with the public key is refused by %s', async (_, appSecret) => {
    const { guard } = worldWith([rs.jwk, es.jwk, ed.jwk], { appSecret })
    for (const pair of [rs, es, ed]) await expectAdmitted(guard, tokenBy(pair, idClaims))
    expect(spellings.length).toBeGreaterThan(40)
    for (const { pair, key } of spellings) {
      for (const header of [{ alg: 'HS256' }, { alg: 'HS256', typ: 'JWT', kid: pair.kid }]) {
        await expect401(guard, compact(header, idClaims, signer('HS256', key)))
        await expect401(guard, compact(header, accessClaims, signer('HS256', key)))
      }
    }
  })

  it('A17: a secret verifies no token of the JWKS, and the JWKS no token of a secret', async () => {
    const { guard } = worldWith([rs.jwk], { appSecret: secret })
    await expectAdmitted(guard, tokenBy(rs, idClaims))
    await expectAdmitted(guard, compact({ alg: 'HS256' }, idClaims, signer('HS256', secret)))
    const hmac = signer('HS256', secret)
    await expect401(guard, compact({ alg: 'RS256', kid: rs.kid }, idClaims, hmac), 'bad_signature')
    await expect401(guard, compact({ alg: 'RS256' }, idClaims, hmac), 'bad_signature')
    await expect401(
      guard,
      compact({ alg: 'HS256', kid: rs.kid }, idClaims, signer('RS256', rs.privateKey)),
      'bad_signature',
    )
    await expect401(guard, compact({ alg: 'HS256' }, idClaims, signer('RS256', rs.privateKey)), 'bad_signature')
  })
})

describe('one key, one algorithm', () => {
  const bare = ({ jwk }: { readonly jwk: Jwk }): Jwk =>
    Object.fromEntries(Object.entries(jwk).filter(([n]) => n !== 'alg'))

  it('A5: the type and curve of a key without alg decide its algorithm, not the token', async () => {
    for (const pair of [rs, es, ed]) {
      const { guard } = worldWith([bare(pair)])
      await expectAdmitted(guard, tokenBy(pair, idClaims))
      for (const alg of ['PS256', 'RS384', 'RS512', 'ES384', 'ES512', 'HS256']) {
        const isPossible = pair === rs && /^[RP]S/.test(alg)
        const sign = isPossible ? signer(alg, pair.privateKey) : signer(pair.alg, pair.privateKey)
        await expect401(guard, compact({ alg, kid: pair.kid }, idClaims, sign), 'wrong_algorithm')
      }
    }
  })

  it('A5: a key without alg is not used when several algorithms are possible', async () => {
    const guess = () => worldWith([bare(rs)], { algorithms: ['RS384', 'PS256'] })
    expect(guess).toThrow('serves no algorithm that is allowed here')
    const { guard } = worldWith([bare(rs)], { algorithms: ['PS256', 'RS384', 'RS256'] })
    await expectAdmitted(guard, tokenBy(rs, idClaims))
    const other = compact({ alg: 'PS256', kid: rs.kid }, idClaims, signer('PS256', rs.privateKey))
    await expect401(guard, other, 'wrong_algorithm')
  })

  it('A6: without a secret every HMAC is refused, also one with an empty key', async () => {
    const { guard } = worldWith([rs.jwk])
    const pem = rs.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    for (const key of ['', 'undefined', 'null', pem, secret]) {
      await expect401(guard, compact({ alg: 'HS256' }, idClaims, signer('HS256', key)), 'wrong_algorithm')
    }
    expect(() => worldWith([rs.jwk], { algorithms: ['RS256', 'HS256'] })).toThrow(
      /^authing-guard: algorithms holds 'HS256', and there is no appSecret/,
    )
  })

  it('A9: a key that names its algorithm verifies no other', async () => {
    const { guard } = worldWith([rs.jwk])
    for (const alg of ['RS384', 'RS512', 'PS256', 'PS384', 'PS512']) {
      await expect401(guard, compact({ alg, kid: rs.kid }, idClaims, signer(alg, rs.privateKey)), 'wrong_algorithm')
      await expect401(guard, compact({ alg }, idClaims, signer(alg, rs.privateKey)), 'wrong_algorithm')
      const other = pairOf(rs.privateKey, alg, 'kid-other')
      const opposite = worldWith([other.jwk])
      await expectAdmitted(opposite.guard, tokenBy(other, idClaims))
      await expect401(opposite.guard, tokenBy({ ...other, alg: 'RS256' }, idClaims), 'wrong_algorithm')
    }
  })

  it.each([
    ['ES256', 'ES384'],
    ['ES384', 'ES256'],
    ['ES256', 'ES512'],
    ['ES512', 'ES256'],
  ])('A10: %s is refused with a key on the curve of %s', async (alg, curve) => {
    const { privateKey } = keyPair(curve, 'kid-curve')
    const sign = signer(alg, privateKey)
    for (const members of [{}, { alg }, { alg: undefined }]) {
      const { jwk } = pairOf(privateKey, curve, 'kid-curve', members)
      const { guard } = worldWith([jwk, rs.jwk])
      await expectAdmitted(guard, tokenBy(rs, idClaims))
      await expect401(guard, compact({ alg, kid: 'kid-curve' }, idClaims, sign), 'wrong_algorithm', 'unknown_key')
    }
  })

  it('A10: ES256 over secp256k1 and EdDSA over Ed448 are refused', async () => {
    const { generateKeyPairSync } = await import('node:crypto')
    const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
    const ed448 = generateKeyPairSync('ed448').privateKey
    for (const [alg, key] of [
      ['ES256', koblitz],
      ['EdDSA', ed448],
    ] as const) {
      const { jwk } = pairOf(key, alg, 'kid-strange')
      const { guard } = worldWith([jwk, rs.jwk])
      await expectAdmitted(guard, tokenBy(rs, idClaims))
      await expect401(guard, tokenBy({ kid: 'kid-strange', alg, privateKey: key } as never, idClaims), 'unknown_key')
    }
    const { guard } = home({}, 'EdDSA')
    await expect401(
      guard,
      compact({ alg: 'EdDSA', kid: 'kid-EdDSA' }, idClaims, signer('EdDSA', ed448)),
      'bad_signature',
    )
  })

  it('A11: a signature with another hash or RSA padding than alg names is refused', async () => {
    const { guard } = worldWith([rs.jwk])
    const header = { alg: 'RS256', typ: 'JWT', kid: rs.kid }
    for (const hash of ['sha1', 'md5', 'sha224', 'sha384', 'sha512', 'sha3-256']) {
      await expect401(
        guard,
        compact(header, idClaims, (input) => signWith(hash, input, rs.privateKey)),
        'bad_signature',
      )
    }
    await expect401(guard, compact(header, idClaims, signer('PS256', rs.privateKey)), 'bad_signature')
    const ps = pairOf(rs.privateKey, 'PS256', 'kid-ps')
    const other = worldWith([ps.jwk])
    await expectAdmitted(other.guard, tokenBy(ps, idClaims))
    const token = compact({ alg: 'PS256', kid: ps.kid }, idClaims, signer('RS256', rs.privateKey))
    await expect401(other.guard, token, 'bad_signature')
  })
})
