import { type AuthingPermissionsOptions, authingPermissions } from 'authing-guard/permissions'
import { beforeEach, describe, expect, test } from 'vitest'
import { delegate, machine, user } from '../authorization/callers.js'
import { accessKeyId, accessKeySecret, authing, managementToken, paths, poolId, tokenReply, yes } from './authing.js'

// What goes over the wire, as Authing's API reference has it.

const server = authing()
beforeEach(() => {
  server.requests.length = 0
  server.script = () => undefined
})

const call = () => ({ signal: new AbortController().signal })
const about = { action: 'book:delete', resource: 'book:1', namespace: undefined, context: undefined }
const mole = user({ userId: 'mole' })

describe('get-management-token', () => {
  test('is a POST of the access key, without any authorization', async () => {
    await authingPermissions(server.options()).check(mole, about, call())
    const [first] = server.requests
    expect(first).toMatchObject({ method: 'POST', path: '/api/v3/get-management-token' })
    expect(first?.body).toEqual({ accessKeyId, accessKeySecret })
    expect(first?.headers).toMatchObject({ accept: 'application/json', 'content-type': 'application/json' })
    expect(first?.headers).not.toHaveProperty('authorization')
    expect(first?.headers).not.toHaveProperty('x-authing-userpool-id')
  })

  test('is asked for when the first question comes, and not again', async () => {
    const permissions = authingPermissions(server.options())
    expect(server.requests).toEqual([])
    await permissions.check(mole, about, call())
    await permissions.check(mole, about, call())
    expect(paths(server.requests)).toEqual(['get-management-token', 'is-action-allowed', 'is-action-allowed'])
  })
})

describe("model 'acl'", () => {
  test('asks is-action-allowed, with the management token and the pool that it names', async () => {
    expect(await authingPermissions(server.options()).check(mole, about, call())).toBe(true)
    const [, second] = server.requests
    expect(second).toMatchObject({ method: 'POST', path: '/api/v3/is-action-allowed' })
    expect(second?.body).toEqual({
      namespace: 'default',
      userId: 'mole',
      resource: 'book:1',
      action: 'book:delete',
    })
    expect(second?.headers).toMatchObject({
      authorization: `Bearer ${managementToken()}`,
      'x-authing-userpool-id': poolId,
      'content-type': 'application/json',
    })
  })

  test('cannot take a context, and says so rather than leaving it out', async () => {
    const permissions = authingPermissions(server.options())
    const verdict = permissions.check(mole, { ...about, context: { ip: '127.0.0.1' } }, call())
    await expect(verdict).rejects.toThrow("authing-guard: model 'acl' cannot take a context into account")
    expect(server.requests).toEqual([])
  })
})

describe("model 'data'", () => {
  const data = (more: object = {}) => authingPermissions(server.options({ model: 'data', ...more }))

  test('asks check-permission, where conditions are always judged', async () => {
    expect(await data({ namespace: 'shop' }).check(mole, about, call())).toBe(true)
    expect(paths(server.requests)).toEqual(['get-management-token', 'check-permission'])
    expect(server.requests[1]?.body).toEqual({
      namespaceCode: 'shop',
      userId: 'mole',
      action: 'book:delete',
      resources: ['book:1'],
      judgeConditionEnabled: true,
    })
  })

  test('with the context as authEnvParams', async () => {
    const context = {
      ip: '110.96.0.0',
      city: '北京',
      province: '北京',
      country: '中国',
      deviceType: 'PC',
      systemType: 'ios',
      browserType: 'IE',
      requestDate: '2022-12-26 17:40:00',
    }
    await data().check(mole, { ...about, context }, call())
    expect(server.requests[1]?.body).toMatchObject({ judgeConditionEnabled: true, authEnvParams: context })
    await data().check(mole, { ...about, context: {} }, call())
    expect(server.requests[3]?.body).toMatchObject({ judgeConditionEnabled: true, authEnvParams: {} })
  })

  test.each([[{ userAgent: 'x' }], [{ ip: 1 }], [{ ip: null }], [{ ip: '::1', time: 'now' }], [{ toString: 'x' }]])(
    'with a context of %j: Authing would not look at that',
    async (context) => {
      const says = /^authing-guard: a context for Authing holds strings, under these names: ip, city, province, country/
      await expect(data().check(mole, { ...about, context }, call())).rejects.toThrow(says)
      expect(server.requests).toEqual([])
    },
  )
})

describe('has-any-role', () => {
  test('is asked by the user id alone: Authing would take a user name or an email for one, too', async () => {
    const { hasRole } = authingPermissions(server.options({ namespace: 'shop' }))
    expect(await hasRole(mole, { roles: ['admin', 'owner'], namespace: undefined }, call())).toBe(true)
    expect(paths(server.requests)).toEqual(['get-management-token', 'has-any-role'])
    expect(server.requests[1]?.body).toEqual({
      userId: 'mole',
      roles: [
        { code: 'admin', namespace: 'shop' },
        { code: 'owner', namespace: 'shop' },
      ],
      options: { userIdType: 'user_id' },
    })
  })
})

describe('who and where', () => {
  test('the namespace is the question’s, else the option’s, else default', async () => {
    const inShop = authingPermissions(server.options({ namespace: 'shop' }))
    await inShop.check(mole, { ...about, namespace: 'forum' }, call())
    await inShop.check(mole, about, call())
    await authingPermissions(server.options()).check(mole, about, call())
    const spaces = server.requests.filter(({ path }) => path.endsWith('allowed')).map(({ body }) => body)
    expect(spaces).toMatchObject([{ namespace: 'forum' }, { namespace: 'shop' }, { namespace: 'default' }])
  })

  test('a delegate is asked about as the user; a machine is a no, without asking', async () => {
    const permissions = authingPermissions(server.options())
    expect(await permissions.check(machine(), about, call())).toBe(false)
    expect(await permissions.hasRole(machine(), { roles: ['admin'], namespace: undefined }, call())).toBe(false)
    expect(server.requests).toEqual([])
    await permissions.check(delegate({ userId: 'ratty' }), about, call())
    expect(server.requests[1]?.body).toMatchObject({ userId: 'ratty' })
  })

  test('false is a no', async () => {
    server.script = ({ path }) =>
      path.endsWith('allowed') ? { statusCode: 200, message: '', data: { allowed: false } } : undefined
    expect(await authingPermissions(server.options()).check(mole, about, call())).toBe(false)
  })

  test('the hook of authingPermissions has the settings that a guard needs', () => {
    const facts = { cacheSeconds: 5, usersOnly: true, callerOnly: true, holdsSecret: true }
    expect(authingPermissions(server.options())).toMatchObject({ ...facts, takesContext: false })
    expect(authingPermissions(server.options({ model: 'data' }))).toMatchObject({ ...facts, takesContext: true })
  })
})

describe('hosts', () => {
  /** Addresses and header names, by a `fetch` that answers by itself: nothing leaves this machine. */
  const seen = async (more: Partial<AuthingPermissionsOptions>) => {
    const requests: { readonly url: string; readonly names: readonly string[]; readonly redirect: unknown }[] = []
    const fetch = async (url: string, init: RequestInit) => {
      requests.push({ url, names: Object.keys(init.headers ?? {}), redirect: init.redirect })
      const path = new URL(url).pathname.replace('/authing', '')
      return Response.json(yes[path]?.({ method: 'POST', path, headers: {}, body: {} }))
    }
    const permissions = authingPermissions({ accessKeyId, accessKeySecret, model: 'acl', fetch, ...more })
    await permissions.check(mole, about, call())
    return requests
  }

  test.each([
    [{}, 'https://api.authing.cn', 'x-authing-userpool-id'],
    [{ host: 'https://api.genauth.ai' }, 'https://api.genauth.ai', 'x-genauth-userpool-id'],
    [{ host: 'https://genauth.ai/' }, 'https://genauth.ai', 'x-genauth-userpool-id'],
    [{ host: 'https://notgenauth.ai' }, 'https://notgenauth.ai', 'x-authing-userpool-id'],
    [{ host: 'https://id.example.com:8443/authing/' }, 'https://id.example.com:8443/authing', 'x-authing-userpool-id'],
    [{ host: 'https://id.example.com', headerPrefix: 'x-acme-' }, 'https://id.example.com', 'x-acme-userpool-id'],
    [{ headerPrefix: 'x-genauth-' }, 'https://api.authing.cn', 'x-genauth-userpool-id'],
  ])('%j is %s, with %s; no redirect is followed', async (more, origin, name) => {
    expect(await seen(more)).toEqual([
      { url: `${origin}/api/v3/get-management-token`, names: ['accept', 'content-type'], redirect: 'manual' },
      {
        url: `${origin}/api/v3/is-action-allowed`,
        names: ['accept', 'content-type', 'authorization', name],
        redirect: 'manual',
      },
    ])
  })

  test('a token whose claims are in any of the letters of base64url is sent back with its pool', async () => {
    const access_token = managementToken({ note: '>>>???ÿÿÿ', scoped_userpool_id: poolId })
    expect(access_token).toMatch(/\..*-.*_.*\./)
    server.script = ({ path }) => (path.endsWith('token') ? tokenReply({ access_token }) : undefined)
    await authingPermissions(server.options()).check(mole, about, call())
    expect(server.requests[1]?.headers).toMatchObject({ 'x-authing-userpool-id': poolId })
  })

  test.each([
    ['an opaque token', 'opaque-token'],
    ['a token that names no pool', managementToken({})],
    ['one whose pool is not a string', managementToken({ scoped_userpool_id: 7 })],
    ['one whose pool no header can hold', managementToken({ scoped_userpool_id: 'pool\r\nx-evil: 1' })],
    ['one that is not JSON', 'e30.bm8.c2ln'],
    ['one that is no base64', 'e30.a.c2ln'],
  ])('%s is sent back without a pool', async (_, access_token) => {
    server.script = ({ path }) => (path.endsWith('token') ? tokenReply({ access_token }) : undefined)
    await authingPermissions(server.options()).check(mole, about, call())
    expect(server.requests[1]?.headers['authorization']).toBe(`Bearer ${access_token}`)
    expect(server.requests[1]?.headers).not.toHaveProperty('x-authing-userpool-id')
  })
})
