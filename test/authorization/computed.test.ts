import { describe, expect, test } from 'vitest'
import { gate, refusalOf, statusOf, user } from './callers.js'

// What a requirement works out of the request: it comes from whoever sent that.

const asking = () => {
  const asked: unknown[] = []
  const world = gate({ checkPermission: (_, question) => asked.push(question) > 0 })
  const resource = (value: unknown) =>
    world.guard.authorize(user(), { action: 'book:read', resource: () => value as string })
  const context = (value: unknown) =>
    world.guard.authorize(user(), { action: 'book:read', resource: 'book:1', context: () => value as never })
  return { ...world, asked, resource, context }
}

describe('a computed resource', () => {
  test.each([
    ['empty', ''],
    ['over 256 characters', `book:${'1'.repeat(252)}`],
    ['a wildcard', 'book:*'],
    ['all', '*'],
    ['a star inside', 'book:1*2'],
    ['a line feed', 'book:1\nbook:2'],
    ['a NUL', 'book:1\u0000'],
    ['a DEL', 'book:\u007f'],
    ['a C1 control', 'book:\u0085'],
    ['undefined', undefined],
    ['a number', 1],
    ['a list', ['book:1']],
    ['an object', { toString: () => 'book:1' }],
    ['a promise', Promise.resolve('book:1')],
  ])('that is %s is a no, without asking', async (_, value) => {
    const { asked, resource } = asking()
    const refusal = await refusalOf(resource(value))
    expect(refusal).toMatchObject({ status: 403, reason: 'permission_denied' })
    expect(refusal.detail).toMatch(/^the computed resource is not a string, or it is empty, too long, or holds \*/)
    expect(asked).toEqual([])
  })

  test.each(['b', `book:${'1'.repeat(251)}`, 'book:1', '图书:1', 'book:a b', 'shelf/3/book', 'book:\u{1f4d6}'])(
    'that is %j is asked about as it is',
    async (value) => {
      const { asked, resource } = asking()
      await resource(value)
      expect(asked).toMatchObject([{ resource: value }])
    },
  )

  test('that cannot be worked out is an outage', async () => {
    const { asked, guard } = asking()
    const requirement = { action: 'book:read', resource: (request: { id: string }) => request.id }
    const refusal = await refusalOf(guard.authorize(user(), requirement, undefined))
    expect(refusal).toMatchObject({ status: 503, detail: 'the function for resource threw' })
    expect(refusal.cause).toBeInstanceOf(TypeError)
    expect(asked).toEqual([])
  })
})

describe('a computed context', () => {
  test('is told as a frozen JSON copy: what somebody changes later is not in the question', async () => {
    const { asked, context } = asking()
    const given = { ip: '10.0.0.1', at: new Date(0), none: undefined, odd: Number.NaN, list: [{ deep: true }] }
    await context(given)
    given.ip = 'changed'
    const told = (asked as { context: { list: object[] } }[])[0]?.context
    expect(told).toEqual({ ip: '10.0.0.1', at: '1970-01-01T00:00:00.000Z', odd: null, list: [{ deep: true }] })
    expect(Object.isFrozen(told) && Object.isFrozen(told?.list[0])).toBe(true)
  })

  test('a __proto__ in it is gone', async () => {
    const { asked, context } = asking()
    await context(JSON.parse('{"__proto__":{"admin":true},"ip":"::1"}'))
    expect(JSON.stringify(asked)).toBe('[{"action":"book:read","resource":"book:1","context":{"ip":"::1"}}]')
  })

  test('undefined is none', async () => {
    const { asked, context } = asking()
    await context(undefined)
    expect(asked).toMatchObject([{ context: undefined }])
  })

  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  let deep: unknown = {}
  for (let level = 0; level < 100_000; level++) deep = { deep }

  test.each([
    ['null', null],
    ['a text', 'ip'],
    ['a list', [1]],
    ['a number', 1],
    ['a Date', new Date(0)],
    ['a function', () => ({})],
    ['a symbol', Symbol('ip')],
    ['a circle', circle],
    ['a bigint inside', { size: 1n }],
    ['100,000 levels', deep],
  ])('that is %s is an outage, without asking', async (_, value) => {
    const { asked, context } = asking()
    const refusal = await refusalOf(context(value))
    expect(refusal).toMatchObject({ status: 503, detail: 'the computed context is not a JSON object' })
    expect(asked).toEqual([])
  })

  test('that cannot be worked out is an outage', async () => {
    const { guard } = asking()
    const throwing = () => {
      throw new Error('no request')
    }
    const verdict = guard.authorize(user(), { action: 'book:read', resource: 'book:1', context: throwing })
    expect(await refusalOf(verdict)).toMatchObject({ status: 503, detail: 'the function for context threw' })
  })

  test('a fixed one is told as well', async () => {
    const { asked, guard } = asking()
    const requirement = { action: 'book:read', resource: 'book:1', context: { shop: 'Alfreton' } }
    expect(await statusOf(guard.authorize(user(), requirement))).toBe(200)
    expect(asked).toMatchObject([{ context: { shop: 'Alfreton' } }])
  })
})
