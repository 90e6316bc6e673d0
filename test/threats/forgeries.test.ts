import { createHmac, createPublicKey } from 'node:crypto'
import { createGuard, type Guard } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { compact, keyPair, pairOf, segment, signer, tokenBy } from '../support/forge.js'
import { accessClaims, appId, expect401, expectAdmitted, idClaims, issuer, now, worldWith } from '../support/world.js'

// The forgeries that the first release promises to refuse, as an attacker makes them: with a public key from the JWKS, a
// key pair of their own and a token of their own account. The files of the sections have the variants of each.

const key = keyPair('RS256', 'kid-1')
const attacker = keyPair('RS256', 'kid-1')
const secret = 'the secret of the application, of more than 32 bytes'
const admin = { ...idClaims, sub: 'the-admin' }

/** A guard of an application whose keys are fetched: whatever it asks for is on record. */
function online() {
  const fetched: string[] = []
  const fetch = async (url: string) => {
    fetched.push(url)
    return Response.json({ keys: [key.jwk] })
  }
  return { fetched, guard: createGuard({ issuer, appId, appSecret: secret, fetch, now: () => now }) }
}

async function refuses(guard: Guard, forged: string) {
  await expectAdmitted(guard, tokenBy(key, idClaims))
  await expect401(guard, forged)
}

describe('a guard refuses', () => {
  it('refuses an HMAC that was made with the RS256 public key as its secret', async () => {
    // As anybody makes the PEM: from the JWKS.
    const jwk = { kty: 'RSA', n: String(key.jwk['n']), e: String(key.jwk['e']) }
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    const input = `${segment({ alg: 'HS256', typ: 'JWT', kid: key.kid })}.${segment(admin)}`
    await refuses(online().guard, `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`)
  })

  it('refuses a token with alg none', async () => {
    await refuses(online().guard, `${segment({ alg: 'none', typ: 'JWT' })}.${segment(admin)}.`)
  })

  it.each(['jku', 'x5u'])('refuses a key that %s points to, and does not fetch it', async (name) => {
    const { guard, fetched } = online()
    await refuses(guard, tokenBy(attacker, admin, { [name]: 'https://evil.example/keys' }))
    expect(fetched).toEqual([`${issuer}/.well-known/jwks.json`])
  })

  it('refuses a key that is embedded in the header as jwk', async () => {
    await refuses(online().guard, tokenBy(attacker, admin, { jwk: attacker.jwk }))
  })

  it('refuses an unknown critical extension (crit)', async () => {
    const token = tokenBy(key, idClaims, { crit: ['http://example.com/x'], 'http://example.com/x': true })
    await refuses(online().guard, token)
  })

  it('refuses an unencoded payload (b64 false)', async () => {
    const sign = signer('RS256', key.privateKey)
    const input = `${segment({ alg: 'RS256', kid: key.kid, b64: false, crit: ['b64'] })}.${JSON.stringify(idClaims)}`
    const signature = Buffer.from(sign(Buffer.from(input))).toString('base64url')
    const error = await online()
      .guard.verifyToken(`${input}.${signature}`)
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ status: 400, reason: 'invalid_request' })
    await refuses(online().guard, tokenBy(key, idClaims, { b64: false }))
  })

  it('refuses a JWE, and the detail says which setting to turn off', async () => {
    const header = { alg: 'RSA-OAEP', enc: 'A128CBC-HS256', cty: 'JWT', kid: key.kid }
    const { guard } = online()
    const { detail } = await expect401(guard, `${segment(header)}.AAAA.AAAA.AAAA.AAAA`, 'encrypted_token')
    expect(detail).toBe('this is a JWE: turn id token encryption off in the application')
  })

  it('refuses a key of another application of the user pool', async () => {
    const [mine, yours] = [keyPair('RS256', 'kid-mine'), keyPair('RS256', 'kid-yours')]
    const your = { issuer: 'https://your-app.authing.cn/oidc', appId: '600a8f4e37708b363024a3ca' }
    const apps = [
      { issuer, appId, jwks: { keys: [mine.jwk] } },
      { ...your, jwks: { keys: [yours.jwk] } },
    ]
    const guards = [createGuard({ apps, now: () => now }), worldWith([mine.jwk]).guard]
    for (const guard of guards) {
      await expectAdmitted(guard, tokenBy(mine, idClaims))
      await expect401(guard, tokenBy(yours, admin), 'unknown_key')
      await expect401(guard, tokenBy({ ...yours, kid: mine.kid }, admin), 'bad_signature')
      await expect401(guard, tokenBy(mine, { ...admin, iss: your.issuer, aud: your.appId }))
    }
  })

  it('refuses an HMAC by an oct key of the JWKS', async () => {
    const k = Buffer.from('a secret that somebody published!').toString('base64url')
    for (const alg of ['HS256', undefined, 'RS256']) {
      const { guard, events } = worldWith([key.jwk, { kty: 'oct', kid: 'kid-oct', alg, k, use: 'sig' }], {
        appSecret: secret,
      })
      const sign = signer('HS256', Buffer.from(k, 'base64url'))
      for (const kid of ['kid-oct', undefined]) await refuses(guard, compact({ alg: 'HS256', kid }, admin, sign))
      expect(events[0]).toMatchObject({ type: 'keys_refreshed', keyIds: [key.kid] })
    }
  })
})

describe('an HS256 application', () => {
  const { guard } = worldWith([key.jwk], { appSecret: secret })
  const hs256 = (claims: object, header = {}) =>
    compact({ alg: 'HS256', typ: 'JWT', ...header }, claims, signer('HS256', secret))

  it('one guard verifies its id token with the secret and its access token with the JWKS', async () => {
    await expect(guard.verifyToken(hs256(idClaims))).resolves.toMatchObject({ tokenType: 'id_token' })
    await expect(guard.verifyToken(tokenBy(key, accessClaims))).resolves.toMatchObject({ tokenType: 'access_token' })
    const userToken = { ...idClaims, userpool_id: 'pool-1', data: { id: idClaims.sub } }
    await expect(guard.verifyToken(hs256(userToken))).resolves.toMatchObject({ tokenType: 'user_token' })
  })

  it('an access token signed with HS256 is refused', async () => {
    await expect401(guard, hs256(accessClaims), 'wrong_algorithm')
    await expect401(guard, hs256(idClaims, { typ: 'at+jwt' }), 'wrong_algorithm')
    await expect401(guard, hs256({ ...accessClaims, aud: 'another' }), 'wrong_algorithm')
  })

  it('during secret rotation each configured secret is tried, and no other', async () => {
    const next = 'the next secret of the application, of 32 bytes and more'
    const both = worldWith([key.jwk], { appSecret: [next, secret] })
    await expectAdmitted(both.guard, hs256(idClaims))
    await expectAdmitted(both.guard, compact({ alg: 'HS256' }, idClaims, signer('HS256', next)))
    await expect401(guard, compact({ alg: 'HS256' }, idClaims, signer('HS256', next)), 'bad_signature')
    const without = worldWith([key.jwk])
    await expect401(without.guard, hs256(idClaims), 'wrong_algorithm')
  })

  it('a secret verifies no token of another application', async () => {
    const other = {
      issuer: 'https://other.authing.cn/oidc',
      appId: '600a8f4e37708b363024a3ca',
      jwks: { keys: [key.jwk] },
    }
    const jwks = { keys: [pairOf(key.privateKey, 'RS256', 'kid-1').jwk] }
    const two = createGuard({ apps: [{ issuer, appId, appSecret: secret, jwks }, other], now: () => now })
    await expectAdmitted(two, hs256(idClaims))
    await expect401(two, hs256({ ...idClaims, iss: other.issuer, aud: other.appId }), 'wrong_algorithm')
  })
})
