import { createGuard } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { keyPair, tokenBy } from '../support/forge.js'
import {
  accessClaims,
  accessKey,
  appId,
  expect401,
  expectAdmitted,
  home,
  idClaims,
  issuer,
  machineClaims,
  now,
  refusalOf,
  userId,
  without,
  worldWith,
} from '../support/world.js'

// Threats of section D about the issuer and the audience of a token, and Authing's programmatic access keys.

const api = 'https://api.example.com'

describe('aud', () => {
  const wrong = (name: string) => [
    ...[undefined, null, 1, true, '', [], [[name]], { aud: name }, { 0: name, length: 1 }, [name, 1], [null], ['']],
    ...[name.slice(0, -1), name.slice(1), `${name}x`, `x${name}`, name.toUpperCase(), `${name},other`, `${name} other`],
    ...[` ${name}`, `${name} `, `${name}\0`, `${name}/`, name.replace('a', 'а'), 'other', ['other'], `["${name}"]`],
  ]

  it('D8: an id token is refused unless its aud is exactly the appId', async () => {
    const { guard, token } = home()
    await expectAdmitted(guard, token())
    await expectAdmitted(guard, token({ ...idClaims, aud: [appId] }))
    for (const aud of [...wrong(appId), [appId, 'other'], ['other', appId], [appId, appId]]) {
      await expect401(guard, token({ ...idClaims, aud }), 'wrong_audience')
    }
  })

  it('D8: an access token is refused unless its aud is exactly the configured audience', async () => {
    const { guard, token } = home({ audience: api })
    await expectAdmitted(guard, token({ ...accessClaims, aud: api }))
    await expectAdmitted(guard, token({ ...accessClaims, aud: ['https://other.example', api] }))
    for (const aud of wrong(api)) await expect401(guard, token({ ...accessClaims, aud }), 'wrong_audience')
  })

  it('D8: an aud list with an empty name or a value that is not a string is refused as a whole', async () => {
    const { guard, token } = home({ audience: api })
    for (const odd of ['', null, 1, [api]]) {
      for (const aud of [
        [odd, api],
        [api, odd],
      ]) {
        await expect401(guard, token({ ...accessClaims, aud }), 'wrong_audience')
      }
    }
  })

  it('D8: the client id as aud is refused when accept excludes id tokens and an audience is configured', async () => {
    const { guard, token } = home({ audience: api, accept: 'access_token' })
    await expectAdmitted(guard, token({ ...accessClaims, aud: api }))
    await expect401(guard, token({ ...accessClaims, aud: appId }), 'wrong_audience')
    await expect401(guard, token({ ...accessClaims, aud: [appId] }), 'wrong_audience')
    await expect401(guard, token(idClaims), 'not_admitted')
  })

  it('D11: an id token is refused when accept excludes id tokens', async () => {
    for (const audience of [undefined, api]) {
      const { guard, token } = home({ audience, accept: ['access_token'] })
      const aud = audience ?? appId
      await expectAdmitted(guard, token({ ...accessClaims, aud }))
      for (const mark of [{ nonce: 'n' }, { at_hash: 'h' }, { c_hash: 'h' }, { s_hash: 'h' }, { nonce: null }]) {
        await expect401(guard, token({ ...accessClaims, aud, ...mark }), 'not_admitted', 'wrong_audience')
        await expect401(guard, token({ ...idClaims, aud, ...mark }), 'not_admitted', 'wrong_audience')
      }
      await expect401(guard, token({ ...accessClaims, aud, token_use: 'id' }), 'not_admitted', 'wrong_audience')
      await expect401(guard, token({ ...without(idClaims, 'nonce'), aud }), 'not_admitted', 'wrong_audience')
      await expect401(guard, token({ ...without(accessClaims, 'scope'), aud }), 'not_admitted', 'wrong_audience')
    }
  })
})

describe('iss', () => {
  it('D9: the iss claim is compared with the issuer as an exact string', async () => {
    const { guard, token } = home()
    await expectAdmitted(guard, token())
    const others = [
      ...[undefined, null, {}, [issuer], 1, true, '', `${issuer}/`, issuer.toUpperCase(), issuer.slice(0, -1)],
      ...[issuer.replace('https:', 'http:'), `${issuer}x`, `x${issuer}`, ` ${issuer}`, `${issuer} `, `${issuer}\0`],
      ...[issuer.replace('-', '%2D'), issuer.replace('.cn', '.cn:443'), issuer.replace('.cn', '.cn.'), `${issuer}#`],
      ...[issuer.replace('my-app', 'My-App'), issuer.replace('//', '//user@'), `${issuer}?`, 'my-app.authing.cn/oidc'],
    ]
    for (const iss of others) await expect401(guard, token({ ...idClaims, iss }), 'unknown_issuer')
  })
})

describe('other applications', () => {
  const key = keyPair('RS256', 'kid-1')
  const { guard } = worldWith([key.jwk])

  it('D14: tokens of another user pool, or of another application with the same issuer and key, are refused', async () => {
    await expectAdmitted(guard, tokenBy(key, idClaims))
    const other = '600a8f4e37708b363024a3ca'
    await expect401(guard, tokenBy(key, { ...idClaims, aud: other }), 'wrong_audience')
    await expect401(guard, tokenBy(key, { ...accessClaims, aud: other }), 'wrong_audience')
    await expect401(guard, tokenBy(key, { ...accessClaims, aud: other, azp: other }), 'wrong_audience')
    const elsewhere = { ...idClaims, iss: 'https://other.authing.cn/oidc' }
    await expect401(guard, tokenBy(key, elsewhere), 'unknown_issuer')
    await expect401(guard, tokenBy(keyPair('RS256', 'kid-2'), idClaims), 'unknown_key')
  })

  it('D14: with applications that share an issuer, a token for two of them or for none of them is refused', async () => {
    const sibling = '600a8f4e37708b363024a3ca'
    const jwks = { keys: [key.jwk] }
    const both = createGuard({
      apps: [
        { issuer, appId, jwks },
        { issuer, appId: sibling, jwks },
      ],
      now: () => now,
    })
    for (const one of [appId, sibling]) {
      await expect(both.verifyToken(tokenBy(key, { ...accessClaims, aud: one }))).resolves.toMatchObject({ appId: one })
    }
    for (const aud of [[appId, sibling], 'another', undefined, [], null]) {
      await expect401(both, tokenBy(key, { ...accessClaims, aud }), 'wrong_audience')
    }
    await expect401(both, tokenBy(key, { ...accessClaims, azp: sibling }), 'wrong_audience')
  })

  it('D14: a management token of the user pool is refused', async () => {
    for (const claims of [idClaims, accessClaims]) {
      await expect401(guard, tokenBy(key, { ...claims, scoped_userpool_id: 'pool-1' }), 'wrong_claim')
      await expect401(guard, tokenBy(key, { ...claims, scoped_userpool_id: null }), 'wrong_claim')
    }
  })
})

describe('an access key', () => {
  const partner = { ...machineClaims, sub: userId }

  it('the token of an access key is refused until accessKeys lists the key', async () => {
    for (const accessKeys of [undefined, 'none', ['another-key'], [appId]]) {
      const { guard, token } = home({ accessKeys })
      await expect401(guard, token(machineClaims), 'not_admitted')
    }
    for (const accessKeys of ['any', [accessKey], ['another-key', accessKey]]) {
      const { guard, token } = home({ accessKeys })
      const identity = await guard.verifyToken(token(machineClaims))
      expect(identity).toMatchObject({ kind: 'machine', clientId: accessKey, appId, scopes: ['order:read'] })
      expect('userId' in identity).toBe(false)
    }
  })

  it('an access key is a machine caller when sub repeats aud, azp or client_id', async () => {
    const { guard, token } = home({ accessKeys: [accessKey] })
    for (const more of [{ sub: accessKey }, { sub: appId }, { sub: 'client', client_id: 'client' }]) {
      await expect(guard.verifyToken(token({ ...machineClaims, ...more }))).resolves.toMatchObject({ kind: 'machine' })
    }
  })

  it('an access key acts for a user when accessKeys and delegates both list it', async () => {
    for (const more of [
      {},
      { accessKeys: [accessKey] },
      { accessKeys: 'any', delegates: 'refuse' },
      { delegates: 'allow' },
    ]) {
      const { guard, token } = home(more)
      await expect401(guard, token(partner), 'not_admitted')
    }
    const { guard, token } = home({ accessKeys: [accessKey], delegates: 'allow' })
    const identity = await guard.verifyToken(token(partner))
    expect(identity).toMatchObject({ kind: 'delegate', clientId: accessKey, userId, appId })
    await expect(guard.verifyToken(token(accessClaims))).resolves.toMatchObject({ kind: 'user', userId })
  })

  it('a token without azp, without scope, with several audiences or of type id_token is not an access key token', async () => {
    const { guard, token } = home({ accessKeys: 'any', delegates: 'allow' })
    await expectAdmitted(guard, token(machineClaims))
    for (const name of ['azp', 'scope', 'jti'])
      await expect401(guard, token(without(machineClaims, name)), 'wrong_audience')
    await expect401(guard, token({ ...machineClaims, azp: 'another' }), 'wrong_audience')
    await expect401(guard, token({ ...machineClaims, aud: [accessKey] }), 'wrong_audience')
    await expect401(guard, token({ ...partner, nonce: 'n' }), 'wrong_audience')
    await expect401(guard, token(without(machineClaims, 'scope'), { typ: 'at+jwt' }), 'wrong_audience')
  })

  it('an access key with its own audience is a machine caller when the token names no user', async () => {
    const { guard, token } = home({ audience: api })
    const bare = { ...without(accessClaims, 'sub'), aud: api }
    const { detail } = await expect401(guard, token(bare), 'not_admitted')
    expect(detail).toBe(`aud ${JSON.stringify(api)}, azp nothing: not an access key that accessKeys names`)
    const open = home({ audience: api, accessKeys: [accessKey, 'client', appId] })
    const clientOf = (more: object) => open.guard.verifyToken(open.token({ ...bare, ...more }))
    await expect(clientOf({ client_id: 'client', sub: 'client' })).resolves.toMatchObject({ clientId: 'client' })
    await expect(clientOf({ azp: accessKey })).resolves.toMatchObject({ clientId: accessKey, kind: 'machine' })
    await expect(clientOf({})).resolves.toMatchObject({ clientId: appId, kind: 'machine' })
    const unknown = await refusalOf(clientOf({ client_id: 'stranger' }))
    expect(unknown.reason).toBe('not_admitted')
  })
})
