import { createGuard } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { compact, keyPair, signer, tokenBy } from '../support/forge.js'
import { appId, expect401, idClaims, issuer, now, today, userId, without } from '../support/world.js'

// The user.token of Authing's older SDKs: without iss, signed with the user pool's jwtSecret, in two generations.

const poolId = '59f86b4832eb28071bdd9214'
const jwtSecret = 'the jwtSecret of the user pool, of 32 bytes and more'
const appSecret = 'the secret of the application, of more than 32 bytes'
const userPool = { id: poolId, jwtSecret }
const times = { iat: today - 60, exp: today + 3600 }
const header = { alg: 'HS256', typ: 'JWT' }

/** As in 2020, and as in 2019. */
const later = {
  data: { type: 'user', userPoolId: poolId, appId: null, id: userId, clientId: poolId, phone: null },
  ...times,
}
const earlier = { data: { unionid: 'o1', id: userId, clientId: poolId }, ...times }
const hs256 = (claims: object, secret = jwtSecret, head: object = header) =>
  compact(head, claims, signer('HS256', secret))
const data = (more: object) => hs256({ ...times, data: { ...later.data, ...more } })

const key = keyPair('RS256', 'kid-1')
const jwks = { keys: [key.jwk] }
const alone = createGuard({ userPool, now: () => now })
const both = createGuard({ issuer, appId, appSecret, jwks, userPool, now: () => now })

describe('a user pool beside an application with HS256', () => {
  it('has its tokens proven where the application’s have the very same header, whichever came first', async () => {
    const guard = createGuard({ issuer, appId, appSecret, jwks, userPool, now: () => now })
    for (let round = 0; round < 2; round++) {
      expect((await guard.verifyToken(hs256(idClaims, appSecret))).issuer).toBe(issuer)
      expect((await guard.verifyToken(hs256(later))).tokenType).toBe('user_token')
      await expect401(guard, hs256(idClaims), 'bad_signature')
      await expect401(guard, hs256(later, appSecret), 'bad_signature')
    }
  })
})

describe.each([
  ['alone', alone],
  ['beside an application', both],
])('a user pool %s', (_, guard) => {
  it('has both generations of its tokens proven', async () => {
    const expected = {
      kind: 'user',
      tokenType: 'user_token',
      userId,
      userPoolId: poolId,
      expiresAt: times.exp,
      scopes: [],
    }
    for (const claims of [later, earlier]) {
      const identity = await guard.verifyToken(hs256(claims))
      expect(identity).toMatchObject(expected)
      expect('issuer' in identity).toBe(false)
      expect('appId' in identity).toBe(false)
    }
    const named = await guard.verifyToken(data({ appId: 'app-1' }))
    expect(named).toMatchObject({ ...expected, appId: 'app-1' })
  })

  it('has nothing proven by another secret', async () => {
    for (const secret of [appSecret, '', poolId, `${jwtSecret} `])
      await expect401(guard, hs256(later, secret), 'bad_signature')
    await expect401(
      guard,
      compact(header, later, () => new Uint8Array()),
      'bad_signature',
    )
  })

  it('has another algorithm, or a kid, refused before any key is tried', async () => {
    await expect401(guard, tokenBy(key, later), 'wrong_algorithm')
    await expect401(guard, hs256(later, jwtSecret, { ...header, kid: key.kid }), 'unknown_key')
    await expect401(guard, hs256(later, jwtSecret, { alg: 'none' }), 'wrong_algorithm')
  })

  it.each(['aud', 'sub', 'jti', 'scope'])('has a token with %s refused: it is something newer', async (name) => {
    const { detail } = await expect401(guard, hs256({ ...later, [name]: 'x' }), 'wrong_claim')
    expect(detail).toBe(`${name} is in the token, which a legacy user.token never has`)
  })

  it('has other pools, other types and management tokens refused', async () => {
    for (const more of [{ userPoolId: 'another' }, { userPoolId: 7 }, { userPoolId: null, clientId: 'another' }]) {
      await expect401(guard, data(more), 'wrong_audience')
    }
    await expect401(guard, data({ type: 'application' }), 'wrong_claim')
    await expect401(guard, data({ type: null }), 'wrong_claim')
    await expect401(guard, hs256({ ...later, scoped_userpool_id: poolId }), 'wrong_claim')
    for (const odd of [undefined, null, [], 'x', {}])
      await expect401(guard, hs256({ ...times, data: odd }), 'wrong_audience')
    for (const id of [undefined, null, '', 7, { $ne: null }]) await expect401(guard, data({ id }), 'wrong_claim')
  })

  it('has the times of its tokens checked', async () => {
    await expect401(guard, hs256({ ...later, exp: today - 60 }), 'expired_token')
    await expect401(guard, hs256(without(later, 'exp')), 'wrong_claim')
    await expect401(guard, hs256({ ...later, iat: today + 600 }), 'not_yet_valid')
  })
})

describe('the two kinds of trust', () => {
  it('never lend each other a secret', async () => {
    await expect401(both, hs256({ ...idClaims }, jwtSecret), 'bad_signature')
    await expect401(both, hs256(without(idClaims, 'iss'), appSecret), 'bad_signature')
    await expect401(both, hs256(without(idClaims, 'iss')), 'wrong_claim')
    await expect401(both, hs256({ ...later, iss: null }), 'unknown_issuer')
    await expect(both.verifyToken(hs256(idClaims, appSecret))).resolves.toMatchObject({ tokenType: 'id_token' })
    await expect(both.verifyToken(tokenBy(key, idClaims))).resolves.toMatchObject({ appId })
  })

  it('are told apart in the detail', async () => {
    const { detail } = await expect401(alone, tokenBy(key, idClaims), 'unknown_issuer')
    expect(detail).toBe(`iss is "${issuer}", expected none: only legacy tokens are configured`)
    const application = createGuard({ issuer, appId, jwks, appSecret, now: () => now })
    const missing = await expect401(application, hs256(later, appSecret), 'unknown_issuer')
    expect(missing.detail).toBe('the token has no iss; a legacy user.token needs the userPool option')
  })

  it('are both within what accept admits', async () => {
    const strict = createGuard({ userPool, accept: 'id_token', now: () => now })
    await expect401(strict, hs256(later), 'not_admitted')
  })

  it('has every jwtSecret tried while one is being replaced', async () => {
    const next = 'the next jwtSecret of the user pool, of many bytes'
    const moving = createGuard({ userPool: { id: poolId, jwtSecret: [next, jwtSecret] }, now: () => now })
    for (const secret of [next, jwtSecret]) {
      await expect(moving.verifyToken(hs256(later, secret))).resolves.toMatchObject({ userId })
    }
  })
})
