import { describe, expect, it } from 'vitest'
import { compact, signer } from '../support/forge.js'
import {
  accessClaims,
  appId,
  expect401,
  expectAdmitted,
  home,
  idClaims,
  now,
  today,
  without,
} from '../support/world.js'

// Threats of section D. The issuer and the audience are in audience.test.ts.

const { guard, token, events } = home()
/** Claims as text, for what JSON.stringify would not write. */
const text = (name: string, value: string, claims: object = idClaims) =>
  `${JSON.stringify(without(claims, name)).slice(0, -1)},"${name}":${value}}`

describe('times', () => {
  it.each([3600, 120, 6, 5])('D1: a token that expired %d seconds ago is refused', async (ago) => {
    await expectAdmitted(guard, token())
    await expect401(guard, token({ ...idClaims, exp: today - ago }), 'expired_token')
  })

  it('D1: a token expires at exp plus the clock tolerance, to the millisecond', async () => {
    const strict = home({ clockTolerance: 0 })
    for (const exp of [today, today - 1]) {
      await expect401(strict.guard, strict.token({ ...idClaims, exp }), 'expired_token')
    }
    await expectAdmitted(strict.guard, strict.token({ ...idClaims, exp: today + 1 }))
    await expectAdmitted(guard, token({ ...idClaims, exp: today - 4 }))
    const late = home({ clockTolerance: 0, now: () => now + 999 })
    await expectAdmitted(late.guard, late.token({ ...idClaims, exp: today + 1 }))
    const later = home({ clockTolerance: 0, now: () => now + 1000 })
    await expect401(later.guard, later.token({ ...idClaims, exp: today + 1 }), 'expired_token')
    const widest = home({ clockTolerance: 300 })
    await expectAdmitted(widest.guard, widest.token({ ...idClaims, exp: today - 299 }))
    await expect401(widest.guard, widest.token({ ...idClaims, exp: today - 300 }), 'expired_token')
  })

  it('D2: a token without exp is refused', async () => {
    await expect401(guard, token(without(idClaims, 'exp')), 'wrong_claim')
    await expect401(guard, token(without(accessClaims, 'exp')), 'wrong_claim')
  })

  const noTimes = [
    `"${today + 600}"`,
    'null',
    'true',
    'false',
    '[]',
    `[${today}]`,
    '{}',
    '""',
    '"Infinity"',
    '"tomorrow"',
  ]
  it.each(['exp', 'iat', 'nbf'])('D3: a %s claim that is not a number is refused', async (name) => {
    await expectAdmitted(guard, token(text(name, String(name === 'exp' ? today + 60 : today - 60))))
    for (const value of noTimes) await expect401(guard, token(text(name, value)), 'wrong_claim')
  })

  it.each(['0', '-0', '-1', '0.5', '1e-7'])('D4: an exp of %s is refused', async (value) => {
    await expect401(guard, token(text('exp', value)), 'expired_token')
  })

  it.each(['1e400', '-1e400', '9'.repeat(1000), '1e308', '-1e308', '8640000000001', '1e20'])(
    'D5: %.12s is refused as exp, iat and nbf',
    async (value) => {
      for (const name of ['exp', 'iat', 'nbf']) await expect401(guard, token(text(name, value)), 'wrong_claim')
    },
  )

  it('D5: every admitted exp converts to a valid Date', async () => {
    const { expiresAt } = await guard.verifyToken(token({ ...idClaims, exp: 8.64e12 }))
    expect(new Date(expiresAt * 1000).toISOString()).toBe('+275760-09-13T00:00:00.000Z')
  })

  it('D6: a token is refused before its nbf and admitted from then on', async () => {
    let clock = now
    const world = home({ now: () => clock })
    const early = world.token({ ...idClaims, nbf: today + 600 })
    await expect401(world.guard, early, 'not_yet_valid')
    await expect401(world.guard, world.token({ ...idClaims, nbf: today + 61 }), 'not_yet_valid')
    await expectAdmitted(world.guard, world.token({ ...idClaims, nbf: today + 60 }))
    clock += 600_000
    await expectAdmitted(world.guard, early)
  })

  it('D7: a token whose iat is in the future is refused', async () => {
    for (const ahead of [86_400, 3600, 61]) {
      const claims = { ...idClaims, iat: today + ahead, exp: today + 2 * 86_400 }
      await expect401(guard, token(claims), 'not_yet_valid')
    }
    await expectAdmitted(guard, token({ ...idClaims, iat: today + 60 }))
    const strict = home({ clockTolerance: 0 })
    await expectAdmitted(strict.guard, strict.token({ ...idClaims, iat: today }))
    await expect401(strict.guard, strict.token({ ...idClaims, iat: today + 1 }), 'not_yet_valid')
  })

  const secret = 'the secret of the application, of more than 32 bytes'
  it('D1: every token is refused while the clock returns no valid number', async () => {
    for (const clock of [Number.NaN, Number.POSITIVE_INFINITY, undefined, 'x']) {
      // A secret has no age that the clock could spoil: only the check of the times refuses its tokens.
      const lost = home({ now: () => clock, appSecret: secret })
      for (const claims of [idClaims, without(idClaims, 'iat')]) {
        for (const text of [lost.token(claims), compact({ alg: 'HS256' }, claims, signer('HS256', secret))]) {
          const error = await lost.guard.verifyToken(text).catch((reason: unknown) => reason)
          // The clock is the programmer's: the caller gets no 401 for it.
          expect(error).toBeInstanceOf(TypeError)
          expect(String(error)).toContain('authing-guard: now must return milliseconds since the epoch')
        }
      }
    }
  })
})

describe('types', () => {
  const odd = [1, 0, null, true, [], ['user-1'], {}, { $ne: null }, { $gt: '' }]
  it.each(['sub', 'jti', 'client_id', 'scope', 'iss', 'azp'])(
    'D10: a %s claim that is not a string is refused',
    async (name) => {
      await expectAdmitted(guard, token({ ...accessClaims, client_id: appId, azp: appId }))
      for (const value of odd) {
        const reasons = name === 'iss' ? ['unknown_issuer'] : ['wrong_claim']
        await expect401(guard, token({ ...accessClaims, [name]: value }), ...reasons)
        await expect401(guard, token({ ...idClaims, [name]: value }), ...reasons)
      }
      const isOptional = name === 'scope'
      if (!isOptional) await expect401(guard, token({ ...accessClaims, [name]: '' }), 'wrong_claim', 'unknown_issuer')
    },
  )

  it('D10: a query operator is not accepted as the user id of a user.token', async () => {
    const claims = { ...without(idClaims, 'nonce'), userpool_id: 'pool-1' }
    for (const id of [{ $ne: null }, 1, ['x'], true]) {
      await expect401(guard, token({ ...claims, data: { id } }), 'wrong_claim')
      await expect401(guard, token({ ...without(claims, 'sub'), data: { id } }), 'wrong_claim')
    }
    const tenants = await guard.verifyToken(token({ ...idClaims, tenant_id: ['tenant-1'] }))
    expect(tenants.tenantId).toBeUndefined()
    await expect401(guard, token({ ...idClaims, userpool_id: ['pool-1'] }), 'wrong_claim')
    for (const name of ['userpool_id', 'tenant_id']) {
      await expect401(guard, token({ ...claims, [name]: { $ne: null } }), 'wrong_claim')
      await expectAdmitted(guard, token({ ...claims, [name]: null }))
    }
    const { userPoolId } = await guard.verifyToken(
      token({ ...without(claims, 'userpool_id'), data: { userPoolId: { $ne: null } } }),
    )
    expect(userPoolId).toBeUndefined()
  })
})

describe('typ', () => {
  it.each([
    ...['logout+jwt', 'dpop+jwt', 'secevent+jwt', 'oauth-authz-req+jwt', 'entity-statement+jwt', 'rt+jwt', 'Refresh'],
    ...['JOSE', 'JWE', 'client-authentication+jwt', 'token-introspection+jwt', 'application/logout+jwt', 'sd-jwt', ''],
  ])('D12: a correctly signed token of typ %j is refused', async (typ) => {
    await expectAdmitted(guard, token(accessClaims, { typ: 'at+jwt' }))
    await expect401(guard, token(idClaims, { typ }), 'malformed_token')
    await expect401(guard, token(accessClaims, { typ }), 'malformed_token')
  })

  it.each([
    { 'http://schemas.openid.net/event/backchannel-logout': {} },
    { 'https://schemas.openid.net/secevent/risc/event-type/account-disabled': null },
    { 'urn:ietf:params:secevent:anything': 1 },
    { note: 1, 'URN:x:y': {} },
  ])('D12: a token with events that are named by a URI is refused, whatever typ says: %j', async (events) => {
    for (const typ of ['JWT', undefined]) {
      await expect401(guard, token({ ...idClaims, events }, { typ }), 'wrong_claim')
      await expect401(guard, token({ ...accessClaims, events }, { typ }), 'wrong_claim')
    }
    await expect401(guard, token({ ...accessClaims, events }, { typ: 'at+jwt' }), 'wrong_claim')
  })

  it.each([null, 'login', [], ['https://example.com/e'], {}, { login: 3, 'last seen': 'https://example.com/' }, 5])(
    'D12: a claim named events that a user pool adds for something else is not taken for an event: %j',
    async (events) => {
      await expectAdmitted(guard, token({ ...idClaims, events }))
      await expectAdmitted(guard, token({ ...accessClaims, events }))
    },
  )

  it.each(['refresh', 'Refresh', 'refresh_token'])('D12: a refresh token is refused: token_use %j', async (use) => {
    await expect401(guard, token({ ...accessClaims, token_use: use }), 'wrong_claim')
    await expect401(guard, token({ ...accessClaims, token_use: use }, { typ: 'at+jwt' }), 'wrong_claim')
    await expect401(guard, token({ ...idClaims, token_use: use }), 'wrong_claim')
  })

  it.each(['access', 'id', null, ['refresh']])('D12: a token with token_use %j is not a refresh token', async (use) => {
    await expectAdmitted(guard, token({ ...idClaims, token_use: use }))
  })

  it('D13: typ is compared without regard to case, with or without application/, and otherwise exactly', async () => {
    for (const typ of ['JWT', 'jwt', 'Jwt', 'application/jwt', 'APPLICATION/JWT', undefined]) {
      await expectAdmitted(guard, token(idClaims, { typ }))
    }
    for (const typ of ['at+jwt', 'AT+JWT', 'At+Jwt', 'application/at+jwt', 'Application/AT+JWT']) {
      await expect(guard.verifyToken(token(accessClaims, { typ }))).resolves.toMatchObject({
        tokenType: 'access_token',
      })
    }
    const wrong = ['at+jwt ', ' at+jwt', 'text/at+jwt', 'application/application/at+jwt', 'at jwt', 'at%2Bjwt', '+jwt']
    for (const typ of [...wrong, 'JWT;v=1', 'at+jwt\0', 'JWTx', null, 1, ['JWT'], {}]) {
      await expect401(guard, token(accessClaims, { typ }), 'malformed_token')
    }
  })
})

describe('scope', () => {
  it.each([
    ...['book:rea', 'book:read:all', 'xbook:read', 'BOOK:READ', 'book:read,book:write', 'book:write', 'book', ''],
    ...['book:read\u0000', 'book:read\u00a0book:list', 'book:read\tbook:list', '"book:read"', 'book: read'],
  ])('D15: the scope %j does not satisfy a requirement of book:read', async (scope) => {
    const readers = guard.require({ scope: 'book:read' })
    await expectAdmitted(readers, token({ ...accessClaims, scope: 'openid book:read' }))
    await expectAdmitted(readers, token({ ...accessClaims, scope: 'book:read' }))
    const refused = readers.verifyToken(token({ ...accessClaims, scope }))
    await expect(refused).rejects.toMatchObject({ status: 403, reason: 'insufficient_scope' })
  })

  it('D15: a scope that is an object, and a scope in an id token, are refused', async () => {
    const readers = guard.require({ scope: 'book:read' })
    await expect401(readers, token({ ...accessClaims, scope: { 'book:read': true } }), 'wrong_claim')
    await expect401(readers, token({ ...accessClaims, scope: ['book:read'] }), 'wrong_claim')
    const idToken = token({ ...idClaims, scope: 'book:read' })
    await expect(readers.verifyToken(idToken)).rejects.toMatchObject({ status: 403 })
  })
})

describe('bound tokens and replay', () => {
  it.each([
    { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
    { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc' },
    {},
    [],
    '',
    false,
    1,
  ])('D16: a sender-constrained token is refused: cnf %j', async (cnf) => {
    for (const claims of [accessClaims, idClaims]) await expect401(guard, token({ ...claims, cnf }), 'wrong_claim')
    await expect401(guard, token({ ...accessClaims, cnf }, { typ: 'at+jwt' }), 'wrong_claim')
  })

  it('D16: a cnf of null, which binds the token to nothing, counts as absent', async () => {
    await expectAdmitted(guard, token({ ...accessClaims, cnf: null }))
  })

  it('D17: the same token is admitted again, as replay protection is out of scope', async () => {
    const same = token()
    for (let at = 0; at < 5; at++) await expectAdmitted(guard, same)
    expect(events.filter(({ type }) => type === 'keys_refreshed')).toHaveLength(1)
  })
})
