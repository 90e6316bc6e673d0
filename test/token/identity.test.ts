import { inspect } from 'node:util'
import type { Identity } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import {
  accessClaims,
  accessKey,
  appId,
  home,
  idClaims,
  issuer,
  machineClaims,
  today,
  userId,
} from '../support/world.js'

// Who calls: frozen all the way down, and fit for a log.

const { guard, token } = home({ accessKeys: 'any', delegates: 'allow' })
const personal = {
  email: 'ada@example.com',
  name: null,
  address: { street: 'Analytical Street' },
  roles: [{ code: 'admin' }],
}
const times = { issuedAt: today - 60, expiresAt: today + 3600 }

const kinds: readonly (readonly [string, object, object])[] = [
  [
    'user',
    { ...idClaims, ...personal, tenant_id: 't-1', userpool_id: 'p-1' },
    { userId, tokenType: 'id_token', scopes: [], tenantId: 't-1', userPoolId: 'p-1' },
  ],
  [
    'user',
    { ...accessClaims, ...personal, scope: 'openid  book:read ' },
    { userId, tokenType: 'access_token', scopes: ['openid', 'book:read'] },
  ],
  [
    'machine',
    { ...machineClaims, ...personal },
    { clientId: accessKey, tokenType: 'access_token', scopes: ['order:read'] },
  ],
  [
    'delegate',
    { ...machineClaims, ...personal, sub: userId },
    { clientId: accessKey, userId, tokenType: 'access_token', scopes: ['order:read'] },
  ],
]

describe.each(kinds)('a %s', (kind, claims, members) => {
  const prove = () => guard.verifyToken(token(claims))
  const summary = { kind, issuer, appId, ...times, ...members }

  it('is what the claims prove, nulls kept', async () => {
    const identity = await prove()
    expect(identity).toMatchObject(summary)
    expect(identity.claims).toEqual(claims)
    expect(identity.claims['name']).toBeNull()
  })

  it('is frozen, all the way down', async () => {
    const identity = await prove()
    const left: unknown[] = [identity]
    let objects = 0
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      if (typeof node !== 'object' || node === null) continue
      objects++
      expect(Object.isFrozen(node)).toBe(true)
      left.push(...Object.values(node))
    }
    expect(objects).toBeGreaterThan(5)
  })

  it('leaves its claims out of JSON and of the console', async () => {
    const identity = await prove()
    expect(JSON.parse(JSON.stringify(identity))).toEqual(summary)
    for (const text of [
      JSON.stringify({ caller: identity }),
      inspect(identity),
      inspect({ caller: [identity] }, { depth: 9 }),
    ]) {
      for (const secret of ['ada@', 'Analytical', 'admin', 'claims']) expect(text).not.toContain(secret)
      expect(text).toContain(kind)
    }
    expect(identity.claims['email']).toBe('ada@example.com')
  })

  it('does not hold its token', async () => {
    const text = token(claims)
    const identity = await guard.verifyToken(text)
    const all = inspect({ ...identity, claims: { ...identity.claims } }, { depth: 9, showHidden: true })
    for (const part of text.split('.')) expect(all).not.toContain(part)
  })
})

describe('a machine', () => {
  const audience = 'https://api.example.com'
  const machine = { ...accessClaims, aud: audience, azp: undefined, client_id: undefined }

  it.each([
    ['the appId', { ...machine, sub: appId }, appId],
    ['the one audience', { ...machine, sub: audience }, audience],
    ['one of a list of audiences', { ...machine, aud: [audience, 'machine-1'], sub: 'machine-1' }, 'machine-1'],
    ['azp', { ...machine, sub: 'machine-1', azp: 'machine-1' }, 'machine-1'],
    ['client_id', { ...machine, sub: 'machine-1', client_id: 'machine-1', azp: 'x' }, 'machine-1'],
  ])('is a token whose sub is %s, and never a user: accessKeys must name it', async (_, claims, clientId) => {
    const anyKey = home({ audience, accessKeys: 'any' })
    await expect(anyKey.guard.verifyToken(anyKey.token(claims))).resolves.toMatchObject({ kind: 'machine', clientId })
    const named = home({ audience, accessKeys: [clientId] })
    await expect(named.guard.verifyToken(named.token(claims))).resolves.toMatchObject({ kind: 'machine', clientId })
    for (const accessKeys of ['none', ['another', userId]] as const) {
      const { guard, token } = home({ audience, accessKeys, delegates: 'allow' })
      await expect(guard.verifyToken(token(claims))).rejects.toMatchObject({ reason: 'not_admitted' })
    }
  })
})

describe('two of them', () => {
  it('are told apart by kind', async () => {
    const name = (identity: Identity): string => {
      switch (identity.kind) {
        case 'user':
          return identity.userId
        case 'machine':
          return identity.clientId
        case 'delegate':
          return `${identity.clientId} for ${identity.userId}`
      }
    }
    const names = []
    for (const [, claims] of kinds) names.push(name(await guard.verifyToken(token(claims))))
    expect(names).toEqual([userId, userId, accessKey, `${accessKey} for ${userId}`])
  })

  it('share no scopes that one could change for the other', async () => {
    const [first, second] = [
      await guard.verifyToken(token()),
      await guard.verifyToken(token({ ...idClaims, jti: '2' })),
    ]
    expect(first.scopes).toEqual([])
    expect(Object.isFrozen(first.scopes) && Object.isFrozen(second.scopes)).toBe(true)
  })
})
