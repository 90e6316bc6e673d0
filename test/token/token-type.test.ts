import { describe, expect, it } from 'vitest'
import { accessClaims, appId, expect401, home, idClaims, issuer, today, userId, without } from '../support/world.js'

// Which kind of token is which: Authing marks none of them, so the claims tell.

const { guard, token } = home()
const typeOf = async (claims: object, header = {}) => (await guard.verifyToken(token(claims, header))).tokenType
const bare = without(idClaims, 'nonce')
const data = { type: 'user', id: userId, userPoolId: 'pool-1', clientId: 'pool-1' }

describe('an access token', () => {
  it('says so itself, whatever its claims are', async () => {
    for (const typ of ['at+jwt', 'application/at+jwt', 'AT+JWT']) {
      expect(await typeOf({ ...accessClaims, nonce: 'n', data, userpool_id: 'pool-1' }, { typ })).toBe('access_token')
      expect(await typeOf(without(accessClaims, 'jti', 'scope'), { typ })).toBe('access_token')
    }
  })

  it('has both jti and scope', async () => {
    expect(await typeOf(accessClaims)).toBe('access_token')
    expect(await typeOf({ ...accessClaims, scope: '' })).toBe('access_token')
    expect(await typeOf(without(accessClaims, 'jti'))).toBe('id_token')
    expect(await typeOf(without(accessClaims, 'scope'))).toBe('id_token')
  })
})

describe('an id token', () => {
  it.each(['nonce', 'at_hash', 'c_hash', 's_hash'])('has %s, and is one though it has jti and scope', async (name) => {
    expect(await typeOf({ ...accessClaims, [name]: 'x' })).toBe('id_token')
    expect(await typeOf({ ...accessClaims, [name]: null })).toBe('id_token')
  })

  it('may say so by token_use', async () => {
    expect(await typeOf({ ...accessClaims, token_use: 'id' })).toBe('id_token')
    expect(await typeOf({ ...accessClaims, token_use: 'access' })).toBe('access_token')
  })

  it('is what has no mark at all', async () => {
    expect(await typeOf(bare)).toBe('id_token')
    expect(await typeOf({ ...bare, userpool_id: 'pool-1' })).toBe('id_token')
    for (const odd of [null, 'x', [], 1])
      expect(await typeOf({ ...bare, data: odd, userpool_id: 'pool-1' })).toBe('id_token')
  })

  it('grants no scope', async () => {
    await expect(guard.verifyToken(token({ ...idClaims, scope: 'openid' }))).resolves.toMatchObject({ scopes: [] })
  })
})

describe('a user token', () => {
  it('is an id token with data, and userpool_id or sub', async () => {
    expect(await typeOf({ ...bare, data, userpool_id: 'pool-1' })).toBe('user_token')
    expect(await typeOf({ ...bare, data })).toBe('user_token')
    expect(await typeOf({ ...without(bare, 'sub'), data, userpool_id: 'pool-1' })).toBe('user_token')
    expect(await typeOf({ ...accessClaims, nonce: 'n', data })).toBe('user_token')
  })

  it('without userpool_id and sub is an id token', async () => {
    await expect(guard.verifyToken(token({ ...without(bare, 'sub'), data }))).resolves.toMatchObject({
      tokenType: 'id_token',
      userId,
    })
  })

  it('names the user pool in one of three places', async () => {
    const poolOf = async (claims: object) => (await guard.verifyToken(token({ ...bare, ...claims }))).userPoolId
    expect(await poolOf({ userpool_id: 'a', data: { userPoolId: 'b', clientId: 'c' } })).toBe('a')
    expect(await poolOf({ userpool_id: null, data: { userPoolId: 'b', clientId: 'c' } })).toBe('b')
    expect(await poolOf({ userpool_id: '', data: { userPoolId: '', clientId: 'c' } })).toBe('c')
    expect(await poolOf({ data: { clientId: null } })).toBeUndefined()
  })

  it('names one user, by sub or by data.id', async () => {
    const userOf = (claims: object) => guard.verifyToken(token(claims))
    await expect(userOf({ ...bare, data })).resolves.toMatchObject({ userId })
    await expect(userOf({ ...without(bare, 'sub'), data, userpool_id: 'p' })).resolves.toMatchObject({ userId })
    await expect401(guard, token({ ...bare, data: { id: 'another' } }), 'wrong_claim')
    await expect401(guard, token({ ...without(bare, 'sub'), data: {}, userpool_id: 'p' }), 'wrong_claim')
    await expect401(guard, token({ ...without(bare, 'sub'), data: { id: '' }, userpool_id: 'p' }), 'wrong_claim')
  })
})

describe('accept', () => {
  const kinds = {
    id_token: token(),
    access_token: token(accessClaims),
    user_token: token({ ...bare, data, userpool_id: 'pool-1' }),
  }

  it.each(['id_token', 'access_token', 'user_token'] as const)(
    'admits %s alone where it names nothing else',
    async (type) => {
      for (const accept of [type, [type]]) {
        const strict = home({ accept })
        for (const [kind, text] of Object.entries(kinds)) {
          if (kind === type) await expect(strict.guard.verifyToken(text)).resolves.toMatchObject({ tokenType: type })
          else
            expect((await expect401(strict.guard, text, 'not_admitted')).detail).toBe(
              `the accept option leaves out ${kind === 'user_token' ? 'a' : 'an'} ${kind}`,
            )
        }
      }
    },
  )

  it('admits every one by default', async () => {
    for (const [tokenType, text] of Object.entries(kinds)) {
      await expect(guard.verifyToken(text)).resolves.toMatchObject({ tokenType, issuer, appId })
    }
  })
})

describe('times', () => {
  it('bounds the age of a token by maxTokenAge, with the tolerance', async () => {
    const young = home({ maxTokenAge: 100 })
    const at = (iat: number) => young.token({ ...idClaims, iat })
    await expect(young.guard.verifyToken(at(today - 100))).resolves.toMatchObject({ issuedAt: today - 100 })
    await expect(young.guard.verifyToken(at(today - 104))).resolves.toBeDefined()
    const { detail } = await expect401(young.guard, at(today - 105), 'expired_token')
    expect(detail).toBe(`iat is ${today - 105}, it is ${today}: older than maxTokenAge`)
    await expect401(young.guard, young.token(without(idClaims, 'iat')), 'wrong_claim')
    const identity = await guard.verifyToken(token(without(idClaims, 'iat')))
    expect('issuedAt' in identity).toBe(false)
  })
})
