import { constants, publicEncrypt } from 'node:crypto'
import { Authing } from '@authing/miniapp-taro'
import { createGuard } from 'authing-guard'
import { introspection } from 'authing-guard/introspection'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { device } from '../../examples/taro.js'

// The 5.x SDK for mini programs against the local user pool.

const extIdpConnidentifier = 'my-connection'
const options = { scope: 'openid profile offline_access' }
const time = { now: Date.now() }

let pool: UserPool
beforeAll(async () => {
  pool = await createUserPool({
    layout: 'shared-issuer',
    apps: [
      { appId: 'one', introspectionAuth: 'none' },
      { appId: 'two', algorithm: 'HS256' },
    ],
    users: [
      { id: 'mick', nickname: 'Mick', username: 'mick', phone: '13800000000' },
      { id: 'keith', email: 'keith@example.com' },
    ],
    miniProgramCodes: { 'code of keith': 'keith' },
    now: () => time.now,
  })
})
afterAll(() => pool.close())

const sdk = (more: Partial<ConstructorParameters<typeof Authing>[0]> = {}) =>
  new Authing({ appId: 'one', userPoolId: pool.userPoolId, host: pool.host, ...more })

type LoginState = Awaited<ReturnType<Authing['saveLoginState']>>

/** What a call of the SDK resolves with, which is an error or a value. */
const unwrap = <Value>([error, value]: readonly [unknown, Value | undefined]): Value => {
  if (value === undefined) throw new Error(`the SDK has failed: ${JSON.stringify(error)}`)
  return value
}
const userOf = (state: LoginState) => decodeJwt(state.access_token).sub

beforeEach(async () => {
  device.code = 'any code'
  time.now = Date.now()
  await sdk().clearLoginState()
  await sdk({ appId: 'two' }).clearLoginState()
})

describe('the real SDK 5.x signs a user in', () => {
  test('by the code of wx.login, and stores an access token and an id token of the application', async () => {
    const state = unwrap(await sdk().loginByCode({ extIdpConnidentifier }))
    expect(state).toMatchObject({ expires_in: 1_209_600, scope: 'openid profile', token_type: 'Bearer' })
    expect(state.refresh_token).toBeUndefined()
    expect(decodeJwt(state.access_token)).toMatchObject({ sub: 'mick', aud: 'one', scope: 'openid profile' })
    expect(decodeJwt(state.id_token)).toMatchObject({ sub: 'mick', aud: 'one', nickname: 'Mick' })
    expect(unwrap(await sdk().getLoginState())).toEqual(state)
  })

  test('with an RS256 access token where the id tokens of the application are HS256', async () => {
    const state = unwrap(await sdk({ appId: 'two' }).loginByCode({ extIdpConnidentifier }))
    expect(decodeProtectedHeader(state.access_token).alg).toBe('RS256')
    expect(decodeProtectedHeader(state.id_token).alg).toBe('HS256')
    expect(decodeJwt(state.access_token)).toMatchObject({ aud: 'two' })
  })

  test('by the code and the phone number of WeChat', async () => {
    device.code = 'code of keith'
    const miniProgramCodeAndPhonePayload = { wxPhoneInfo: { code: 'code of the button' } }
    const state = unwrap(await sdk().loginByPhone({ extIdpConnidentifier, miniProgramCodeAndPhonePayload }))
    expect(userOf(state)).toBe('keith')
  })

  test('by the code and the phone number of Douyin', async () => {
    device.code = 'code of keith'
    const douyin = sdk({ platform: 'tt' })
    expect(userOf(unwrap(await douyin.loginByCode({ extIdpConnidentifier })))).toBe('keith')
    await douyin.clearLoginState()
    const miniProgramCodeAndPhonePayload = { phoneParams: { iv: 'iv', encryptedData: 'data' } }
    const state = unwrap(await douyin.loginByPhone({ extIdpConnidentifier, miniProgramCodeAndPhonePayload }))
    expect(userOf(state)).toBe('keith')
  })

  test.each([
    ['mick', { account: 'mick' }],
    ['mick', { username: 'mick' }],
    ['mick', { phone: '13800000000' }],
    ['keith', { email: 'keith@example.com' }],
  ])('by a password: %s as %o', async (user, account) => {
    const state = await sdk().loginByPassword({ passwordPayload: { password: 'any', ...account } })
    expect(userOf(unwrap(state))).toBe(user)
  })

  test('by a password that it encrypts with the key of the pool', async () => {
    const encryptFunction = (text: string, key: string): string =>
      publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text)).toString('base64')
    const login = () =>
      sdk({ encryptFunction }).loginByPassword({
        passwordPayload: { password: 'secret', account: 'mick' },
        options: { passwordEncryptType: 'rsa' },
      })
    expect(userOf(unwrap(await login()))).toBe('mick')
    const key = unwrap(await sdk().getPublicKey('rsa'))
    expect(unwrap(await sdk().getPublicKey('rsa'))).toBe(key)
    expect(await sdk().getPublicKey('sm2')).toMatchObject([{ message: expect.any(String) }, undefined])
  })

  test('by a passcode', async () => {
    const passCodePayload = { passCode: '123456', phone: '13800000000' }
    expect(userOf(unwrap(await sdk().loginByPassCode({ passCodePayload })))).toBe('mick')
    const byMail = { passCode: '123456', email: 'keith@example.com' }
    expect(userOf(unwrap(await sdk().loginByPassCode({ passCodePayload: byMail })))).toBe('keith')
  })

  test('not where the user or the application is unknown', async () => {
    const unknown = { password: 'any', account: 'nobody' }
    expect(await sdk().loginByPassword({ passwordPayload: unknown })).toMatchObject([{ apiCode: 2333 }, undefined])
    const passCodePayload = { passCode: '123456', phone: '1' }
    expect(await sdk().loginByPassCode({ passCodePayload })).toMatchObject([{ apiCode: 2004 }, undefined])
    const elsewhere = await sdk({ appId: 'nobody' }).loginByCode({ extIdpConnidentifier })
    expect(elsewhere).toMatchObject([{ statusCode: 404, apiCode: 2011 }, undefined])
    expect(await sdk().loginByCode({ extIdpConnidentifier: '' })).toMatchObject([{ apiCode: 2231 }, undefined])
  })
})

describe('the real SDK 5.x afterwards', () => {
  const signIn = async () => unwrap(await sdk().loginByCode({ extIdpConnidentifier, options }))
  const guard = (accept: 'access_token' | 'id_token') => {
    const { issuer } = pool
    const asking = introspection({ clientAuth: 'none', when: 'always', cacheSeconds: 0 })
    const jwksUri = pool.apps[0]?.jwksUri ?? ''
    const common = { issuer, appId: 'one', jwksUri, accept, now: () => time.now }
    return createGuard(accept === 'id_token' ? common : { ...common, introspection: asking })
  }

  test('reads the profile with the access token alone, without Bearer', async () => {
    await signIn()
    const profile = unwrap(await sdk().getUserInfo())
    expect(profile).toMatchObject({ userId: 'mick', nickname: 'Mick', status: 'Activated', phone: '13800000000' })
    expect(profile).not.toHaveProperty('id')
    expect(pool.requests.at(-1)).toMatchObject({ path: '/api/v3/get-profile', authorization: '****' })
    expect(await sdk({ userPoolId: 'another' }).getUserInfo()).toMatchObject([{ apiCode: 2224 }, undefined])
  })

  test('refreshes the tokens while they are valid, with a refresh token that counts once', async () => {
    const first = await signIn()
    const second = unwrap(await sdk().refreshToken())
    expect(await guard('access_token').verifyToken(second.access_token)).toMatchObject({ userId: 'mick' })
    expect(second).toMatchObject({ scope: options.scope, refresh_token: expect.any(String) })
    expect(second.access_token).not.toBe(first.access_token)
    await sdk().saveLoginState(first)
    expect(await sdk().refreshToken()).toMatchObject([{ error: 'invalid_grant' }, undefined])
  })

  test('refreshes nothing without offline_access, nor once the tokens have expired', async () => {
    const state = unwrap(await sdk().loginByCode({ extIdpConnidentifier }))
    const calls = pool.requests.length
    expect(await sdk().refreshToken()).toMatchObject([{ message: expect.stringContaining('empty') }, undefined])
    await sdk().saveLoginState({ ...state, refresh_token: 'any', expires_in: -1 })
    expect(await sdk().refreshToken()).toMatchObject([{ message: expect.stringContaining('expired') }, undefined])
    expect(pool.requests).toHaveLength(calls)
  })

  test('revokes the access token alone when it signs out', async () => {
    const { access_token, id_token, refresh_token = '' } = await signIn()
    expect(await guard('access_token').verifyToken(access_token)).toMatchObject({ userId: 'mick' })
    expect(await sdk().logout()).toEqual([null, true])
    await expect(guard('access_token').verifyToken(access_token)).rejects.toMatchObject({ reason: 'inactive_token' })
    expect(await guard('id_token').verifyToken(id_token)).toMatchObject({ userId: 'mick' })
    expect(await oidc('/introspection', { client_id: 'one', token: refresh_token })).toMatchObject({
      body: { active: true, sub: 'mick', scope: options.scope, iss: pool.host },
    })
    // Its refresh token is active, and opens nothing.
    const opaque = introspection({ clientAuth: 'none', when: 'opaque' })
    const open = createGuard({ issuer: pool.issuer, appId: 'one', introspection: opaque }).verifyToken(refresh_token)
    await expect(open).rejects.toMatchObject({ reason: 'not_admitted' })
    expect(await sdk().getLoginState()).toMatchObject([{ message: expect.any(String) }, undefined])
  })

  test('says that it has signed out though Authing refused to revoke the token', async () => {
    const state = await signIn()
    const { access_token } = state
    const unknown = sdk({ appId: 'nobody' })
    await unknown.saveLoginState(state)
    expect(await unknown.logout()).toEqual([null, true])
    expect(pool.requests.at(-1)).toMatchObject({ path: '/oidc/token/revocation', status: 401 })
    expect(await guard('access_token').verifyToken(access_token)).toMatchObject({ userId: 'mick' })
  })

  test('stays signed in where it cannot reach Authing to sign out', async () => {
    const state = await signIn()
    pool.goDown()
    expect(await sdk().logout()).toMatchObject([{ message: expect.any(String) }, undefined])
    pool.comeUp()
    expect(unwrap(await sdk().getLoginState())).toEqual(state)
  })
})

const oidc = async (path: string, form: Record<string, string>, headers: Record<string, string> = {}) => {
  const response = await fetch(`${pool.host}/oidc/token${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
  })
  return { status: response.status, body: await response.json() }
}

describe('the refresh token grant', () => {
  const refreshToken = async () =>
    unwrap(await sdk().loginByCode({ extIdpConnidentifier, options })).refresh_token ?? ''
  const refresh = async (given: Record<string, string>, headers: Record<string, string> = {}) =>
    oidc('', { grant_type: 'refresh_token', refresh_token: await refreshToken(), ...given }, headers)

  test('takes the application from the body too, with or without its secret', async () => {
    expect(await refresh({ client_id: 'one' })).toMatchObject({ status: 200, body: { token_type: 'Bearer' } })
    await sdk().clearLoginState()
    const client_secret = pool.appSecret
    expect(await refresh({ client_id: 'one', client_secret })).toMatchObject({ status: 200 })
  })

  test('refuses a wrong application, and a token that is missing, unknown, revoked or expired', async () => {
    expect(await refresh({})).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    const invalid = { status: 400, body: { error: 'invalid_grant' } }
    expect(await refresh({ client_id: 'two' })).toMatchObject(invalid)
    for (const refresh_token of ['', 'unknown', pool.mint({ appId: 'one' })]) {
      expect(await refresh({ client_id: 'one', refresh_token })).toMatchObject(invalid)
    }
    expect(await oidc('', { grant_type: 'refresh_token', client_id: 'one' })).toMatchObject(invalid)
    const revoked = await refreshToken()
    expect(await oidc('/revocation', { client_id: 'one', token: revoked })).toMatchObject({ status: 200 })
    expect(await refresh({ client_id: 'one', refresh_token: revoked })).toMatchObject(invalid)
    await sdk().clearLoginState()
    const expired = await refreshToken()
    time.now += 30 * 86_400_000
    expect(await refresh({ client_id: 'one', refresh_token: expired })).toMatchObject(invalid)
  })
})

describe('incomplete and hostile requests', () => {
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${pool.host}/api/v3/${path}`, {
      method: 'POST',
      headers: { 'x-authing-app-id': 'one' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.status, body: await response.json() }
  }
  const incomplete = { status: 200, body: { statusCode: 400, apiCode: 2231, requestId: expect.any(String) } }
  const code = { connection: 'wechat_mini_program_code', extIdpConnidentifier }
  const phone = { connection: 'wechat_mini_program_code_and_phone', extIdpConnidentifier }
  const password = { connection: 'PASSWORD' }

  test.each<[string, unknown]>([
    ['signin', '{"connection"'],
    ['signin', []],
    ['signin', {}],
    ['signin', { connection: 'constructor' }],
    ['signin', { connection: 'LDAP', passwordPayload: { account: 'mick', password: 'any' } }],
    ['signin', password],
    ['signin', { ...password, passwordPayload: null }],
    ['signin', { ...password, passwordPayload: { account: 'mick' } }],
    ['signin', { ...password, passwordPayload: { account: ['mick'], password: 'any' } }],
    ['signin', { ...password, passwordPayload: { password: 'any' } }],
    ['signin', { connection: 'PASSCODE', passCodePayload: { phone: '13800000000' } }],
    ['signin-by-mobile', 'null'],
    ['signin-by-mobile', { ...code, wechatMiniProgramCodePayload: 'a code' }],
    ['signin-by-mobile', { ...code, wechatMiniProgramCodePayload: { code: 1 } }],
    ['signin-by-mobile', { connection: code.connection, wechatMiniProgramCodePayload: { code: 'a code' } }],
    ['signin-by-mobile', { ...code, connection: 'apple', applePayload: { code: 'a code' } }],
    ['signin-by-mobile', { ...phone, wechatMiniProgramCodeAndPhonePayload: { wxLoginInfo: { code: 'a code' } } }],
    ['signin-by-mobile', { ...phone, wechatMiniProgramCodeAndPhonePayload: { wxPhoneInfo: { code: 'a code' } } }],
  ])('%s refuses %j', async (path, body) => {
    expect(await post(path, body)).toMatchObject(incomplete)
  })

  test('options that are not an object, and a scope that is not text, count as none', async () => {
    for (const given of ['openid', { scope: ['openid'] }, null]) {
      const { body } = await post('signin-by-mobile', {
        ...code,
        wechatMiniProgramCodePayload: { code: 'a code' },
        options: given,
      })
      expect(body.data).toMatchObject({ scope: 'openid profile' })
    }
  })

  test('get-profile refuses what is not the access token of a user', async () => {
    const get = async (authorization?: string) =>
      (await fetch(`${pool.host}/api/v3/get-profile`, { headers: authorization ? { authorization } : {} })).json()
    const refusal = { statusCode: 401, apiCode: 2020 }
    expect(await get()).toMatchObject(refusal)
    for (const token of [pool.mint({ type: 'id_token' }), pool.mint({ type: 'machine' }), 'Bearer', 'a b c']) {
      expect(await get(token)).toMatchObject(refusal)
    }
    expect(await get(`Bearer ${pool.mint()}`)).toMatchObject({ statusCode: 200, data: { userId: 'mick' } })
  })
})
