import { authingGuard } from 'authing-guard/express'
import { createProfiles } from 'authing-guard/profile'
import express from 'express'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { listen } from '../../examples/listen.js'
import { user } from '../authorization/callers.js'
import { accessKey, appId, userId } from '../support/world.js'
import { claims, faultOf, Raw, userinfo } from './world.js'

// How often Authing is asked, and who gets whose profile.

const server = userinfo()
beforeEach(() => {
  server.asked.length = 0
  server.answer = () => claims
})

describe('100 requests at the same time', () => {
  test('with one token ask once, over HTTP', async () => {
    const { guard, profiles } = server.open()
    const app = express().use(authingGuard(guard), async (req, res) => void res.json(await profiles.of(req)))
    const { url, close } = await listen(app)
    const headers = { authorization: `Bearer ${server.token()}` }
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const response = await fetch(url, { headers })
        return response.json()
      }),
    )
    await close()
    expect(new Set(answers.map((profile) => Object(profile).userId))).toEqual(new Set([userId]))
    expect(server.asked).toHaveLength(1)
  })

  test('of 100 users get each their own profile', async () => {
    const { profiles } = server.open()
    server.answer = ({ headers }) => {
      const [, part = ''] = String(headers.authorization).split('.')
      const { sub } = JSON.parse(Buffer.from(part, 'base64url').toString())
      return { sub, name: `the name of ${sub}` }
    }
    const subs = Array.from({ length: 100 }, (_, at) => `user-${at}`)
    const found = await Promise.all(subs.map((sub) => profiles.of(`Bearer ${server.token({ sub })}`)))
    expect(found.map((profile) => profile?.name)).toEqual(subs.map((sub) => `the name of ${sub}`))
    expect(server.asked).toHaveLength(100)
  })

  test('are 32 calls at once at most', async () => {
    let running = 0
    let most = 0
    const asking = async (_: string, init: { headers: { authorization: string } }) => {
      most = Math.max(most, ++running)
      await new Promise((turn) => setImmediate(turn))
      running--
      const [, part = ''] = init.headers.authorization.split('.')
      return Response.json({ sub: JSON.parse(Buffer.from(part, 'base64url').toString()).sub })
    }
    const { of } = server.open({ fetch: asking })
    await Promise.all(Array.from({ length: 100 }, (_, at) => of({ sub: `user-${at}` })))
    expect(most).toBe(32)
  })

  test('beyond those that may wait are told to try again', async () => {
    const release: (() => void)[] = []
    const { profiles } = server.open({
      fetch: async () => {
        await new Promise<void>((go) => release.push(go))
        return Response.json(claims)
      },
    })
    // Different tokens of one user: each is a question of its own.
    const tokens = Array.from({ length: 1033 }, (_, at) => server.token({ jti: `token-${at}` }))
    const looked = tokens.map((token) => profiles.of(`Bearer ${token}`))
    const last = await faultOf(
      Promise.any(
        looked.map((one) =>
          one.then(
            () => never,
            (error) => error,
          ),
        ),
      ).then((error) => Promise.reject(error)),
    )
    expect(last).toMatchObject({ reason: 'unavailable', detail: 'too many questions at the same time' })
    expect(last.headers).toMatchObject({ 'Retry-After': '1' })
    const settled = Promise.allSettled(looked)
    while (release.length > 0) {
      for (const go of release.splice(0)) go()
      await new Promise((turn) => setImmediate(turn))
    }
    expect((await settled).filter(({ status }) => status === 'rejected')).toHaveLength(1)
  })
})

const never = new Promise<never>(() => {})

/** A `fetch` that holds every answer until this many were asked for. */
function together(count: number) {
  const held: (() => void)[] = []
  return async (url: string, init: RequestInit) => {
    await new Promise<void>((go) => {
      held.push(go)
      if (held.length === count) for (const release of held) release()
    })
    return fetch(url, init)
  }
}

describe('a profile', () => {
  test('is kept for 60 seconds from the question on', async () => {
    const world = server.open()
    const first = await world.of()
    world.time += 59_999
    expect(await world.of()).toBe(first)
    world.time += 1
    expect(await world.of()).not.toBe(first)
    expect(server.asked).toHaveLength(2)
  })

  test('is asked for each time with cacheSeconds: 0, and is kept for as long as that says', async () => {
    const none = server.open({}, 0)
    await none.of()
    await none.of()
    expect(server.asked).toHaveLength(2)
    const long = server.open({}, 300)
    await long.of()
    long.time += 299_999
    await long.of()
    expect(server.asked).toHaveLength(3)
  })

  test('is not served by a clock that was set back', async () => {
    const world = server.open()
    await world.of()
    world.time -= 1
    await world.of()
    expect(server.asked).toHaveLength(2)
  })

  test('is shared by all tokens of a user that grant the same', async () => {
    const { of } = server.open()
    const first = await of({ jti: 'one', scope: 'openid email' })
    expect(await of({ jti: 'another', scope: 'email openid' })).toBe(first)
    expect(server.asked).toHaveLength(1)
  })

  test.each([
    ['that grants less', { scope: 'openid' }, {}],
    ['that grants more', { scope: 'openid email phone' }, {}],
    ['of an access key that acts for the user', { aud: accessKey, azp: appId, scope: 'openid email' }, {}],
    ['of another tenant', { scope: 'openid email', tenant_id: 'tenant' }, {}],
    ['of another user', { scope: 'openid email', sub: 'ratty' }, { sub: 'ratty' }],
  ])('is not that of a token %s', async (_, token, answer) => {
    const { of } = server.open({ accessKeys: 'any', delegates: 'allow' })
    const first = await of({ scope: 'openid email' })
    server.answer = () => ({ ...claims, email: null, ...answer })
    const second = await of(token)
    expect([first?.email, second?.email]).toEqual([claims.email, undefined])
    expect(server.asked).toHaveLength(2)
  })

  test('is not that of another application with the same user', async () => {
    const { issuer, jwks } = server
    const apps = [appId, 'another'].map((one) => ({ issuer, appId: one, jwks }))
    const { of } = server.open({ issuer: undefined, appId: undefined, jwks: undefined, apps })
    await of()
    await of({ aud: 'another' })
    expect(server.asked.filter(({ url }) => url.endsWith('/me'))).toHaveLength(2)
  })

  test.each([
    ['its user', { userId }, 2],
    ['everyone', { everyone: true }, 2],
    ['another user', { userId: 'ratty' }, 1],
    ['an access key that it is not for', { clientId: accessKey }, 1],
  ])('is dropped by guard.forget of %s where that includes it', async (_, whose, asked) => {
    const { guard, of } = server.open()
    await of()
    guard.forget(whose as { userId: string })
    await of()
    expect(server.asked).toHaveLength(asked)
  })

  test('of a delegate is dropped by guard.forget of the access key', async () => {
    const { guard, of } = server.open({ accessKeys: 'any', delegates: 'allow' })
    const token = { aud: accessKey, azp: appId }
    await of(token)
    guard.forget({ clientId: accessKey })
    await of(token)
    expect(server.asked).toHaveLength(2)
  })

  test('that was asked for before guard.forget is answered, and not kept', async () => {
    const { guard, of } = server.open({
      fetch: async () => {
        server.asked.push({ method: '', url: '', headers: {} })
        if (server.asked.length === 1) guard.forget({ everyone: true })
        return Response.json(claims)
      },
    })
    await of()
    await of()
    await of()
    expect(server.asked).toHaveLength(2)
  })

  test('of one user too many takes the place of the one that was used least recently', async () => {
    const { lookUp, asked } = managed(() => ({}))
    for (let at = 0; at < 10_000; at++) await lookUp(`user-${at}`)
    await lookUp('user-0')
    await lookUp('one more')
    expect(asked).toHaveLength(10_001)
    await lookUp('user-0')
    expect(asked).toHaveLength(10_001)
    await lookUp('user-1')
    expect(asked).toHaveLength(10_002)
  })

  test('that is large takes the place of several: all of them together have 16 Mi characters at most', async () => {
    const { lookUp, asked } = managed(() => ({ customData: 'x'.repeat(250_000) }))
    for (let at = 0; at < 70; at++) await lookUp(`user-${at}`)
    await lookUp('user-69')
    expect(asked).toHaveLength(70)
    await lookUp('user-0')
    expect(asked).toHaveLength(71)
  })

  test('that is nested too deep to measure is answered, and not kept', async () => {
    const depth = 30_000
    server.answer = () => new Raw(200, `{"sub":"${userId}","deep":${'['.repeat(depth)}${']'.repeat(depth)}}`)
    const { of } = server.open()
    expect(await of()).toEqual({ userId, emailVerified: false, phoneVerified: false })
    await of()
    expect(server.asked).toHaveLength(2)
  })
})

/** Profiles from a management API in this process. */
function managed(more: () => object) {
  const asked: string[] = []
  const answer = async (url: string) => {
    const asksUser = new URL(url).searchParams.get('userId')
    if (asksUser === null) return Response.json({ statusCode: 200, data: { access_token: 'token', expires_in: 7200 } })
    asked.push(asksUser)
    return Response.json({ statusCode: 200, data: { userId: asksUser, ...more() } })
  }
  const { guard } = server.open({ fetch: answer })
  const profiles = createProfiles(guard, { from: 'management', accessKeyId: 'key', accessKeySecret: 'secret' })
  return { asked, lookUp: (id: string) => profiles.ofIdentity(user({ userId: id })) }
}

describe('a refusal', () => {
  const refusing = (bad: string) => {
    server.answer = ({ headers }) => (headers.authorization === `Bearer ${bad}` ? new Raw(401, '{}') : claims)
  }

  test('of one token is not the refusal of another one of the same user', async () => {
    const { profiles } = server.open({ fetch: together(2) })
    const [bad, good] = [server.token({ jti: 'bad' }), server.token({ jti: 'good' })]
    refusing(bad)
    const [refused, found] = await Promise.allSettled([bad, good].map((token) => profiles.of(`Bearer ${token}`)))
    expect([refused?.status, found?.status]).toEqual(['rejected', 'fulfilled'])
  })

  test('is kept for 2 seconds, so that a client in a loop costs one question in that time', async () => {
    const world = server.open()
    const bad = server.token()
    refusing(bad)
    const ask = () => faultOf(world.profiles.of(`Bearer ${bad}`))
    expect([await ask(), await ask()]).toMatchObject([{ reason: 'refused' }, { reason: 'refused' }])
    expect(server.asked).toHaveLength(1)
    world.time += 2000
    await ask()
    expect(server.asked).toHaveLength(2)
  })
})

describe('where the runtime cancels what a request started', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  test('each request asks by itself, and none waits for a place', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
    const { profiles } = server.open({ fetch: together(2) })
    const header = `Bearer ${server.token()}`
    const found = await Promise.all([profiles.of(header), profiles.of(header)])
    expect(found.map((profile) => profile?.name)).toEqual(['Mole', 'Mole'])
    expect(server.asked).toHaveLength(2)
  })
})
