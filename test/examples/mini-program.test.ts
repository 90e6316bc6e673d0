import { introspection } from 'authing-guard/introspection'
import { createUserPool } from 'authing-guard/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { createApp } from '../../examples/express.js'
import { listen } from '../../examples/listen.js'
import { createClient } from '../../examples/mini-program.js'
import { device } from '../../examples/taro.js'

// A mini program with Authing's real SDK 5.x, an API with the guard, and a local user pool; all over HTTP.

const week = 604_800_000

/** `time.server` is how far the clock of the pool and the API is ahead of the phone's, in milliseconds. */
async function begin() {
  const time = { server: 0 }
  const now = () => Date.now() + time.server
  const pool = await createUserPool({
    apps: [{ introspectionAuth: 'none' }],
    users: [{ id: 'ratty' }, { id: 'mole' }],
    miniProgramCodes: { 'code of mole': 'mole' },
    now,
  })
  const asking = introspection({ clientAuth: 'none', when: 'always', cacheSeconds: 0 })
  const api = await listen(createApp({ ...pool.guardOptions, accept: 'access_token', introspection: asking, now }))
  const { appId, userPoolId, host } = pool
  const { authing, call } = createClient({ appId, userPoolId, host, api: api.url })
  const signIns = () => pool.requests.filter(({ path }) => path === '/api/v3/signin-by-mobile').length
  const stored = async () => {
    const [, state] = await authing.getLoginState()
    return state?.access_token ?? ''
  }
  const close = async () => {
    await authing.clearLoginState()
    await api.close()
    await pool.close()
  }
  return { time, pool, api, authing, call, signIns, stored, [Symbol.asyncDispose]: close }
}

afterEach(() => {
  device.code = 'any code'
})

test('the API admits the user that the mini program signs in, and concurrent calls share one sign-in', async () => {
  await using one = await begin()
  device.code = 'code of mole'
  const answers = await Promise.all([one.call('/me'), one.call('/me'), one.call('/me')])
  for (const answer of answers) {
    expect(answer).toMatchObject({ statusCode: 200, data: { userId: 'mole', tokenType: 'access_token' } })
  }
  expect(one.signIns()).toBe(1)
})

test('a revoked token is refused, loginByCode alone hands it back, and the client gets another one', async () => {
  await using one = await begin()
  await one.call('/me')
  const dead = await one.stored()
  one.pool.revoke(dead)
  const refused = await fetch(`${one.api.url}/me`, { headers: { authorization: `Bearer ${dead}` } })
  expect(refused.status).toBe(401)
  expect(await one.authing.loginByCode({ extIdpConnidentifier: 'my-connection' })).toMatchObject([
    null,
    { access_token: dead },
  ])
  expect(one.signIns()).toBe(1)

  expect(await one.call('/me')).toMatchObject({ statusCode: 200, data: { userId: 'ratty' } })
  expect(one.signIns()).toBe(2)
  expect(await one.stored()).not.toBe(dead)
})

test('a token that has expired for the API, but not for a slow phone, is replaced in the same way', async () => {
  await using one = await begin()
  await one.call('/me')
  const expired = await one.stored()
  one.time.server = 3 * week
  expect(await one.authing.loginByCode({ extIdpConnidentifier: 'my-connection' })).toMatchObject([
    null,
    { access_token: expired },
  ])
  expect(await one.call('/me')).toMatchObject({ statusCode: 200 })
  expect(one.signIns()).toBe(2)
})

test('a token that has expired for the phone too is replaced before it is sent', async () => {
  await using one = await begin()
  await one.call('/me')
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3 * week)
  expect(await one.call('/me')).toMatchObject({ statusCode: 200 })
  expect(one.signIns()).toBe(2)
  expect(one.pool.requests.filter(({ path }) => path.endsWith('/introspection'))).toHaveLength(2)
  vi.restoreAllMocks()
})

test('the client tells its caller that Authing signs nobody in', async () => {
  await using one = await begin()
  one.pool.goDown({ fault: 'error', path: '/signin-by-mobile' })
  await expect(one.call('/me')).rejects.toThrow(Error)
  one.pool.comeUp()
  expect(await one.call('/me')).toMatchObject({ statusCode: 200 })
})
