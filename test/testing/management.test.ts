import { createUserPool, type UserPool } from 'authing-guard/testing'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let time = 1_700_000_000_000
let pool: UserPool
const key = { accessKeyId: 'key', accessKeySecret: 'a-secret-of-32-characters-or-more' }
beforeAll(async () => {
  pool = await createUserPool({
    apps: [
      { appId: 'one', algorithm: 'ES256' },
      { appId: 'two', algorithm: 'ES256' },
    ],
    accessKeys: [key],
    users: [{ id: 'mole', roles: ['admin', { code: 'editor', namespace: 'shop' }] }, { id: 'ratty' }],
    now: () => time,
  })
})
afterAll(() => pool.close())

type Body = { statusCode: number; apiCode?: number; message: string; requestId?: string; data?: unknown }
const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Body> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(`${pool.managementHost}/api/v3/${path}`, { method: 'POST', body: text, headers })
  // Authing reports the outcome in the body only.
  expect(response.status).toBe(200)
  return (await response.json()) as Body
}
const tokenFor = async (credentials: object) => (await post('get-management-token', credentials)).data as Token
interface Token {
  readonly access_token: string
  readonly expires_in: number
}
const headersBy = ({ access_token }: Pick<Token, 'access_token'>) => ({
  authorization: `Bearer ${access_token}`,
  'x-authing-userpool-id': pool.userPoolId,
})
const ask = async (path: string, question: unknown) => post(path, question, headersBy(await tokenFor(key)))

describe('get-management-token', () => {
  test('answers the key of the pool and access keys with a token for two hours', async () => {
    const own = { accessKeyId: pool.userPoolId, accessKeySecret: pool.userPoolSecret }
    for (const credentials of [own, key]) {
      const { access_token, expires_in } = await tokenFor(credentials)
      expect(expires_in).toBe(7200)
      const { scoped_userpool_id, iat, exp } = decodeJwt(access_token)
      expect({ scoped_userpool_id, iat, exp }).toEqual({
        scoped_userpool_id: pool.userPoolId,
        iat: time / 1000,
        exp: time / 1000 + 7200,
      })
    }
  })

  test.each([
    [{ accessKeyId: 'key', accessKeySecret: 'wrong' }, 401, 2207],
    [{ accessKeyId: 'nobody', accessKeySecret: key.accessKeySecret }, 401, 2207],
    [{ accessKeyId: 'key' }, 400, 2231],
    [{ accessKeyId: 7, accessKeySecret: 7 }, 400, 2231],
    ['no JSON', 400, 2231],
  ])('answers %j with 200 and the statusCode %i in the body', async (credentials, statusCode, apiCode) => {
    const refusal = await post('get-management-token', credentials)
    expect(refusal).toMatchObject({ statusCode, apiCode, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(refusal).not.toHaveProperty('data')
  })
})

describe('each permission check', () => {
  const question = { userId: 'mole', resource: 'book:1', action: 'book:read' }
  const refused = async (headers: Record<string, string>) => {
    const { statusCode, apiCode } = await post('is-action-allowed', question, headers)
    return [statusCode, apiCode]
  }

  test('accepts a management token of this pool, and the pool id in Authing’s header or GenAuth’s', async () => {
    const { authorization } = headersBy(await tokenFor(key))
    for (const name of ['x-authing-userpool-id', 'x-genauth-userpool-id']) {
      expect(await post('is-action-allowed', question, { authorization, [name]: pool.userPoolId })).toMatchObject({
        statusCode: 200,
      })
    }
    expect(await refused({ authorization })).toEqual([403, 2224])
    expect(await refused({ authorization, 'x-authing-userpool-id': 'other' })).toEqual([403, 2224])
    const minted = pool.mint({ type: 'management_token' })
    expect(await refused(headersBy({ access_token: minted }))).toEqual([200, undefined])
  })

  test('refuses any other token', async () => {
    expect(await refused({})).toEqual([401, 2020])
    for (const type of ['access_token', 'id_token', 'user_token', 'legacy_user_token', 'machine'] as const) {
      expect(await refused(headersBy({ access_token: pool.mint({ type }) }))).toEqual([401, 2207])
    }
    for (const wrong of ['other_user_pool', 'other_key', 'bad_signature', 'no_algorithm', 'garbage'] as const) {
      expect(
        await refused(headersBy({ access_token: pool.mint({ type: 'management_token', defect: wrong }) })),
      ).toEqual([401, 2207])
    }
  })

  test('refuses an expired token and a revoked one', async () => {
    const token = await tokenFor(key)
    time += 7_199_000
    expect(await refused(headersBy(token))).toEqual([200, undefined])
    time += 1_000
    expect(await refused(headersBy(token))).toEqual([401, 2206])
    const other = await tokenFor(key)
    pool.revoke(other.access_token)
    expect(await refused(headersBy(other))).toEqual([401, 2206])
    // A token of the same second would be the same token.
    time += 1_000
  })

  test.each([
    ['is-action-allowed', { userId: 'mole', resource: 'book:1' }],
    ['is-action-allowed', { userId: 'mole', action: 'book:read' }],
    ['is-action-allowed', { userId: '', resource: 'book:1', action: 'book:read' }],
    ['is-action-allowed', { resource: 'book:1', action: 'book:read' }],
    ['is-action-allowed', { userId: 'mole', resource: 'book:1', action: 'book:read', namespace: 7 }],
    ['is-action-allowed', 'no JSON'],
    ['check-permission', { userId: 'mole', action: 'get', resources: ['a'] }],
    ['check-permission', { namespaceCode: 'default', action: 'get', resources: ['a'] }],
    ['check-permission', { namespaceCode: 'default', userId: 'mole', resources: ['a'] }],
    ['check-permission', { namespaceCode: 'default', userId: 'mole', action: 'get', resources: 'a' }],
    ['has-any-role', { userId: 'mole' }],
    ['has-any-role', { roles: [] }],
  ])('%s says that %j is not all', async (path, incomplete) => {
    expect(await ask(path, incomplete)).toMatchObject({ statusCode: 400, apiCode: 2231 })
  })

  test('is at the host of the first application in every layout', async () => {
    for (const layout of ['shared-issuer', 'path-per-app'] as const) {
      await using other = await createUserPool({ apps: [{ algorithm: 'ES256' }], layout, accessKeys: [key] })
      const { managementHost, host } = other
      expect(managementHost).toBe(host)
      const address = `${managementHost}/api/v3/get-management-token`
      const reply = await fetch(address, { method: 'POST', body: JSON.stringify(key) })
      expect(await reply.json()).toMatchObject({ statusCode: 200 })
    }
  })
})

describe('is-action-allowed', () => {
  const allowed = async (userId: string, resource: string, action: string, namespace?: string) => {
    const { statusCode, message, data } = await ask('is-action-allowed', { userId, resource, action, namespace })
    expect({ statusCode, message }).toEqual({ statusCode: 200, message: '操作成功' })
    return (data as { allowed: boolean }).allowed
  }
  const granting = async (grant: Parameters<UserPool['grant']>[0], check: () => Promise<void>) => {
    pool.grant(grant)
    await check()
    pool.removeGrant(grant)
  }

  test('matches the resource, with Authing’s wildcards', async () => {
    const spans: readonly (readonly [string, readonly string[], readonly string[]])[] = [
      ['book:1', ['book:1'], ['book:2', 'book:10', 'book', 'film:1']],
      ['book:*', ['book:1', 'book:2', 'book:*'], ['book', 'books:1', 'film:1']],
      ['book', ['book', 'book:1', 'book:*'], ['books:1', 'bookshop', 'film:1']],
      ['*', ['book:1', 'film', '*'], []],
    ]
    for (const [resource, yes, no] of spans) {
      await granting({ userId: 'mole', resource, action: 'book:read' }, async () => {
        for (const one of yes) expect(await allowed('mole', one, 'book:read'), `${resource} ${one}`).toBe(true)
        for (const one of no) expect(await allowed('mole', one, 'book:read'), `${resource} ${one}`).toBe(false)
      })
    }
  })

  test('matches the action', async () => {
    const spans: readonly (readonly [string, readonly string[], readonly string[]])[] = [
      ['book:read', ['book:read'], ['book:write', 'film:read', 'book']],
      ['book:*', ['book:read', 'book:write'], ['film:read']],
      ['book', ['book'], ['book:read']],
      ['*', ['book:read', 'x'], []],
    ]
    for (const [action, yes, no] of spans) {
      await granting({ userId: 'mole', resource: '*', action }, async () => {
        for (const one of yes) expect(await allowed('mole', 'r', one), `${action} ${one}`).toBe(true)
        for (const one of no) expect(await allowed('mole', 'r', one), `${action} ${one}`).toBe(false)
      })
    }
  })

  test('matches user, role and namespace; a denial wins', async () => {
    const base = { resource: 'book:1', action: 'book:read' }
    await granting({ ...base, userId: 'ratty' }, async () => {
      expect(await allowed('ratty', 'book:1', 'book:read')).toBe(true)
      expect(await allowed('mole', 'book:1', 'book:read')).toBe(false)
      expect(await allowed('stranger', 'book:1', 'book:read')).toBe(false)
      expect(await allowed('ratty', 'book:1', 'book:read', 'shop')).toBe(false)
    })
    await granting({ ...base, role: 'admin' }, async () => {
      expect(await allowed('mole', 'book:1', 'book:read')).toBe(true)
      expect(await allowed('ratty', 'book:1', 'book:read')).toBe(false)
      await granting({ ...base, userId: 'mole', effect: 'deny' }, async () => {
        expect(await allowed('mole', 'book:1', 'book:read')).toBe(false)
      })
    })
    // A role applies in its own namespace only.
    await granting({ ...base, role: 'editor', namespace: 'shop' }, async () => {
      expect(await allowed('mole', 'book:1', 'book:read', 'shop')).toBe(true)
    })
    await granting({ ...base, role: 'editor' }, async () => {
      expect(await allowed('mole', 'book:1', 'book:read')).toBe(false)
    })
  })
})

describe('check-permission', () => {
  const base = { userId: 'mole', model: 'data', namespace: 'space', action: 'get' } as const
  const check = async (resources: readonly unknown[], more: object = {}) => {
    const question = { namespaceCode: 'space', userId: 'mole', action: 'get', resources, ...more }
    const { statusCode, apiCode, data } = await ask('check-permission', question)
    expect({ statusCode, apiCode }).toEqual({ statusCode: 200, apiCode: 20001 })
    return (data as { checkResultList: { enabled: boolean }[] }).checkResultList
  }

  test('answers for each resource as Authing does', async () => {
    pool.grant({ ...base, resource: 'tree/a/b' })
    expect(await check(['str', 'tree/a/b', 'tree/a', 7])).toEqual([
      { namespaceCode: 'space', resource: 'str', action: 'get', enabled: false },
      { namespaceCode: 'space', resource: 'tree/a/b', action: 'get', enabled: true },
      { namespaceCode: 'space', resource: 'tree/a', action: 'get', enabled: false },
    ])
    pool.removeGrant({ ...base, resource: 'tree/a/b' })
    pool.grant({ ...base, resource: '*', action: '*' })
    expect(await check(['x'], { action: 'put' })).toMatchObject([{ enabled: true }])
    pool.removeGrant({ ...base, resource: '*', action: '*' })
  })

  test('evaluates conditions only on request', async () => {
    const grant = { ...base, resource: 'r', condition: { ip: '::1', city: 'Alfreton' } }
    pool.grant(grant)
    const judged = async (authEnvParams?: unknown) =>
      (await check(['r'], { judgeConditionEnabled: true, authEnvParams }))[0]?.enabled
    expect(await judged({ city: 'Alfreton', ip: '::1', country: 'UK' })).toBe(true)
    expect(await judged({ ip: '::1' })).toBe(false)
    expect(await judged({ ip: '::2', city: 'Alfreton' })).toBe(false)
    expect(await judged()).toBe(false)
    expect(await judged('ip')).toBe(false)
    expect(await check(['r'])).toMatchObject([{ enabled: true }])
    pool.removeGrant({ ...grant, condition: { city: 'Alfreton', ip: '::1' } })
    expect(await check(['r'])).toMatchObject([{ enabled: false }])
  })
})

describe('has-any-role', () => {
  const has = async (userId: string, roles: readonly unknown[]) =>
    ((await ask('has-any-role', { userId, roles, options: { userIdType: 'user_id' } })).data as { hasAnyRole: boolean })
      .hasAnyRole

  test('matches code and namespace', async () => {
    expect(await has('mole', [{ code: 'admin' }])).toBe(true)
    expect(await has('mole', [{ code: 'owner' }, { code: 'admin', namespace: 'default' }])).toBe(true)
    expect(await has('mole', [{ code: 'admin', namespace: 'shop' }])).toBe(false)
    expect(await has('mole', [{ code: 'editor', namespace: 'shop' }])).toBe(true)
    expect(await has('mole', [{ code: 'editor' }, 'admin', null])).toBe(false)
    expect(await has('mole', [])).toBe(false)
    expect(await has('ratty', [{ code: 'admin' }])).toBe(false)
    expect(await has('stranger', [{ code: 'admin' }])).toBe(false)
  })

  test('uses the roles of setRoles, also for users that the pool does not have', async () => {
    pool.setRoles('stranger', ['guest'])
    expect(await has('stranger', [{ code: 'guest' }])).toBe(true)
    pool.setRoles('stranger', [{ code: 'guest', namespace: 'shop' }])
    expect(await has('stranger', [{ code: 'guest' }])).toBe(false)
    pool.setRoles('stranger', [])
    expect(await has('stranger', [{ code: 'guest', namespace: 'shop' }])).toBe(false)
  })
})

describe('an invalid value is a TypeError that says what to do', () => {
  const grant = { userId: 'mole', resource: 'r', action: 'a' }
  test.each([
    [{ ...grant, user: 'mole' }, "a grant has no 'user'; it takes 'userId', 'role', 'model'"],
    [{ ...grant, role: 'admin' }, 'a grant is for a userId or for a role'],
    [{ resource: 'r', action: 'a' }, 'a grant is for a userId or for a role'],
    [{ ...grant, userId: '' }, "a grant's userId must be a string that is not blank"],
    [{ ...grant, resource: undefined }, "a grant's resource is missing"],
    [{ ...grant, action: 7 }, "a grant's action must be a string"],
    [{ ...grant, model: 'rbac' }, "a grant's model must be one of 'acl', 'data'"],
    [{ ...grant, effect: 'ALLOW' }, "a grant's effect must be one of 'allow', 'deny'"],
    [{ ...grant, namespace: ' ' }, "a grant's namespace must be a string that is not blank"],
    [{ ...grant, condition: { ip: '::1' } }, "a grant's condition goes with model 'data'"],
    [{ ...grant, model: 'data', condition: 'ip' }, "a grant's condition must be an object"],
    [{ ...grant, model: 'data', condition: { ip: 1 } }, 'condition.ip of a grant must be a string'],
    ['*', 'a grant must be an object'],
  ])('%j: %s', async (wrong, says) => {
    expect(() => pool.grant(wrong as never)).toThrow(TypeError)
    expect(() => pool.grant(wrong as never)).toThrow(`authing-guard/testing: ${says}`)
    await expect(createUserPool({ grants: [wrong as never] })).rejects.toThrow(says)
  })

  test('in options and in methods', async () => {
    await expect(createUserPool({ grants: {} as never })).rejects.toThrow('grants must be an array')
    await expect(createUserPool({ users: [{ roles: 'admin' as never }] })).rejects.toThrow('roles must be an array')
    await expect(createUserPool({ users: [{ roles: [{} as never] }] })).rejects.toThrow("a role's code is missing")
    await expect(createUserPool({ userPoolSecret: 'short' })).rejects.toThrow(
      'userPoolSecret must be a string of at least',
    )
    expect(() => pool.setRoles('mole', [{ code: 'admin', space: 'x' } as never])).toThrow("a role has no 'space'")
    expect(() => pool.setRoles('mole', [''])).toThrow("a role's code must be a string that is not blank")
    expect(() => pool.removeGrant(grant)).toThrow('there is no grant {"userId":"mole"')
  })
})

describe('get-user', () => {
  const get = async (query: string, headers?: Record<string, string>) => {
    const response = await fetch(`${pool.managementHost}/api/v3/get-user${query}`, {
      headers: headers ?? headersBy(await tokenFor(key)),
    })
    expect(response.status).toBe(200)
    return (await response.json()) as Body
  }

  test('answers with a user under the names of Authing’s user object', async () => {
    const { statusCode, data } = await get('?userId=mole&userIdType=user_id')
    expect(statusCode).toBe(200)
    expect(data).toMatchObject({ userId: 'mole', status: 'Activated', emailVerified: false, photo: expect.any(String) })
    expect(data).not.toHaveProperty('id')
    expect(data).not.toHaveProperty('unionid')
  })

  test.each([
    ['?userId=nobody', 404],
    ['?userId=mole&userIdType=email', 400],
    ['?userId=', 400],
    ['', 400],
  ])('answers %s with the statusCode %i', async (query, statusCode) => {
    expect(await get(query)).toMatchObject({ statusCode, message: expect.any(String) })
  })

  test('needs a management token', async () => {
    expect(await get('?userId=mole', {})).toMatchObject({ statusCode: 401, apiCode: 2020 })
  })
})
