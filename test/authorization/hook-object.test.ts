import { createGuard, type PermissionHookObject } from 'authing-guard'
import { describe, expect, test, vi } from 'vitest'
import { appId, issuer } from '../support/world.js'
import { gate, statusOf, user } from './callers.js'

// What the option checkPermission may be, and how a guard reads it.

const check = async () => true
const make = (checkPermission: unknown) => () =>
  createGuard({ issuer, appId, checkPermission: checkPermission as never })
const requirement = { action: 'book:delete', resource: 'book:1' }

class Service {
  check = check
  secret = 'db-password'
}

class Inherited {
  check() {
    return true
  }
}

describe('a wrong checkPermission throws when the guard is made', () => {
  test.each<[string, unknown, string]>([
    ['null', null, 'checkPermission must be a function, or an object with check, hasRole, cacheSeconds'],
    ['a list', [check], 'checkPermission must be a function, or an object with check'],
    ['a string', 'check', 'checkPermission must be a function, or an object with check'],
    ['true', true, 'checkPermission must be a function, or an object with check'],
    [
      'an object without check',
      { hasRole: check },
      'checkPermission.check must be a function (identity, question, context)',
    ],
    ['a check that is not a function', { check: true }, 'checkPermission.check must be a function'],
    ['a check of the prototype', Object.create({ check }), 'checkPermission.check must be a function (identity'],
    ['a check that is a method of a class', new Inherited(), 'on the object itself'],
    ['a hasRole that is not a function', { check, hasRole: 'admin' }, 'checkPermission.hasRole must be a function'],
    [
      'an unknown member',
      { check, timeout: 5 },
      'there is no option checkPermission.timeout. The options are check, has',
    ],
    ['an instance with other members', new Service(), 'there is no option checkPermission.secret'],
    ['a misspelled member', { check, cacheSecond: 5 }, 'Did you mean checkPermission.cacheSeconds?'],
    ['the old name of cacheSeconds', { check, remember: 5 }, 'there is no option checkPermission.remember'],
    ['callerOnly as a text', { check, callerOnly: 'true' }, 'checkPermission.callerOnly must be false or true'],
    ['usersOnly as a number', { check, usersOnly: 1 }, 'checkPermission.usersOnly must be false or true'],
    ['takesContext as null', { check, takesContext: null }, 'checkPermission.takesContext must be true or false'],
    ['holdsSecret as a text', { check, holdsSecret: '' }, 'checkPermission.holdsSecret must be false or true'],
  ])('%s', (_, checkPermission, says) => {
    expect(make(checkPermission)).toThrow(TypeError)
    expect(make(checkPermission)).toThrow(says)
  })

  test.each([-1, 300.001, 301, Number.NaN, Number.POSITIVE_INFINITY, '5', null])(
    'cacheSeconds of %j',
    (cacheSeconds) => {
      const says = 'checkPermission.cacheSeconds must be a number of seconds (not milliseconds), from 0 to 300'
      expect(make({ check, cacheSeconds })).toThrow(says)
    },
  )

  test.each<[string, object, string]>([
    ['a setting', { cacheSeconds: 5 }, 'cacheSeconds'],
    ['several properties', { hasRole: check, usersOnly: true }, 'hasRole, usersOnly'],
    ['an undefined property', { callerOnly: undefined }, 'callerOnly'],
  ])('a function with %s, which would be ignored', (_, properties, named) => {
    const hook = Object.assign(async () => true, properties)
    expect(make(hook)).toThrow(TypeError)
    expect(make(hook)).toThrow(
      `authing-guard: checkPermission is a function with ${named}: pass an object, like checkPermission: { check, cacheSeconds: 5 }`,
    )
  })
})

describe('a permission hook', () => {
  test('may be a mock function, which has properties of its own', async () => {
    const hook = vi.fn(async () => true)
    expect(Object.keys(hook)).not.toEqual([])
    expect(make(hook)).not.toThrow()
  })

  test('may be a plain function or an object, and undefined members have their defaults', async () => {
    const undefinedMembers = {
      hasRole: undefined,
      cacheSeconds: undefined,
      callerOnly: undefined,
      usersOnly: undefined,
      takesContext: undefined,
      holdsSecret: undefined,
    }
    let calls = 0
    const count = () => ++calls > 0
    for (const checkPermission of [count, { check: count }, { check: count, ...undefinedMembers }]) {
      const { guard } = gate({ checkPermission })
      calls = 0
      for (const turn of [1, 2]) {
        await guard.authorize(user(), { ...requirement, context: { ip: '127.0.0.1' } })
        expect(calls).toBe(turn)
      }
    }
  })

  test('is read once, when the guard is made: a later change of the object has no effect', async () => {
    let reads = 0
    const hook = {
      get check() {
        reads++
        return () => false
      },
      usersOnly: false,
    }
    const { guard } = gate({ checkPermission: hook })
    Object.defineProperty(hook, 'check', { value: () => true })
    Object.assign(hook, { hasRole: () => true, cacheSeconds: 300 })
    expect(await statusOf(guard.authorize(user(), requirement))).toBe(403)
    expect(await statusOf(guard.require(requirement).authorize(user(), requirement))).toBe(403)
    expect(reads).toBe(1)
  })

  test('may serve two guards, each with its own cached answers', async () => {
    let calls = 0
    const checkPermission: PermissionHookObject = { check: () => ++calls > 0, cacheSeconds: 60 }
    const [one, other] = [gate({ checkPermission }), gate({ checkPermission })]
    for (const { guard } of [one, one, other, other]) await guard.authorize(user(), requirement)
    expect(calls).toBe(2)
  })
})
