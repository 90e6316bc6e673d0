import { generateKeyPairSync } from 'node:crypto'
import { createGuard } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { compact, type Jwk, keyPair, pairOf, signer, tokenBy } from '../support/forge.js'
import { appId, expect401, expectAdmitted, idClaims, issuer, now, worldWith } from '../support/world.js'

// Threats of section B: nothing that a token says about its key is ever used as a key.

const good = keyPair('RS256', 'kid-1')
const evil = keyPair('RS256', 'kid-1')

/** A guard whose keys are fetched, and what it asked for. */
function online(keys: readonly Jwk[]) {
  const fetched: string[] = []
  const fetch = async (url: string) => {
    fetched.push(url)
    return Response.json({ keys })
  }
  return { guard: createGuard({ issuer, appId, fetch, now: () => now }), fetched }
}
const jwksUrl = `${issuer}/.well-known/jwks.json`

describe('a kid that is not in the set', () => {
  it('B1: an unknown kid costs one fetch and a refusal, and no other key is tried', async () => {
    const { guard, fetched } = online([good.jwk])
    await expectAdmitted(guard, tokenBy(good, idClaims))
    expect(fetched).toEqual([jwksUrl])
    await expect401(guard, tokenBy({ ...good, kid: 'kid-2' }, idClaims), 'unknown_key')
    expect(fetched).toEqual([jwksUrl, jwksUrl])
    const offline = worldWith([good.jwk])
    await expect401(offline.guard, tokenBy({ ...good, kid: 'kid-2' }, idClaims), 'unknown_key')
    await expect401(offline.guard, tokenBy({ ...good, kid: 'KID-1' }, idClaims), 'unknown_key')
    await expect401(offline.guard, tokenBy({ ...good, kid: '' }, idClaims), 'unknown_key')
  })

  it('B1: an unknown kid as the first token of a cold instance costs one fetch', async () => {
    const { guard, fetched } = online([good.jwk])
    await expect401(guard, tokenBy({ ...good, kid: 'kid-2' }, idClaims), 'unknown_key')
    expect(fetched).toEqual([jwksUrl])
  })

  it('B1: with given keys an unknown kid is always a 401, however many came before', async () => {
    let time = now
    const { guard } = worldWith([good.jwk], { now: () => time })
    for (let count = 0; count < 10; count++) {
      await expect401(guard, tokenBy({ ...good, kid: `kid-${count + 2}` }, idClaims), 'unknown_key')
      time += 1000
    }
    time += 10_000
    await expect401(guard, tokenBy({ ...good, kid: 'kid-2' }, idClaims), 'unknown_key')
  })

  const kids = [
    ...['../../../dev/null', '/dev/null', '..\\..\\windows\\win.ini', "' UNION SELECT 'key", '*)(uid=*))(|(uid=*'],
    ...['|sleep 10', '$(sleep 10)', '`id`', 'https://evil.example/jwks.json', 'kid-1\r\nSet-Cookie: a=b', 'kid-1\0'],
    ...['\u001b[31mkid-1', '\u202ekid-1', '%00', 'kid-1 ', ' kid-1', 'x'.repeat(8000)],
  ]
  it.each(kids)('B6: the kid %.30j is refused and reported escaped and cut', async (kid) => {
    const { guard, events } = worldWith([good.jwk])
    const { detail } = await expect401(guard, tokenBy({ ...good, kid }, idClaims), 'unknown_key')
    expect(detail).toMatch(/^[\x20-\x7e]*$/)
    expect(detail.length).toBeLessThan(200)
    expect(events.map((event) => event.type)).toEqual(['keys_refreshed', 'refused'])
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'])(
    'B7: the kid %s is refused',
    async (kid) => {
      const { guard } = worldWith([good.jwk])
      await expect401(guard, tokenBy({ ...good, kid }, idClaims), 'unknown_key')
      await expect401(guard, compact({ alg: 'HS256', kid }, idClaims, signer('HS256', '')), 'wrong_algorithm')
    },
  )

  it.each<unknown>([null, 0, 1, true, [], ['kid-1'], {}, { toString: 'kid-1' }])(
    'B8: a correctly signed token with %j as its kid is refused',
    async (kid) => {
      const { guard } = worldWith([good.jwk])
      const sign = signer('RS256', good.privateKey)
      await expectAdmitted(guard, compact({ alg: 'RS256' }, idClaims, sign))
      await expect401(guard, compact({ alg: 'RS256', kid }, idClaims, sign), 'malformed_token')
    },
  )
})

describe('a token that brings its own key', () => {
  const members = (jwk: Jwk): readonly Jwk[] => [jwk, { ...jwk, kid: undefined, alg: undefined }]
  const ec = keyPair('ES256', 'kid-1')
  const ed = keyPair('EdDSA', 'kid-1')

  it('B2: a jwk in the header is never used as a key: RSA, EC, OKP, private, oct', async () => {
    const { guard, fetched } = online([good.jwk])
    await expectAdmitted(guard, tokenBy(good, idClaims))
    for (const pair of [evil, ec, ed]) {
      const full = pair.privateKey.export({ format: 'jwk' })
      for (const jwk of [...members(pair.jwk), full]) {
        await expect401(guard, tokenBy(pair, idClaims, { jwk }), 'malformed_token', 'wrong_algorithm')
        await expect401(guard, tokenBy(pair, idClaims, { jwk, kid: undefined }), 'malformed_token')
      }
    }
    const oct = { kty: 'oct', k: Buffer.from('evil').toString('base64url') }
    const mac = signer('HS256', 'evil')
    await expect401(guard, compact({ alg: 'HS256', jwk: oct }, idClaims, mac), 'malformed_token', 'wrong_algorithm')
    await expect401(guard, tokenBy(good, idClaims, { jwk: good.jwk }), 'malformed_token')
    expect(fetched).toEqual([jwksUrl])
  })

  it.each(['jku', 'x5u'])(
    'B3: a token with %s in its header is refused, and the address is not fetched',
    async (name) => {
      const { guard, fetched } = online([good.jwk])
      await expectAdmitted(guard, tokenBy(good, idClaims))
      const addresses = [
        ...[
          'https://evil.example/jwks.json',
          `${issuer}@evil.example/jwks.json`,
          'file:///etc/passwd',
          '//evil.example',
        ],
        ...['http://169.254.169.254/latest/meta-data/', 'http://127.0.0.1:6379/', 'gopher://evil.example', '', jwksUrl],
      ]
      for (const address of [...addresses, null, 1, [jwksUrl], {}]) {
        await expect401(guard, tokenBy(evil, idClaims, { [name]: address }), 'malformed_token')
        await expect401(guard, tokenBy(good, idClaims, { [name]: address }), 'malformed_token')
      }
      expect(fetched).toEqual([jwksUrl])
    },
  )

  it('B4: a certificate chain or thumbprint in the header is never used as a key', async () => {
    const { guard, fetched } = online([good.jwk])
    await expectAdmitted(guard, tokenBy(good, idClaims))
    const der = evil.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    await expect401(guard, tokenBy(evil, idClaims, { x5c: [der] }), 'malformed_token')
    await expect401(guard, tokenBy(good, idClaims, { x5c: [] }), 'malformed_token')
    for (const name of ['x5t', 'x5t#S256']) {
      await expect401(guard, tokenBy(evil, idClaims, { [name]: 'dGh1bWI' }), 'bad_signature')
      await expect401(guard, tokenBy(evil, idClaims, { kid: undefined, [name]: 'dGh1bWI' }), 'bad_signature')
    }
    expect(fetched).toEqual([jwksUrl])
  })

  it('B5: a token with another iss is refused, and nothing is fetched from there', async () => {
    const two = { issuer: 'https://other.authing.cn/oidc', appId: '600a8f4e37708b363024a3ca' }
    const asked: string[] = []
    const fetch = async (url: string) => {
      asked.push(url)
      return Response.json({ keys: [good.jwk] })
    }
    const guards = [
      createGuard({ issuer, appId, fetch, now: () => now }),
      createGuard({ apps: [{ issuer, appId }, two], fetch, now: () => now }),
    ]
    for (const guard of guards) {
      for (const iss of [
        'https://evil.example/oidc',
        `${issuer}.evil.example`,
        'http://169.254.169.254/',
        `${issuer}/`,
      ]) {
        await expect401(guard, tokenBy(good, { ...idClaims, iss }), 'unknown_issuer')
      }
      expect(asked).toEqual([])
    }
    for (const guard of guards) await expectAdmitted(guard, tokenBy(good, idClaims))
    expect(asked).toEqual([jwksUrl, jwksUrl])
  })
})

describe('duplicate header members', () => {
  const sign = signer('RS256', good.privateKey)

  it('B9: the last of two header members with the same name counts in every step', async () => {
    const { guard } = worldWith([good.jwk])
    await expectAdmitted(guard, compact('{"alg":"none","alg":"RS256","kid":"kid-2","kid":"kid-1"}', idClaims, sign))
    await expect401(guard, compact('{"alg":"RS256","alg":"none","kid":"kid-1"}', idClaims, sign), 'wrong_algorithm')
    await expect401(guard, compact('{"alg":"RS256","kid":"kid-1","kid":"kid-2"}', idClaims, sign), 'unknown_key')
    await expect401(guard, compact('{"alg":"RS256","kid":"kid-1","kid":1}', idClaims, sign), 'malformed_token')
  })
})

describe('several issuers and applications', () => {
  const other = { issuer: 'https://other.authing.cn/oidc', appId: '600a8f4e37708b363024a3ca' }
  const sibling = { issuer, appId: '600a8f4e37708b363024a3cb' }
  const thirds = keyPair('RS256', 'kid-1')
  const claimsOf = (app: { readonly issuer: string; readonly appId: string }) => ({
    ...idClaims,
    iss: app.issuer,
    aud: app.appId,
  })
  const apps = [
    { issuer, appId, jwks: { keys: [good.jwk] } },
    { ...other, jwks: { keys: [evil.jwk] } },
    { ...sibling, jwks: { keys: [thirds.jwk] } },
  ]
  const guard = createGuard({ apps, now: () => now })

  it('B10: keys with the same kid are kept apart by issuer and by application', async () => {
    const owners = [good, evil, thirds]
    for (const [at, app] of apps.entries()) {
      for (const [by, pair] of owners.entries()) {
        const token = tokenBy(pair, claimsOf(app))
        if (at !== by) await expect401(guard, token, 'bad_signature')
        else await expect(guard.verifyToken(token)).resolves.toMatchObject({ issuer: app.issuer, appId: app.appId })
      }
    }
  })

  it('B11: a token signed with the key of another application is refused', async () => {
    await expect401(guard, tokenBy({ ...evil, kid: 'kid-9' }, claimsOf(apps[0] ?? other)), 'unknown_key')
    await expect401(guard, tokenBy(good, { ...claimsOf(other), aud: appId }), 'bad_signature')
    await expect401(guard, tokenBy(good, { ...idClaims, aud: other.appId }), 'wrong_audience')
  })
})

describe('ambiguous key sets', () => {
  it('B12: the right key is found among keys of several types with the same kid', async () => {
    const [rsa, ec] = [keyPair('RS256', 'same'), keyPair('ES256', 'same')]
    const second = keyPair('RS256', 'same')
    const { guard } = worldWith([rsa.jwk, ec.jwk, second.jwk])
    for (const pair of [rsa, ec, second]) await expectAdmitted(guard, tokenBy(pair, idClaims))
    await expect401(guard, tokenBy(keyPair('RS256', 'same'), idClaims), 'bad_signature')
    await expect401(guard, tokenBy({ ...evil, kid: 'same' }, idClaims), 'bad_signature')
  })

  it('B12: at most three keys with the same kid are tried', async () => {
    const pairs = [1, 2, 3, 4].map(() => keyPair('ES256', 'same'))
    const { guard } = worldWith(pairs.map(({ jwk }) => jwk))
    for (const pair of pairs.slice(0, 3)) await expectAdmitted(guard, tokenBy(pair, idClaims))
    for (const pair of pairs.slice(3)) await expect401(guard, tokenBy(pair, idClaims), 'bad_signature')
  })

  it('B13: a token without kid is accepted when exactly one key can match, and refused when two can', async () => {
    const bare = compact({ alg: 'RS256' }, idClaims, signer('RS256', good.privateKey))
    await expectAdmitted(worldWith([good.jwk]).guard, bare)
    await expectAdmitted(worldWith([good.jwk, keyPair('ES256', 'kid-2').jwk]).guard, bare)
    const unnamed = pairOf(good.privateKey, 'RS256', 'kid-1', { kid: undefined })
    await expectAdmitted(worldWith([unnamed.jwk]).guard, bare)
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const many = worldWith([good.jwk, pairOf(privateKey, 'RS256', 'kid-2').jwk])
    await expect401(many.guard, bare, 'unknown_key')
    await expect401(worldWith([evil.jwk]).guard, bare, 'bad_signature')
  })
})
