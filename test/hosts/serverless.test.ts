import { createGuard, type Identity } from 'authing-guard'
import { type HttpEvent, withIdentity } from 'authing-guard/serverless'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, describe, expect, test } from 'vitest'

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
afterAll(() => pool.close())
const guard = createGuard(pool.guardOptions)
const good = pool.mint()
const tell = withIdentity(guard, (_event, identity) => ({ statusCode: 200, body: identity.kind }))

describe('the Authorization header of an event', () => {
  const statusOf = async (event: HttpEvent) => (await tell({ ...event })).statusCode
  const bearer = `Bearer ${good}`

  test('is found under its name in any case', async () => {
    for (const name of ['Authorization', 'authorization', 'AUTHORIZATION', 'aUTHORIZATION']) {
      expect(await statusOf({ headers: { [name]: bearer } })).toBe(200)
      expect(await statusOf({ multiValueHeaders: { [name]: [bearer] } })).toBe(200)
      expect(await statusOf({ headers: { [name]: bearer }, multiValueHeaders: { [name]: [bearer] } })).toBe(200)
    }
  })

  test('is not looked for in an event of Lambda@Edge, whose error says what to do', async () => {
    const event = { Records: [{ cf: { request: { headers: { authorization: [{ value: bearer }] } } } }] }
    await expect(statusOf(event as HttpEvent)).rejects.toThrow(/^authing-guard: the event has Records, .* Lambda@Edge/)
  })

  test('is missing where there are no headers', async () => {
    for (const event of [{}, { headers: null }, { headers: null, multiValueHeaders: null }, { headers: undefined }]) {
      expect(await statusOf(event)).toBe(401)
    }
    expect(await statusOf({ headers: Object.create({ authorization: bearer }) })).toBe(401)
    expect(await Reflect.apply(tell, undefined, [undefined])).toMatchObject({ statusCode: 401 })
    expect(await Reflect.apply(tell, undefined, [null])).toMatchObject({ statusCode: 401 })
  })

  test('is refused where it is there twice, or the two forms of headers differ', async () => {
    const twice = [
      { headers: { Authorization: bearer, authorization: bearer } },
      { headers: { authorization: [bearer, bearer] } },
      { headers: { authorization: [bearer] } },
      { multiValueHeaders: { authorization: [bearer, bearer] } },
      { multiValueHeaders: { Authorization: [bearer], authorization: [bearer] } },
      { headers: { authorization: bearer }, multiValueHeaders: { authorization: ['Bearer x', bearer] } },
      { headers: { authorization: bearer }, multiValueHeaders: { authorization: [`Bearer ${pool.mint()}`] } },
      {
        headers: { Authorization: bearer, authorization: 'Bearer x' },
        multiValueHeaders: { authorization: [bearer] },
      },
      { headers: { authorization: `${bearer},${bearer}` } },
      { headers: { authorization: 7 } },
      { headers: { authorization: {} } },
    ]
    for (const event of twice) expect(await statusOf(event), JSON.stringify(event).slice(0, 60)).toBe(400)
  })
})

describe('an event', () => {
  const event = { headers: { authorization: `Bearer ${good}` }, body: 'SGVsbG8=', isBase64Encoded: true }
  const echo = withIdentity(guard, (given: typeof event, _identity, ...rest: readonly unknown[]) => ({ given, rest }))

  test('is passed to the handler as it is, followed by the context', async () => {
    const context = { awsRequestId: '1' }
    const answer = await echo(event, context)
    expect(answer).toEqual({ given: event, rest: [context] })
    expect(Reflect.get(answer, 'given')).toBe(event)
  })

  test('may come as bytes or text of JSON', async () => {
    expect(await echo(Buffer.from(JSON.stringify(event)))).toMatchObject({ given: event })
    expect(await echo(new TextEncoder().encode(JSON.stringify(event)))).toMatchObject({ given: event })
    expect(await echo(JSON.stringify(event))).toMatchObject({ given: event })
    await expect(echo('garbage')).rejects.toThrow(SyntaxError)
  })
})

describe('an answer', () => {
  test('is a refusal in JSON with its challenge', async () => {
    expect(await tell({ headers: {} })).toEqual({
      statusCode: 401,
      headers: {
        'Cache-Control': 'no-store',
        'Content-Type': 'application/json; charset=utf-8',
        'WWW-Authenticate': 'Bearer realm="authing"',
      },
      body: '{"error":"unauthorized","error_description":"This resource needs an access token in the Authorization header."}',
      isBase64Encoded: false,
    })
  })

  test('has its headers in both forms where the event has both', async () => {
    expect(await tell({ headers: {}, multiValueHeaders: {} })).toMatchObject({
      headers: { 'WWW-Authenticate': 'Bearer realm="authing"' },
      multiValueHeaders: { 'WWW-Authenticate': ['Bearer realm="authing"'] },
    })
  })

  test('to a refusal of guard.authorize in the handler is JSON too; the handler’s own errors are thrown on', async () => {
    const late = withIdentity(guard, (_event, identity: Identity) => guard.authorize(identity, { scope: 'book:read' }))
    expect(await late({ headers: { authorization: `Bearer ${good}` } })).toMatchObject({ statusCode: 403 })
    const own = new Error('the handler broke')
    const broken = withIdentity(guard, async () => {
      throw own
    })
    await expect(broken({ headers: { authorization: `Bearer ${good}` } })).rejects.toBe(own)
  })
})

describe('a container that was frozen and thawed', () => {
  test('refreshes keys that went stale, though no timer has run and its last fetch never ends', async () => {
    let now = Date.now()
    let asked = 0
    const silent = () => new Promise<Response>(() => {})
    let answer: () => Promise<Response> = async () => Response.json(pool.jwks())
    const frozen = createGuard({
      ...pool.guardOptions,
      now: () => now,
      fetch: () => {
        asked++
        return answer()
      },
    })
    const invoke = withIdentity(frozen, () => ({ statusCode: 200 }))
    const event = { headers: { authorization: `Bearer ${pool.mint({ expiresIn: 86_400 })}` } }
    expect(await invoke(event)).toEqual({ statusCode: 200 })

    // A refresh begins, and the container freezes before it ends: neither its fetch nor its timer comes back.
    answer = silent
    now += 590_000
    expect(await invoke(event)).toEqual({ statusCode: 200 })
    expect(asked).toBe(2)

    answer = async () => Response.json(pool.jwks())
    now += 7_200_000
    expect(await invoke(event)).toEqual({ statusCode: 200 })
    expect(asked).toBe(3)
    expect(frozen.health().state).toBe('fresh')
  })

  test('lets no token live longer for it', async () => {
    let now = Date.now()
    const frozen = createGuard({ ...pool.guardOptions, now: () => now })
    const invoke = withIdentity(frozen, () => ({ statusCode: 200 }))
    const event = { headers: { authorization: `Bearer ${pool.mint({ expiresIn: 60 })}` } }
    expect(await invoke(event)).toEqual({ statusCode: 200 })
    now += 70_000
    expect(await invoke(event)).toMatchObject({ statusCode: 401 })
  })
})
