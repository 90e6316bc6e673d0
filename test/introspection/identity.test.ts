import { describe, expect, test } from 'vitest'
import { accessKey, appId, expect401, refusalOf, today, userId, without } from '../support/world.js'
import { activeReply, issuerThat, opaqueToken } from './issuer.js'

// Who an opaque token is, by what the issuer says of it.

const reply = (members: object) => JSON.parse(JSON.stringify({ ...activeReply, ...members }))
const saying = (members: object, options: object = {}) => issuerThat(() => reply(members), { ...options })

describe('a user’s opaque token', () => {
  test('has scopes, and meets them as an access token does', async () => {
    const { guard } = await saying({ scope: 'user book:read' })
    await expect(guard.require({ scope: 'book:1:read' }).verifyToken(opaqueToken)).resolves.toMatchObject({ userId })
    const error = await refusalOf(guard.require({ scope: 'book:write' }).verifyToken(opaqueToken))
    expect(error).toMatchObject({ status: 403, reason: 'insufficient_scope' })
    expect(error.detail).toMatch(/the token does not grant it$/)
    const none = await saying({ scope: undefined })
    await expect(none.guard.verifyToken(opaqueToken)).resolves.toMatchObject({ scopes: [] })
  })

  test('has the reply for claims, frozen, which no log sees', async () => {
    const { guard, issuer } = await saying({ tenant_id: 't-1', userpool_id: 'p-1', roles: [{ code: 'admin' }] })
    const identity = await guard.verifyToken(opaqueToken)
    expect(identity).toMatchObject({ tenantId: 't-1', userPoolId: 'p-1', issuer, appId, expiresAt: today + 3600 })
    expect(identity.claims).toMatchObject({ ...activeReply, roles: [{ code: 'admin' }] })
    for (const part of [identity, identity.scopes, identity.claims, identity.claims['roles']]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
    expect(Object.keys(JSON.parse(JSON.stringify(identity)))).not.toContain('claims')
  })

  test('is one identity for as long as the answer is remembered', async () => {
    const { guard, pass } = await saying({})
    const first = await guard.verifyToken(opaqueToken)
    expect(await guard.verifyToken(opaqueToken)).toBe(first)
    pass(10)
    expect(await guard.verifyToken(opaqueToken)).not.toBe(first)
  })

  test('ends when `maxTokenAge` says so, and then is not remembered', async () => {
    const { guard, asked, pass } = await saying({}, { maxTokenAge: 63 })
    await guard.verifyToken(opaqueToken)
    pass(2.999)
    await guard.verifyToken(opaqueToken)
    expect(asked).toHaveLength(1)
    // In the tolerance it is let in, and asked about each time.
    pass(0.001)
    await guard.verifyToken(opaqueToken)
    await guard.verifyToken(opaqueToken)
    expect(asked).toHaveLength(3)
    pass(5)
    await expect401(guard, opaqueToken, 'expired_token')
    await expect401((await saying({ iat: undefined }, { maxTokenAge: 63 })).guard, opaqueToken, 'wrong_claim')
  })

  test('whose reply names two users is refused', async () => {
    await expect401((await saying({ data: { id: 'another user' } })).guard, opaqueToken, 'wrong_claim')
    const { guard } = await saying({ data: { id: activeReply.sub } })
    await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ userId })
  })

  test('may be for what `audience` names', async () => {
    const audience = 'https://api.example'
    for (const aud of [audience, undefined]) {
      const { guard } = await saying({ aud }, { audience })
      await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ userId })
    }
    // In place of the appId, not beside it.
    await expect401((await saying({ aud: appId }, { audience })).guard, opaqueToken, 'wrong_audience')
  })
})

describe('an opaque token without a user', () => {
  test.each([{ sub: undefined }, { sub: appId }, { sub: 'machine-1', aud: [appId, 'machine-1'] }])(
    'is a machine that is refused until accessKeys names it: %j',
    async (members) => {
      await expect401((await saying(members)).guard, opaqueToken, 'not_admitted')
      for (const accessKeys of ['any', [appId]]) {
        const { guard } = await saying(members, { accessKeys })
        await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ kind: 'machine', clientId: appId })
      }
    },
  )

  test('of an access key is let in where accessKeys names it: that it is one of this application, no reply says', async () => {
    for (const sub of [undefined, accessKey, appId]) {
      const members = { client_id: accessKey, sub }
      const { guard } = await saying(members, { accessKeys: [accessKey] })
      await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ kind: 'machine', clientId: accessKey })
      await expect401((await saying(members, { accessKeys: 'any' })).guard, opaqueToken, 'wrong_audience')
      await expect401((await saying(members)).guard, opaqueToken, 'wrong_audience')
    }
  })
})

describe('an opaque token of an access key that acts for a user', () => {
  test('needs accessKeys and delegates', async () => {
    const members = { client_id: accessKey, aud: accessKey }
    await expect401((await saying(members, { accessKeys: [accessKey] })).guard, opaqueToken, 'not_admitted')
    await expect401((await saying(members, { delegates: 'allow' })).guard, opaqueToken, 'wrong_audience')
    const { guard } = await saying(members, { accessKeys: [accessKey], delegates: 'allow' })
    await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({
      kind: 'delegate',
      clientId: accessKey,
      userId,
    })
  })
})

describe('a JWT that is asked about', () => {
  const asking = (members: object, options: object = {}) =>
    saying(members, { introspection: { when: 'always' }, ...options })

  test('of a machine may have a reply with no sub, or its own', async () => {
    const machine = { sub: undefined, aud: accessKey, azp: appId, jti: 'rpGXWLAt0Ud0' }
    for (const members of [
      { sub: undefined },
      { sub: accessKey },
      { sub: appId },
      { sub: undefined, client_id: accessKey },
    ]) {
      const { guard, access } = await asking(members, { accessKeys: 'any' })
      await expect(guard.verifyToken(access(machine))).resolves.toMatchObject({ kind: 'machine', clientId: accessKey })
    }
    const { guard, access } = await asking({}, { accessKeys: 'any' })
    await expect401(guard, access(machine), 'wrong_claim')
    const other = await asking({ sub: undefined, client_id: 'another' }, { accessKeys: 'any' })
    await expect401(other.guard, other.access(machine), 'wrong_audience')
  })

  test('without jti does not match a reply that has one', async () => {
    const { guard, access } = await asking({})
    const token = access({ jti: undefined, nonce: undefined })
    await expect401(guard, token, 'not_admitted')
  })

  test('needs no token_type and no iat in the reply, for it has been read itself', async () => {
    const { guard, access } = await asking({ token_type: undefined, iat: undefined }, { maxTokenAge: 3600 })
    await expect(guard.verifyToken(access())).resolves.toMatchObject({ userId })
    const refresh = await asking({ token_type: 'refresh_token' })
    await expect401(refresh.guard, refresh.access(), 'not_admitted')
  })

  test('is asked about although it is cached: a verified token may have been revoked', async () => {
    let active = true
    const { guard, access, pass } = await issuerThat(() => reply({ active }), {
      introspection: { when: 'always', cacheSeconds: 0 },
    })
    const token = access()
    for (let turn = 0; turn < 3; turn++) await guard.verifyToken(token)
    active = false
    await expect401(guard, token, 'inactive_token')
    pass(2)
    await expect401(guard, token, 'inactive_token')
  })

  test('without `sub` in the reply is the one that verified', async () => {
    const { guard, access } = await issuerThat(() => without(activeReply, 'sub', 'jti'), {
      introspection: { when: 'always' },
    })
    await expect(guard.verifyToken(access())).resolves.toMatchObject({ userId })
  })
})
