import type { KeyObject } from 'node:crypto'
import { createGuard } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { compact, keyPair, signer, tokenBy } from '../support/forge.js'
import { expectThrow } from '../support/misuse.js'
import {
  appId,
  expect401,
  expectAdmitted,
  home,
  idClaims,
  issuer,
  optionsWith,
  refusalOf,
  worldWith,
} from '../support/world.js'

// Threats that come from a wrong configuration: sections A, G and M.

const key = keyPair('RS256', 'kid-1')
const secret = 'the secret of the application, of more than 32 bytes'

describe('issuer, appId and algorithms', () => {
  it.each<unknown>([undefined, null, '', ' ', [], {}, 1, true, [''], [undefined], false, /./, [/^https:/]])(
    'M1: createGuard throws for an issuer or appId of %j',
    (value) => {
      expectThrow({ ...optionsWith([key.jwk]), issuer: value }, 'issuer')
      expectThrow({ ...optionsWith([key.jwk]), appId: value }, 'appId')
      const { issuer: _, ...noIssuer } = optionsWith([key.jwk])
      expectThrow(noIssuer, 'issuer')
      if (value !== undefined) expectThrow({ ...optionsWith([key.jwk]), audience: value }, 'audience')
    },
  )

  it('M1: createGuard throws for options that are not an object', () => {
    for (const options of [undefined, null, [], 'https://my-app.authing.cn/oidc', 1, () => {}, {}]) expectThrow(options)
    expectThrow({ issuer, appId, apps: [] })
    expectThrow({ apps: [] })
    expectThrow({ apps: {} })
    expectThrow({ apps: [{ issuer, appId }, { issuer }] }, /apps\[1]\.appId/)
  })

  it.each<unknown>([
    [],
    ['none'],
    'none',
    ['None'],
    ['HS384'],
    ['HS512'],
    ['rs256'],
    [null],
    null,
    '',
    {},
    ['RS256', 'X'],
    [['RS256']],
  ])('M2: createGuard throws for algorithms of %j', (algorithms) => {
    expectThrow({ ...optionsWith([key.jwk]), algorithms }, 'algorithms')
  })

  it('M2: without the algorithms option, only the algorithms of the keys are accepted, never none or an HMAC', async () => {
    const { guard, token } = home()
    await expectAdmitted(guard, token())
    await expect401(
      guard,
      compact({ alg: 'none' }, idClaims, () => new Uint8Array()),
      'wrong_algorithm',
    )
    await expect401(guard, compact({ alg: 'HS256' }, idClaims, signer('HS256', '')), 'wrong_algorithm')
  })
})

describe('secrets', () => {
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString().trim()
  it.each<unknown>([
    ...['', ' ', 'secret', '12345678', 'x'.repeat(31), pem, JSON.stringify(key.jwk), ` ${secret}`, `${secret}\n`],
    ...[
      null,
      1,
      {},
      [],
      [secret, ''],
      [secret, secret],
      [secret, 'short'],
      true,
      Buffer.from(secret),
      `{"a":"${secret}"}`,
    ],
    ...[key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim(), '密'.repeat(10)],
  ])('A7: createGuard throws for an unusable appSecret or jwtSecret and does not print it (case %#)', (value) => {
    for (const options of [{ issuer, appId, appSecret: value }, { userPool: { id: 'pool-1', jwtSecret: value } }]) {
      expectThrow(options, /appSecret|jwtSecret/)
      const text = String(Array.isArray(value) ? value.at(-1) : value).trim()
      if (text.length < 8) continue
      try {
        createGuard(options as never)
      } catch (error) {
        expect(String(error)).not.toContain(text)
        expect(String(error)).not.toContain(text.slice(0, 20))
      }
    }
  })

  it('A7: a public key in base64 without its PEM armour is refused as a secret, and a random text that looks similar is not', () => {
    const lines = (text: string) => text.replace(/.{64}/g, '$&\n')
    for (const algorithm of ['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const) {
      const { publicKey, privateKey } = keyPair(algorithm, 'kid-1')
      const types = algorithm === 'RS256' ? (['spki', 'pkcs1'] as const) : (['spki'] as const)
      const bodies = types.map((type) => (publicKey as KeyObject).export({ type: type as 'spki', format: 'der' }))
      bodies.push((privateKey as KeyObject).export({ type: 'pkcs8', format: 'der' }))
      for (const body of bodies) {
        const base64 = body.toString('base64')
        for (const text of [base64, base64.replace(/=+$/, ''), body.toString('base64url'), lines(base64).trim()]) {
          for (const options of [{ issuer, appId, appSecret: text }, { userPool: { id: 'p', jwtSecret: text } }]) {
            expectThrow(options, /(?:appSecret|jwtSecret) looks like a PEM/)
          }
        }
      }
    }
    const der = Buffer.from((key.publicKey as KeyObject).export({ type: 'spki', format: 'der' }))
    const texts = [der.subarray(1), der.subarray(0, -1), Buffer.concat([der, der]), Buffer.from([0x30, 0x82, ...der])]
    const secrets = [...texts.map((bytes) => bytes.toString('base64')), 'MII'.repeat(11), `MFkw${'x'.repeat(28)}`]
    for (const appSecret of secrets) expect(() => createGuard({ issuer, appId, appSecret })).not.toThrow()
  })

  it('A7: a blank secret throws, and an undefined secret accepts no HMAC', async () => {
    expectThrow({ issuer, appId, appSecret: '' }, 'appSecret is blank')
    const { guard } = worldWith([key.jwk], { appSecret: undefined })
    await expect401(guard, compact({ alg: 'HS256' }, idClaims, signer('HS256', '')), 'wrong_algorithm')
    await expect401(guard, compact({ alg: 'HS256' }, idClaims, signer('HS256', 'undefined')), 'wrong_algorithm')
    await expectAdmitted(worldWith([key.jwk], { appSecret: 'x'.repeat(32) }).guard, tokenBy(key, idClaims))
  })
})

describe('addresses', () => {
  it.each(['issuer', 'jwksUri'])(
    'G3: a plain http %s throws, except on loopback or when it is explicitly allowed',
    (name) => {
      const options = { issuer, appId }
      const hosts = [
        'my-app.authing.cn',
        '10.0.0.1',
        '169.254.169.254',
        'localhost.evil.example',
        '127.0.0.1.evil.example',
        '[::2]',
      ]
      for (const host of hosts) {
        expectThrow({ ...options, [name]: `http://${host}/oidc` }, `${name} must be an https URL`)
        expect(() => createGuard({ ...options, [name]: `http://${host}/oidc`, allowHttp: true })).not.toThrow()
      }
      for (const host of ['127.0.0.1:3000', 'localhost:3000', '[::1]:3000', '127.9.9.9']) {
        expect(() => createGuard({ ...options, [name]: `http://${host}/oidc` })).not.toThrow()
      }
      for (const scheme of ['ftp:', 'file:', 'data:', 'javascript:', 'ws:', 'HTTP:']) {
        expectThrow({ ...options, [name]: `${scheme}//my-app.authing.cn/oidc` }, name)
      }
    },
  )
})

describe('optional credentials', () => {
  const { guard, token } = home({ credentials: 'optional' })

  it('M3: optional credentials admit only requests without credentials', async () => {
    await expect(guard.authenticate(undefined)).resolves.toBeUndefined()
    await expect(guard.authenticate(null)).resolves.toBeUndefined()
    await expect(guard.authenticate('')).resolves.toBeUndefined()
    const bad = [
      `${token()}x`,
      token({ ...idClaims, exp: 1 }),
      tokenBy(keyPair('RS256', 'kid-RS256'), idClaims),
      'x',
      'a.b.c',
    ]
    for (const one of bad) expect(await refusalOf(guard.authenticate(`Bearer ${one}`))).toMatchObject({ status: 401 })
    for (const header of ['Bearer', 'Bearer ', `Bearer ${token()} x`, [], 1]) {
      expect(await refusalOf(guard.authenticate(header as string))).toMatchObject({ status: 400 })
    }
    expect(await refusalOf(guard.authenticate('Basic eDp5'))).toMatchObject({ status: 401 })
    expect(await refusalOf(guard.verifyToken(undefined))).toMatchObject({ status: 401 })
    expectThrow({ issuer, appId, credentials: false }, 'credentials must be "required" or "optional"')
    expectThrow({ issuer, appId, credentialsRequired: false }, 'there is no option credentialsRequired')
  })
})
