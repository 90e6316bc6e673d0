import { createGuard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { describe, expect, it } from 'vitest'
import { accessClaims, home, idClaims, refusalOf, userId } from '../support/world.js'

// A guard, stricter guards of it, and what a route may require.

const { guard, token } = home()
const scoped = (scope: string) => token({ ...accessClaims, scope })

describe('a requirement of scope', () => {
  it('is met by exactly that scope, and a list only by all of its scopes', async () => {
    const one = guard.require({ scope: 'book:read' })
    const two = guard.require({ scope: ['book:read', 'book:list'] })
    await expect(one.verifyToken(scoped('a book:read b'))).resolves.toMatchObject({ userId })
    await expect(two.verifyToken(scoped('book:list book:read'))).resolves.toMatchObject({ userId })
    const { headers, detail } = await refusalOf(two.verifyToken(scoped('book:read')))
    expect(headers['WWW-Authenticate']).toContain(', scope="book:read book:list"')
    expect(detail).toBe('the route requires scope "book:read book:list": the token does not grant it')
    for (const scope of ['book:reads', 'abook:read', 'book:Read', 'book:write', '']) {
      expect(await refusalOf(one.verifyToken(scoped(scope)))).toMatchObject({
        reason: 'insufficient_scope',
        status: 403,
      })
    }
  })

  it('is not met by an id token', async () => {
    const { detail } = await refusalOf(
      guard.require({ scope: 'openid' }).verifyToken(token({ ...idClaims, scope: 'openid' })),
    )
    expect(detail).toBe('the route requires scope "openid": an id_token grants no scope')
  })

  it('throws at wiring where it is not understood', async () => {
    const identity = await guard.verifyToken(scoped('book:read'))
    const wrong: readonly (readonly [unknown, RegExp])[] = [
      [undefined, /requirement must be an object/],
      [null, /requirement must be an object/],
      ['book:read', /requirement must be an object/],
      [['book:read'], /requirement must be an object/],
      [{}, /must ask for something/],
      [{ scope: undefined }, /requirement\.scope is undefined/],
      [{ scope: null }, /requirement\.scope is missing/],
      [{ scope: '' }, /requirement\.scope is blank/],
      [{ scope: [] }, /requirement\.scope is an empty list/],
      [{ scope: 'book:read book:list' }, /requirement\.scope must be one scope, or a list with one scope each/],
      [{ scope: 'a"b' }, /requirement\.scope must be one scope/],
      [{ scope: 'a\\b' }, /requirement\.scope must be one scope/],
      [{ scope: '书:read' }, /requirement\.scope must be one scope/],
      [{ scope: ['a', 'a'] }, /requirement\.scope holds the same value twice/],
      [{ scope: [1] }, /requirement\.scope must be a string/],
      [{ scopes: 'book:read' }, /there is no option requirement\.scopes/],
      [{ scope: 'book:read', roles: ['admin'] }, /there is no option requirement\.roles/],
    ]
    for (const [requirement, message] of wrong) {
      for (const one of [guard, authingGuard(guard), guard.require({ scope: 'a' })]) {
        expect(() => one.require(requirement as never), String(message)).toThrow(TypeError)
        expect(() => one.require(requirement as never)).toThrow(/^authing-guard: /)
        expect(() => one.require(requirement as never)).toThrow(message)
      }
      await expect(guard.authorize(identity, requirement as never)).rejects.toThrow(message)
    }
  })

  it('is one object: a second argument throws', async () => {
    const identity = await guard.verifyToken(scoped('book:read'))
    const two = [{ scope: 'book:read' }, { scope: 'book:write' }]
    for (const one of [guard, authingGuard(guard)]) {
      const require = one.require as (...given: unknown[]) => unknown
      expect(() => require(...two)).toThrow(/^authing-guard: .*one/)
    }
    const authorize = guard.authorize as (...given: unknown[]) => Promise<void>
    await expect(authorize(identity, two[0], undefined, two[1])).rejects.toThrow(TypeError)
  })
})

describe('a stricter guard', () => {
  it('checks all requirements of the guards that it was made from', async () => {
    const strict = guard.require({ scope: 'a' }).require({ scope: 'b' }).require({ scope: 'c' })
    await expect(strict.verifyToken(scoped('a b c'))).resolves.toMatchObject({ userId })
    await expect(strict.authenticate(`Bearer ${scoped('c b a d')}`)).resolves.toMatchObject({ userId })
    for (const scope of ['a b', 'b c', 'a c', 'a', '']) {
      expect(await refusalOf(strict.verifyToken(scoped(scope)))).toMatchObject({ status: 403 })
    }
    await expect(guard.verifyToken(scoped(''))).resolves.toMatchObject({ userId })
  })

  it('refuses a bad token before it checks a scope', async () => {
    const strict = guard.require({ scope: 'a' })
    expect(await refusalOf(strict.verifyToken('x'))).toMatchObject({ status: 401 })
    expect(await refusalOf(strict.authenticate(undefined))).toMatchObject({ status: 401 })
  })

  it('refuses anonymous callers', async () => {
    const open = home({ credentials: 'optional' })
    await expect(open.guard.authenticate(undefined)).resolves.toBeUndefined()
    const strict = open.guard.require({ scope: 'a' })
    expect(await refusalOf(strict.authenticate(undefined))).toMatchObject({ status: 401, reason: 'missing_token' })
  })
})

describe('authorize', () => {
  it('checks one requirement for an identity', async () => {
    const identity = await guard.verifyToken(scoped('book:read'))
    await expect(guard.authorize(identity, { scope: 'book:read' })).resolves.toBeUndefined()
    expect(await refusalOf(guard.authorize(identity, { scope: 'book:write' }))).toMatchObject({ status: 403 })
  })

  it('refuses an undefined identity, whatever the requirement', async () => {
    const { guard } = home({ credentials: 'optional' })
    const nobody = (await guard.authenticate(undefined)) as never
    for (const requirement of [{ when: () => true }, { scope: 'book:read' }]) {
      expect(await refusalOf(guard.authorize(nobody, requirement))).toMatchObject({
        status: 401,
        reason: 'missing_token',
      })
    }
    await expect(guard.authorize(nobody, {})).rejects.toThrow(/^authing-guard: a requirement must ask for something/)
  })

  it('does not check what the guard itself requires', async () => {
    const identity = await guard.verifyToken(scoped('book:read'))
    const strict = guard.require({ scope: 'never' })
    await expect(strict.authorize(identity, { scope: 'book:read' })).resolves.toBeUndefined()
  })
})

describe('a guard of a guard', () => {
  it('works like the guard that it was made from, in another adapter too', async () => {
    const adapter = authingGuard(guard)
    await expect(adapter.verifyToken(token())).resolves.toMatchObject({ userId })
    await expect(authingGuard(adapter).verifyToken(token())).resolves.toMatchObject({ userId })
    expect(typeof adapter).toBe('function')
    const plain = createGuard(adapter as never)
    await expect(plain.verifyToken(token())).resolves.toMatchObject({ userId })
  })

  it('is not made from a function that is not a guard', () => {
    for (const value of [() => {}, function guard() {}, class Guard {}]) {
      expect(() => createGuard(value as never)).toThrow('authing-guard: the options must be an object')
    }
  })
})

describe('the methods of a guard', () => {
  it.each<unknown>([Number.NaN, -1, '5', null, 1e12])('ready says that a timeout of %j is none', async (timeout) => {
    const { guard } = home()
    const ready = async () => guard.ready({ timeout } as never)
    await expect(ready()).rejects.toThrow(/^authing-guard: .*timeout/)
  })

  it.each<unknown>([undefined, null, '', 5])('distrustKey throws for %j, which is not a kid', (kid) => {
    const { guard } = home()
    expect(() => guard.distrustKey(kid as string)).toThrow(/^authing-guard: /)
  })
})

describe('an error that is not a refusal', () => {
  it('rejects the promise unchanged, and is not thrown synchronously', async () => {
    const broken = new Error('the clock is broken')
    const { guard, token } = home({
      now: () => {
        throw broken
      },
    })
    const verdict = guard.verifyToken(token())
    await expect(verdict).rejects.toBe(broken)
  })
})
