import type { IncomingMessage } from 'node:http'
import { createGuard, type Identity } from 'authing-guard'
import { authingErrorHandler, authingGuard } from 'authing-guard/express'
import { introspection } from 'authing-guard/introspection'
import express, { type RequestHandler } from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { closed, portOf } from '../support/http.js'
import { expect401, idClaims, refusalOf, userId, without } from '../support/world.js'
import { activeReply, issuerThat, jwt, opaqueToken } from './issuer.js'

// `guard.require({ introspection: true })`: asked on this route, whatever the guard asks by itself.

const about = without(activeReply, 'jti')
const silent = { introspection: { when: 'never' } }

describe('a route that requires it', () => {
  test('asks, and the others do not', async () => {
    let active = true
    const { guard, access, asked, pass } = await issuerThat(() => ({ ...about, active }), silent)
    const strict = guard.require({ introspection: true })
    const token = access()
    await guard.verifyToken(token)
    expect(asked).toEqual([])
    await expect(strict.verifyToken(token)).resolves.toMatchObject({ userId })
    active = false
    pass(10)
    await expect401(strict, token, 'inactive_token')
    await expect(guard.verifyToken(token)).resolves.toMatchObject({ userId })
    expect(asked).toHaveLength(2)
  })

  test('asks after what costs less', async () => {
    const { guard, access, asked } = await issuerThat(() => about, silent)
    const error = await refusalOf(guard.require({ introspection: true, scope: 'book:write' }).verifyToken(access()))
    expect(error.reason).toBe('insufficient_scope')
    expect(asked).toEqual([])
  })

  test('asks about opaque tokens what the guard has asked a moment ago', async () => {
    let active = true
    const { guard, asked, pass } = await issuerThat(() => ({ ...about, active }))
    const identity = await guard.verifyToken(opaqueToken)
    await guard.authorize(identity, { introspection: true })
    expect(asked).toHaveLength(1)
    pass(10)
    await guard.authorize(identity, { introspection: true })
    active = false
    pass(10)
    expect((await refusalOf(guard.authorize(identity, { introspection: true }))).reason).toBe('inactive_token')
    expect(asked).toHaveLength(3)
  })

  test('refuses an opaque token that has become somebody else’s', async () => {
    let sub = userId
    const { guard, pass } = await issuerThat(() => ({ ...about, sub }))
    const identity = await guard.verifyToken(opaqueToken)
    sub = 'somebody else'
    pass(10)
    expect((await refusalOf(guard.authorize(identity, { introspection: true }))).reason).toBe('wrong_claim')
  })

  test('refuses unasked what nobody can be asked about', async () => {
    const userPool = { id: 'pool-1', jwtSecret: 'the secret of the pool, of more than 32 bytes' }
    const { guard, issuer, asked } = await issuerThat(() => about, { ...silent, userPool })
    const token = jwt({ ...idClaims, iss: issuer })
    await expect(guard.verifyToken(token)).resolves.toMatchObject({ tokenType: 'id_token' })
    await expect401(guard.require({ introspection: true }), token, 'not_admitted')
    expect(asked).toEqual([])
  })
})

describe('behind the guard', () => {
  test.each([
    ['asks once for a request that two guards of the same settings admit', (_: IncomingMessage) => {}, 200],
    [
      'refuses a request whose token is gone by then',
      (request: IncomingMessage) => {
        delete request.headers.authorization
        request.rawHeaders.length = 0
      },
      401,
    ],
  ])('%s', async (_, change, status) => {
    const { guard, access, asked } = await issuerThat(() => about, silent)
    const middleware = authingGuard(guard)
    const between: RequestHandler = (req, _res, next) => {
      change(req)
      next()
    }
    const app = express()
    app.use(middleware, between)
    app.get('/', middleware.require({ introspection: true }), (_req, res) => void res.json({}))
    app.use(authingErrorHandler)
    const server = app.listen(0, '127.0.0.1')
    onTestFinished(() => closed(server))
    await new Promise((listens) => server.once('listening', listens))
    const response = await fetch(`http://127.0.0.1:${portOf(server)}/`, {
      headers: { authorization: `Bearer ${access()}` },
    })
    expect(response.status).toBe(status)
    expect(asked).toHaveLength(status === 200 ? 1 : 0)
  })
})

describe('an identity', () => {
  test('that this guard proved can be asked about later', async () => {
    const { guard, access, asked } = await issuerThat(() => about, silent)
    const identity = await guard.require({ kind: 'user' }).verifyToken(access())
    await guard.authorize(identity, { introspection: true })
    expect(asked).toHaveLength(1)
    expect(Reflect.ownKeys(identity).map(String).join()).not.toMatch(/token$/)
  })

  test('that it did not prove is refused, and nobody is asked', async () => {
    const { guard, access, asked } = await issuerThat(() => about, silent)
    const other = await issuerThat(() => about, silent)
    const identity = await guard.verifyToken(access())
    const strangers: readonly Identity[] = [{ ...identity }, await other.guard.verifyToken(other.access())]
    for (const stranger of strangers) {
      const error = await refusalOf(guard.authorize(stranger, { introspection: true }))
      expect(error).toMatchObject({ status: 503, reason: 'introspection_unavailable' })
      expect(error.detail).toMatch(/^this guard did not verify the identity/)
    }
    expect([...asked, ...other.asked]).toEqual([])
  })
})

describe('a requirement', () => {
  test('that cannot be met is refused at wiring', async () => {
    const { guard, issuer } = await issuerThat(() => about, silent)
    const plain = createGuard({ issuer, appId: 'a' })
    const half = createGuard({
      apps: [
        { issuer, appId: 'a', introspection: { clientSecret: 's', opaque: true } },
        { issuer, appId: 'b' },
      ],
      introspection: introspection({ when: 'opaque' }),
      accept: ['access_token', 'opaque'],
    })
    const wrong = [
      [
        plain,
        { introspection: true },
        "requirement.introspection needs the guard's option introspection: introspection({ clientSecret })",
      ],
      [
        half,
        { introspection: true },
        'requirement.introspection needs introspection: { clientSecret } of each application in apps',
      ],
      [guard, { introspection: false }, 'requirement.introspection must be true'],
      [guard, { introspection: undefined }, 'requirement.introspection is undefined'],
      [
        guard,
        { introspection: true, accept: 'id_token' },
        'requirement.accept leaves out access_token and opaque, and about',
      ],
      [guard, { scope: 'a:b', accept: 'user_token' }, 'requirement.accept leaves out access_token and opaque, and no'],
    ] as const
    for (const [who, requirement, says] of wrong) {
      expect(() => who.require(requirement as never)).toThrow(`authing-guard: ${says}`)
    }
    for (const accept of ['access_token', 'opaque', ['id_token', 'opaque']] as const) {
      expect(() => guard.require({ introspection: true, scope: 'book:read', accept })).not.toThrow()
    }
  })

  test('names what was sent, where another kind of token was required', async () => {
    const { guard } = await issuerThat(() => about)
    const { detail } = await expect401(guard.require({ accept: 'id_token' }), opaqueToken, 'not_admitted')
    expect(detail).toBe('the route accepts id_token, the token is an opaque token')
  })
})
