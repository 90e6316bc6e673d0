import { createGuard, GuardError, type Identity } from 'authing-guard'
import { type AuthorizerEvent, createAuthorizer } from 'authing-guard/serverless'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, describe, expect, test } from 'vitest'

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
const lost = await createUserPool()
lost.goDown()
afterAll(() => Promise.all([pool.close(), lost.close()]))

const guard = createGuard({ ...pool.guardOptions, accessKeys: 'any' })
const authorize = createAuthorizer(guard)
const readers = createAuthorizer(guard.require({ scope: 'book:read' }))
const methodArn = 'arn:aws:execute-api:cn-north-1:123456789012:abcdef/prod/GET/books'
const good = `Bearer ${pool.mint()}`

const token = (authorizationToken: string) => ({ type: 'TOKEN', authorizationToken, methodArn })
const rest = (authorization: string) => ({
  type: 'REQUEST',
  methodArn,
  headers: { Authorization: authorization },
  multiValueHeaders: { Authorization: [authorization] },
})
const http = (authorization: string) => ({
  version: '2.0',
  type: 'REQUEST',
  routeArn: methodArn,
  identitySource: [authorization],
  headers: { authorization },
})
const policy = (principalId: string, Effect: 'Allow' | 'Deny') => ({
  principalId,
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: methodArn }],
  },
})

describe('an authorizer', () => {
  test('allows the one method that was asked for, in IAM’s terms', async () => {
    for (const event of [token(good), rest(good), { ...rest(good), version: '1.0' }]) {
      expect(await authorize(event)).toMatchObject(policy('ratty', 'Allow'))
    }
    const machine = pool.mint({ type: 'machine' })
    expect(await authorize(token(`Bearer ${machine}`))).toMatchObject({ context: { kind: 'machine' } })
    expect(await authorize(token(`Bearer ${machine}`))).toMatchObject(
      policy(pool.accessKeys[0]?.accessKeyId ?? '', 'Allow'),
    )
  })

  test('denies a path with an IAM wildcard, which would also allow other paths', async () => {
    for (const wide of ['*', 'a*', '?']) {
      const event = { ...token(good), methodArn: `${methodArn}/${wide}` }
      const [statement] = (await createAuthorizer(guard, { response: 'policy' })(event)).policyDocument.Statement
      expect(statement).toMatchObject({ Effect: 'Deny' })
      expect(await createAuthorizer(guard, { response: 'simple' })(event)).toMatchObject({ isAuthorized: true })
    }
  })

  test('answers yes or no in format 2.0', async () => {
    expect(await authorize(http(good))).toMatchObject({ isAuthorized: true, context: { userId: 'ratty' } })
    expect(await readers(http(good))).toEqual({ isAuthorized: false, context: {} })
  })

  test('answers in the form that the gateway is set to', async () => {
    expect(await createAuthorizer(guard, { response: 'policy' })(http(good))).toMatchObject(policy('ratty', 'Allow'))
    const { isAuthorized } = await createAuthorizer(guard, { response: 'simple' })(rest(good))
    expect(isAuthorized).toBe(true)
  })

  test('passes the caller on in flat values', async () => {
    const { context } = await createAuthorizer(guard, { response: 'simple' })(http(good))
    expect(context).toEqual({
      kind: 'user',
      userId: 'ratty',
      tokenType: 'access_token',
      issuer: pool.issuer,
      appId: pool.appId,
      scopes: 'openid profile email phone',
      issuedAt: expect.any(Number),
      expiresAt: expect.any(Number),
    })
  })

  test('denies a caller who does not meet the requirement', async () => {
    const denied = await readers(token(good))
    expect(denied).toEqual({ ...policy('nobody', 'Deny'), context: {} })
  })

  test('throws Unauthorized, which the gateway answers as 401', async () => {
    const bad = ['Bearer garbage', 'Bearer', `Bearer ${pool.mint({ defect: 'expired' })}`, '', `${good}, ${good}`]
    for (const value of bad) {
      for (const event of [token(value), rest(value), http(value)]) {
        await expect(authorize(event)).rejects.toThrow(/^Unauthorized$/)
      }
    }
    await expect(authorize({ type: 'TOKEN', methodArn })).rejects.toThrow(/^Unauthorized$/)
    const twice = { ...rest(good), multiValueHeaders: { Authorization: [good, good] } }
    await expect(authorize(twice)).rejects.toThrow(/^Unauthorized$/)
    // A token of another place than the one that the gateway looked at is not taken.
    await expect(authorize({ ...rest(good), type: 'TOKEN' })).rejects.toThrow(/^Unauthorized$/)
  })

  test('throws an outage as it is: no denial that a gateway would remember', async () => {
    const event = token(`Bearer ${lost.mint()}`)
    const error = await createAuthorizer(createGuard(lost.guardOptions))(event).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(GuardError)
    expect(error).toMatchObject({ status: 503 })
  })

  test('denies anonymous callers, even where credentials are optional', async () => {
    const optional = createGuard({ ...pool.guardOptions, credentials: 'optional' })
    const lenient = Reflect.apply(createAuthorizer, undefined, [optional])
    expect(await lenient({ type: 'REQUEST', methodArn, headers: {} })).toMatchObject(policy('nobody', 'Deny'))
  })

  test('takes the token of a browser’s WebSocket out of the query', async () => {
    const getToken = (event: AuthorizerEvent) => event.queryStringParameters?.['token']
    const connect = createAuthorizer(guard, { getToken })
    const event = { type: 'REQUEST', methodArn, headers: {}, queryStringParameters: { token: good.slice(7) } }
    expect(await connect(event)).toMatchObject(policy('ratty', 'Allow'))
    await expect(connect({ ...event, queryStringParameters: null })).rejects.toThrow(/^Unauthorized$/)
    await expect(connect({ ...event, headers: { authorization: good } })).rejects.toThrow(/^Unauthorized$/)
  })

  test('passes on what context makes of the identity', async () => {
    const context = ({ kind, claims }: Identity) => ({ kind, email: String(claims['email']), vip: true })
    const own = createAuthorizer(guard, { context })
    const email = `Bearer ${pool.mint({ claims: { email: 'ratty@example.com' } })}`
    expect(await own(http(email))).toEqual({
      isAuthorized: true,
      context: { kind: 'user', email: 'ratty@example.com', vip: true },
    })
    expect(await createAuthorizer(guard.require({ scope: 'a' }), { context })(http(email))).toMatchObject({
      context: {},
    })
  })

  test.each([[undefined], [null], ['text'], [['a']], [{ claims: {} }], [Promise.resolve({ kind: 'user' })]])(
    'throws where context returns something that a gateway does not pass on: %j',
    async (value) => {
      const own = createAuthorizer(guard, { context: () => value as never })
      await expect(own(http(good))).rejects.toThrow(
        'authing-guard: authorizer.context must return an object of strings, numbers and booleans',
      )
    },
  )

  test('answers AppSync in its form: with the caller, with a denial, and an outage as it is', async () => {
    const event = { authorizationToken: good, requestContext: { apiId: 'a' }, requestHeaders: {} }
    expect(await authorize(event)).toEqual({
      isAuthorized: true,
      resolverContext: expect.objectContaining({ kind: 'user', userId: 'ratty' }),
    })
    const denied = { isAuthorized: false, resolverContext: {} }
    expect(await authorize({ ...event, authorizationToken: 'Bearer garbage' })).toEqual(denied)
    expect(await authorize({ ...event, authorizationToken: undefined })).toEqual(denied)
    expect(await readers(event)).toEqual(denied)
    const outage = createAuthorizer(createGuard(lost.guardOptions), { response: 'appsync' })
    const asked = outage({ ...event, authorizationToken: `Bearer ${lost.mint()}` })
    await expect(asked).rejects.toMatchObject({ status: 503 })
  })

  test('throws for wrong arguments', async () => {
    const make = (...given: readonly unknown[]) => Reflect.apply(createAuthorizer, undefined, given)
    expect(() => make(pool.guardOptions)).toThrow(/^authing-guard: the first argument must be a guard/)
    expect(() => make(guard, { response: 'iam' })).toThrow(/^authing-guard: authorizer.response must be/)
    expect(() => make(guard, { respond: 'iam' })).toThrow(/^authing-guard: there is no option authorizer.respond/)
    const noMethod = { type: 'REQUEST', headers: { authorization: good } }
    await expect(authorize(noMethod)).rejects.toThrow(/^authing-guard: the event has no methodArn/)
  })
})
