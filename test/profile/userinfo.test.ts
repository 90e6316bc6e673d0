import { createGuard } from 'authing-guard'
import { authingErrorHandler, authingGuard } from 'authing-guard/express'
import { introspection } from 'authing-guard/introspection'
import { authingGuard as koaGuard } from 'authing-guard/koa'
import { createProfiles, isProfileError } from 'authing-guard/profile'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import express from 'express'
import Koa from 'koa'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listen } from '../../examples/listen.js'
import { fleet, token as fleetToken } from '../store/fleet.js'
import { refusalOf } from '../support/world.js'
import { claims, faultOf, userinfo } from './world.js'

// Profiles from the userinfo endpoint, by the caller's access token.

let pool: UserPool
let time = Date.now()
beforeAll(async () => {
  pool = await createUserPool({
    apps: [{ algorithm: 'ES256' }, { algorithm: 'ES256' }],
    users: [{ id: 'mole', name: 'Mole', email: 'mole@example.com', emailVerified: true }],
    now: () => time,
  })
})
afterAll(() => pool.close())
beforeEach(() => {
  pool.clearRequests()
  time = Date.now()
})

const optionsOf = (more: object = {}) =>
  ({ ...pool.guardOptions, now: () => time, ...more }) as unknown as { issuer: string; appId: string }
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const paths = () => pool.requests.map(({ path }) => path).filter((path) => !path.endsWith('/jwks.json'))

/** Calls an app once. */
async function call(app: Parameters<typeof listen>[0], headers: Record<string, string> = {}) {
  const { url, close } = await listen(app)
  const response = await fetch(url, { headers })
  const answer = {
    status: response.status,
    headers: response.headers,
    body: JSON.parse((await response.text()) || '{}'),
  }
  await close()
  return answer
}

const mole = { userId: 'mole', name: 'Mole', email: 'mole@example.com', emailVerified: true, phoneVerified: false }

describe('the profile of a request', () => {
  test('is that of its caller, in Express', async () => {
    const guard = authingGuard(optionsOf())
    const profiles = createProfiles(guard, { from: 'userinfo' })
    const app = express().use(guard, async (req, res) => void res.json(await profiles.of(req)))
    expect(await call(app, bearer(pool.mint({ userId: 'mole' })))).toMatchObject({ status: 200, body: mole })
    expect(paths()).toEqual(['/oidc/me'])
  })

  test('is that of its caller, in Koa', async () => {
    const guard = koaGuard(optionsOf())
    const profiles = createProfiles(guard, { from: 'userinfo' })
    const app = new Koa().use(guard).use(async (context) => {
      context.body = await profiles.of(context)
    })
    expect(await call(app.callback(), bearer(pool.mint({ userId: 'mole' })))).toMatchObject({ status: 200, body: mole })
  })

  test('is that of its caller, behind a guard that was narrowed', async () => {
    const guard = authingGuard(optionsOf())
    const profiles = createProfiles(guard.require({ kind: 'machine' }), { from: 'userinfo' })
    const app = express().get('/', guard.require({ kind: 'user' }), async (req, res) => {
      res.json(await profiles.of(req))
    })
    expect(await call(app, bearer(pool.mint({ userId: 'mole' })))).toMatchObject({ status: 200, body: mole })
  })

  test('is that of the credentials that were verified, not of what the request holds by now', async () => {
    const guard = authingGuard(optionsOf())
    const profiles = createProfiles(guard, { from: 'userinfo' })
    const app = express().use(guard, async (req, res) => {
      req.headers.authorization = `Bearer ${pool.mint({ userId: 'somebody else' })}`
      res.json(await profiles.of(req))
    })
    expect(await call(app, bearer(pool.mint({ userId: 'mole' })))).toMatchObject({ status: 200, body: mole })
  })

  test('is that of the token that getToken finds', async () => {
    const guard = authingGuard(optionsOf(), { getToken: (req) => req.headers.cookie?.replace('session=', '') })
    const profiles = createProfiles(guard, { from: 'userinfo' })
    const app = express().use(guard, async (req, res) => void res.json(await profiles.of(req)))
    expect(await call(app, { cookie: `session=${pool.mint({ userId: 'mole' })}` })).toMatchObject({ body: mole })
  })

  test('is not asked for where no handler does', async () => {
    const guard = authingGuard(optionsOf())
    createProfiles(guard, { from: 'userinfo' })
    const app = express().use(guard, (_, res) => void res.json({}))
    expect(await call(app, bearer(pool.mint({ userId: 'mole' })))).toMatchObject({ status: 200 })
    expect(paths()).toEqual([])
  })

  test('can be done without: the handler answers all the same while the endpoint is down', async () => {
    const guard = authingGuard(optionsOf())
    const profiles = createProfiles(guard, { from: 'userinfo' })
    const app = express().use(guard, async (req, res) => {
      const profile = await profiles.of(req).catch((error) => {
        if (!isProfileError(error)) throw error
        return undefined
      })
      res.json({ name: profile?.name ?? 'you' })
    })
    pool.goDown({ fault: 'error', path: '/me' })
    expect(await call(app, bearer(pool.mint({ userId: 'mole' })))).toMatchObject({ status: 200, body: { name: 'you' } })
    pool.comeUp()
  })

  test('is a 503 with Retry-After where the handler does not catch the error', async () => {
    const guard = authingGuard(optionsOf())
    const profiles = createProfiles(guard, { from: 'userinfo' })
    const app = express().use(guard, async (req, res) => void res.json(await profiles.of(req)))
    app.use(authingErrorHandler)
    app.use(((error, _req, res, _next) => {
      res.status(error.status).set(error.headers).json({})
    }) as express.ErrorRequestHandler)
    pool.goDown({ fault: 'error', path: '/me' })
    const { status, headers } = await call(app, bearer(pool.mint({ userId: 'mole' })))
    pool.comeUp()
    expect([status, headers.get('retry-after'), headers.get('cache-control')]).toEqual([503, '1', 'no-store'])
  })

  test('of an anonymous caller is undefined, and nothing is asked', async () => {
    const guard = authingGuard(optionsOf({ credentials: 'optional' }))
    const profiles = createProfiles(guard, { from: 'userinfo' })
    const app = express().use(guard, async (req, res) => void res.json({ profile: (await profiles.of(req)) ?? 'none' }))
    expect(await call(app)).toMatchObject({ status: 200, body: { profile: 'none' } })
    expect(await profiles.of(undefined)).toBeUndefined()
    expect(paths()).toEqual([])
  })

  test('throws where no guard has admitted the request', async () => {
    const { profiles, guard, token } = setUp()
    await expect(profiles.of({})).rejects.toThrow('no guard has admitted this request')
    await expect(profiles.of(await guard.verifyToken(token()))).rejects.toThrow(TypeError)
    expect(paths()).toEqual([])
  })

  test('throws where another guard has admitted the request', async () => {
    const profiles = createProfiles(createGuard(optionsOf()), { from: 'userinfo' })
    const errors: unknown[] = []
    const app = express().use(authingGuard(optionsOf()), async (req, res) => {
      await profiles.of(req).catch((error: unknown) => errors.push(error))
      res.json({})
    })
    await call(app, bearer(pool.mint({ userId: 'mole' })))
    expect(errors).toEqual([
      new TypeError('authing-guard: another guard admitted this request: pass createProfiles the guard that does'),
    ])
    expect(paths()).toEqual([])
  })
})

function setUp(more: object = {}) {
  const guard = createGuard(optionsOf(more))
  const profiles = createProfiles(guard, { from: 'userinfo' })
  const token = (options: object = {}) => pool.mint({ userId: 'mole', ...options })
  return { guard, profiles, token, of: (options: object = {}) => profiles.of(`Bearer ${token(options)}`) }
}

describe('the profile of an Authorization header', () => {
  test('is that of its caller', async () => {
    const { of } = setUp()
    expect(await of()).toEqual({ ...mole, picture: expect.stringMatching(/^https:/), gender: 'U' })
  })

  test.each([
    ['a forged signature', { defect: 'bad_signature' }],
    ['an expired token', { defect: 'expired' }],
    ['a token of another issuer', { defect: 'other_issuer' }],
    ['alg none', { defect: 'no_algorithm' }],
  ])('is refused for %s, and the token is sent nowhere', async (_, options) => {
    const { of } = setUp()
    expect(await refusalOf(of(options))).toMatchObject({ status: 401 })
    expect(paths()).toEqual([])
  })

  test.each([[null], [undefined], [''], ['Basic bW9sZQ=='], ['Bearer']])('is refused for %j', async (header) => {
    const { profiles } = setUp()
    expect([400, 401]).toContain((await refusalOf(profiles.of(header))).status)
  })

  test('emits no events of its own', async () => {
    const events: unknown[] = []
    const { of } = setUp({ onEvent: (event: unknown) => events.push(event) })
    await of()
    await refusalOf(of({ defect: 'expired' }))
    expect(events.filter((event) => !Object(event).type.startsWith('keys'))).toEqual([])
  })
})

describe('a caller', () => {
  test('who is a machine has no profile, and nothing is asked', async () => {
    const { of } = setUp({ accessKeys: 'any' })
    expect(await of({ type: 'machine', userId: undefined })).toBeUndefined()
    expect(paths()).toEqual([])
  })

  test.each(['id_token', 'user_token'])('who sent the %s is refused, and the token is sent nowhere', async (type) => {
    const { of } = setUp()
    const fault = await faultOf(of({ type }))
    expect(fault).toMatchObject({ reason: 'refused', headers: { 'Cache-Control': 'no-store' } })
    expect(fault.detail).toContain(`was not sent this ${type}`)
    expect(paths()).toEqual([])
  })

  test('whose token has expired since it was admitted has no profile any more', async () => {
    const guard = authingGuard(optionsOf())
    const profiles = createProfiles(guard, { from: 'userinfo' })
    const statuses: number[] = []
    const app = express().use(guard, async (req, res) => {
      await profiles.of(req)
      time += 2 * 86_400_000
      await profiles.of(req).catch(({ status }) => statuses.push(status))
      res.json({})
    })
    await call(app, bearer(pool.mint({ userId: 'mole', expiresIn: 86_400 })))
    expect(statuses).toEqual([401])
    expect(paths()).toEqual(['/oidc/me'])
  })

  test('who was revoked gets no cached profile', async () => {
    const { guard, of } = setUp()
    await of()
    await guard.revoke({ userId: 'mole' })
    expect(await refusalOf(of({ claims: { iat: Math.floor(time / 1000) - 1 } }))).toMatchObject({
      reason: 'revoked_token',
    })
  })

  test('who was revoked after the request was admitted gets no cached profile', async () => {
    const guard = authingGuard(optionsOf())
    const profiles = createProfiles(guard, { from: 'userinfo' })
    const reasons: unknown[] = []
    const app = express().use(guard, async (req, res) => {
      await profiles.of(req)
      await guard.revoke({ userId: 'mole' })
      await profiles.of(req).catch(({ reason }) => reasons.push(reason))
      res.json({})
    })
    await call(app, bearer(pool.mint({ userId: 'mole' })))
    expect(reasons).toEqual(['revoked_token'])
  })

  test('who was revoked by another instance gets no cached profile', async () => {
    const asked: string[] = []
    const answer = async (url: string) => {
      asked.push(url)
      return Response.json(claims)
    }
    const instances = fleet(2, { fetch: answer })
    const profiles = createProfiles(instances.first, { from: 'userinfo' })
    const header = `Bearer ${fleetToken()}`
    expect(await profiles.of(header)).toMatchObject({ name: 'Mole' })
    await instances.second.revoke({ userId: claims.sub })
    instances.world.wait(2)
    expect(await refusalOf(profiles.of(header))).toMatchObject({ reason: 'revoked_token' })
    expect(asked).toHaveLength(1)
  })

  test('who isRevoked names gets no cached profile', async () => {
    const revoked = new Set<string>()
    const { of } = setUp({ isRevoked: ({ userId }: { userId: string }) => revoked.has(userId) })
    await of()
    revoked.add('mole')
    expect(await refusalOf(of())).toMatchObject({ reason: 'revoked_token' })
  })
})

describe('the token', () => {
  const server = userinfo()
  beforeEach(() => {
    server.asked.length = 0
  })

  test('goes into the header of one GET to the issuer that it was verified for', async () => {
    const { profiles } = server.open()
    const token = server.token()
    await profiles.of(`Bearer ${token}`)
    expect(server.asked).toMatchObject([
      { method: 'GET', url: '/oidc/me', headers: { authorization: `Bearer ${token}` } },
    ])
  })

  test('of an application with an address of its own asks there', async () => {
    const [, second] = pool.apps
    const { of } = setUp()
    await of({ appId: second?.appId })
    expect(pool.requests.map(({ path }) => path).filter((path) => path.endsWith('/me'))).toHaveLength(1)
    expect(await of({ appId: second?.appId })).toMatchObject(mole)
  })

  test('may be opaque, where introspection admits it', async () => {
    const { issuer } = server
    server.answer = ({ url }) =>
      url.endsWith('/me')
        ? claims
        : { active: true, sub: claims.sub, client_id: 'app', exp: Date.now() / 1000 + 60, token_type: 'Bearer' }
    const guard = createGuard({
      issuer,
      appId: 'app',
      introspection: introspection({ when: 'opaque', clientAuth: 'none' }),
    })
    const profiles = createProfiles(guard, { from: 'userinfo' })
    const header = 'Bearer fa9d2bdd914ea01aa4e434c12d4f919d749fc75c'
    expect(await profiles.of(header)).toMatchObject({ name: 'Mole' })
    expect(server.asked.map(({ url }) => url)).toEqual(['/oidc/token/introspection', '/oidc/me'])
    expect(server.asked[1]?.headers).toMatchObject({ authorization: header })
  })
})
