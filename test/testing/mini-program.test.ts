import { createUserPool, type UserPool } from 'authing-guard/testing'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

/** The SDK has no declarations of its own. */
interface Sdk {
  readonly AuthenticationClient: new (options: {
    readonly host: string
    readonly userPoolId?: string
    readonly appId?: string
  }) => {
    loginByCode(code: string): Promise<Record<string, unknown>>
    updateProfile(input: object): Promise<Record<string, unknown>>
    checkLoginStatus(token?: string): Promise<Record<string, unknown>>
  }
}
const sdkName: string = 'authing-wxapp-sdk'

const storage = new Map<string, unknown>()
const stored = (): string => String(storage.get('_authing_token'))

let pool: UserPool
let sdk: Sdk
beforeAll(async () => {
  pool = await createUserPool({
    apps: [{ appId: 'one' }, { appId: 'two', algorithm: 'HS256' }],
    users: [
      { id: 'mick', nickname: 'Mick' },
      { id: 'keith', nickname: 'Keith' },
    ],
    miniProgramCodes: { 'code-of-keith': 'keith' },
  })
  vi.stubGlobal('wx', {
    getStorageSync: (key: string) => storage.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => storage.set(key, value),
    removeStorageSync: (key: string) => storage.delete(key),
  })
  sdk = await import(sdkName)
})
beforeEach(() => storage.clear())
afterAll(async () => {
  vi.unstubAllGlobals()
  await pool.close()
})

const graphql = async (body: unknown, authorization?: string) => {
  const response = await fetch(`${pool.host}/graphql/v2`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

describe('the real mini-program SDK before 5.x', () => {
  const client = (more: object = {}) =>
    new sdk.AuthenticationClient({ host: pool.host, userPoolId: pool.userPoolId, ...more })

  test('signs in with a code and stores a user token of the first application', async () => {
    const user = await client().loginByCode('any code')
    expect(user).toMatchObject({ id: 'mick', nickname: 'Mick', userPoolId: pool.userPoolId, status: 'Activated' })
    expect(stored()).toBe(user['token'])
    expect(decodeJwt(stored())).toMatchObject({ sub: 'mick', aud: 'one', userpool_id: pool.userPoolId })
  })

  test('signs in at the named application', async () => {
    await client({ appId: 'two' }).loginByCode('any code')
    expect(decodeJwt(stored())).toMatchObject({ aud: 'two', iss: pool.apps[1]?.issuer })
  })

  test('signs in the user of the code', async () => {
    expect(await client().loginByCode('code-of-keith')).toMatchObject({ id: 'keith' })
  })

  test('updates the profile and gets a new token', async () => {
    const authing = client()
    await authing.loginByCode('code-of-keith')
    const updated = await authing.updateProfile({ nickname: 'Keef', emailverified: 'no such field' })
    expect(updated).toMatchObject({ id: 'keith', nickname: 'Keef' })
    expect(stored()).toBe(updated['token'])
    expect(decodeJwt(stored())).toMatchObject({ sub: 'keith', nickname: 'Keef' })
    expect(pool.users[1]).toMatchObject({ id: 'keith', nickname: 'Keef' })
    expect(decodeJwt(pool.mint({ type: 'id_token', userId: 'keith' }))).toMatchObject({ nickname: 'Keef' })
  })

  test('checks the login status', async () => {
    const authing = client()
    expect(await authing.checkLoginStatus()).toMatchObject({ code: 2020, status: false, data: null })
    await authing.loginByCode('any code')
    const { iat, exp } = decodeJwt(stored())
    expect(await authing.checkLoginStatus()).toEqual({
      code: 200,
      message: expect.any(String),
      status: true,
      exp,
      iat,
      data: { id: 'mick', userPoolId: pool.userPoolId, arn: `arn:cn:authing:${pool.userPoolId}:user:mick` },
    })
    expect(await authing.checkLoginStatus(pool.mint({ defect: 'expired' }))).toMatchObject({ status: false })
  })

  test('gets an error for a wrong user pool, a wrong application and a missing code', async () => {
    await expect(client({ userPoolId: 'nobody' }).loginByCode('code')).rejects.toMatchObject({ code: 2224 })
    await expect(client({ appId: 'nobody' }).loginByCode('code')).rejects.toMatchObject({ code: 2011 })
    await expect(client().loginByCode('')).rejects.toMatchObject({ code: 2231 })
  })

  test('cannot update anything before it signed in', async () => {
    storage.set('_authing_user', { id: 'mick' })
    await expect(client().updateProfile({ nickname: 'X' })).rejects.toMatchObject({ code: 2020, data: null })
  })
})

describe('POST /connections/social/wechat-miniprogram/auth', () => {
  test('reports a missing code if the body is not JSON', async () => {
    const response = await fetch(`${pool.host}/connections/social/wechat-miniprogram/auth`, {
      method: 'POST',
      headers: { 'x-authing-app-id': 'one' },
      body: '{"code"',
    })
    expect(await response.json()).toMatchObject({ code: 2231, data: null })
  })
})

describe('POST /graphql/v2', () => {
  const mutation =
    'mutation updateUser($id: String, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { id } }'
  const update = (variables: unknown, token = pool.mint({ type: 'user_token', userId: 'mick' })) =>
    graphql({ query: mutation, variables }, `Bearer ${token}`)
  const refusal = (code: number) => ({ body: { data: null, errors: [{ message: { code, data: null } }] } })

  test('updates the user of the token if there is no id', async () => {
    const { body } = await update({ input: { name: 'Michael' } })
    expect(body.data.updateUser).toMatchObject({ id: 'mick', name: 'Michael' })
  })

  test.each<[string, unknown, number]>([
    ['another user', { id: 'keith', input: {} }, 2202],
    ['no input', { id: 'mick' }, 2231],
    ['no variables', undefined, 2231],
    ['an email', { input: { email: 'x@example.com' } }, 2225],
    ['a phone number', { input: { phone: '1' } }, 2226],
  ])('refuses %s', async (_, variables, code) => {
    expect(await update(variables)).toMatchObject(refusal(code))
  })

  test('accepts an id token, a legacy token and an access token of any application', async () => {
    for (const token of [
      pool.mint({ type: 'id_token', userId: 'mick', appId: 'two' }),
      pool.mint({ type: 'legacy_user_token', userId: 'mick' }),
      pool.mint({ userId: 'mick' }),
    ]) {
      const { body } = await update({ id: 'mick', input: {} }, token)
      expect(body.data.updateUser).toMatchObject({ id: 'mick' })
    }
  })

  test('refuses a token without a user, and one that this pool did not sign', async () => {
    for (const token of [
      pool.mint({ type: 'machine' }),
      pool.mint({ type: 'legacy_user_token', claims: { data: null } }),
      pool.mint({ type: 'legacy_user_token', defect: 'other_key' }),
      pool.mint({ type: 'id_token', appId: 'two', algorithm: 'HS384' }),
      pool.mint({ defect: 'other_issuer' }),
      pool.mint({ defect: 'garbage' }),
    ]) {
      expect(await update({ id: 'mick', input: {} }, token)).toMatchObject(refusal(2020))
    }
  })

  test('refuses another operation, and a body that is not JSON', async () => {
    expect(await graphql({ query: '{ users { id } }' })).toMatchObject(refusal(400))
    expect(await graphql('{"query"')).toMatchObject(refusal(400))
    expect(await graphql([])).toMatchObject(refusal(400))
  })
})
