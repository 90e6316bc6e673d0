import { describe, expect, test } from 'vitest'
import { today } from '../support/world.js'
import { asking } from './asking.js'
import { delegate, gate, machine, statusOf, user } from './callers.js'

// For how long an answer holds, and for how many at once.

describe('an answer holds', () => {
  test('for as long as the hook says, in seconds, and no longer', async () => {
    const { ask, pass, calls } = asking({ cacheSeconds: 5 })
    await ask()
    pass(4.999)
    await ask()
    expect(calls).toHaveLength(1)
    pass(0.001)
    await ask()
    expect(calls).toHaveLength(2)
  })

  test('from the question on, not from the answer', async () => {
    const { ask, pass, calls } = asking({}, true)
    const first = ask()
    pass(1.5)
    calls[0]?.answer(true)
    await first
    pass(3.499)
    await ask()
    expect(calls).toHaveLength(1)
    pass(0.001)
    const second = ask()
    expect(calls).toHaveLength(2)
    calls[1]?.answer(true)
    await second
  })

  test('not at all where the hook says nothing', async () => {
    const checkPermission = () => ++calls > 0
    let calls = 0
    const { guard } = gate({ checkPermission })
    for (const turn of [1, 2, 3]) {
      await guard.authorize(user(), { action: 'book:delete', resource: 'book:1' })
      expect(calls).toBe(turn)
    }
  })

  test('whether it is a yes or a no', async () => {
    const { ask, pass, calls } = asking({}, true)
    const first = statusOf(ask())
    calls[0]?.answer(false)
    expect(await first).toBe(403)
    expect(await statusOf(ask())).toBe(403)
    pass(5)
    const second = statusOf(ask())
    calls[1]?.answer(true)
    expect(await second).toBe(200)
    expect(calls).toHaveLength(2)
  })

  test('never past the end of the token that it was asked with', async () => {
    const { ask, pass, calls } = asking({ cacheSeconds: 300 })
    await ask(user({ expiresAt: today + 10 }))
    pass(9.999)
    await ask(user({ expiresAt: today + 3600 }))
    expect(calls).toHaveLength(1)
    pass(0.001)
    await ask(user({ expiresAt: today + 3600 }))
    expect(calls).toHaveLength(2)
  })

  test('never past the end of the token that it is used for', async () => {
    const { ask, pass, calls } = asking({ cacheSeconds: 300 })
    await ask(user({ expiresAt: today + 3600 }))
    pass(10)
    await ask(user({ expiresAt: today + 11 }))
    expect(calls).toHaveLength(1)
    await ask(user({ expiresAt: today + 10 }))
    expect(calls).toHaveLength(2)
  })

  test('not where the clock was put back: nobody knows how old it is', async () => {
    const { ask, pass, calls } = asking()
    await ask()
    pass(-0.001)
    await ask()
    expect(calls).toHaveLength(2)
  })
})

describe('one call is in flight for one question', () => {
  test('of 1,000 who ask at once', async () => {
    const { ask, calls } = asking({}, true)
    const verdicts = Array.from({ length: 1000 }, () => ask())
    expect(calls).toHaveLength(1)
    calls[0]?.answer(true)
    await Promise.all(verdicts)
    expect(calls).toHaveLength(1)
  })

  test('even where nothing is remembered; the next one asks anew', async () => {
    const { ask, calls } = asking({ cacheSeconds: 0 }, true)
    const verdicts = [ask(), ask()]
    calls[0]?.answer(true)
    await Promise.all(verdicts)
    expect(calls).toHaveLength(1)
    const next = ask()
    expect(calls).toHaveLength(2)
    calls[1]?.answer(true)
    await next
  })

  test('and each caller has one of their own', async () => {
    const { ask, calls } = asking({}, true)
    const verdicts = ['a', 'b', 'a'].map((userId) => statusOf(ask(user({ userId }))))
    expect(calls.map(({ identity }) => identity.kind === 'user' && identity.userId)).toEqual(['a', 'b'])
    calls[0]?.answer(true)
    calls[1]?.answer(false)
    expect(await Promise.all(verdicts)).toEqual([200, 403, 200])
  })
})

describe('forget', () => {
  test('drops what is remembered of a user at once, in every application and tenant', async () => {
    const { guard, ask, calls } = asking()
    const theirs = [user({ userId: 'a' }), user({ userId: 'a', appId: 'other' }), delegate({ userId: 'a' })]
    const others = [user({ userId: 'b' }), machine()]
    for (const one of [...theirs, ...others]) await ask(one)
    guard.forget({ userId: 'a' })
    for (const one of others) await ask(one)
    expect(calls).toHaveLength(5)
    for (const one of theirs) await ask(one)
    expect(calls).toHaveLength(8)
  })

  test('drops what is remembered of an access key, whichever user it acts for', async () => {
    const { guard, ask, calls } = asking()
    const theirs = [machine({ clientId: 'key' }), delegate({ clientId: 'key', userId: 'a' })]
    const others = [user({ userId: 'key' }), user({ userId: 'a' }), machine()]
    for (const one of [...theirs, ...others]) await ask(one)
    guard.forget({ clientId: 'key' })
    for (const one of others) await ask(one)
    expect(calls).toHaveLength(5)
    for (const one of theirs) await ask(one)
    expect(calls).toHaveLength(7)
  })

  test('drops what is remembered of everyone, with everyone: true', async () => {
    const { guard, ask, calls } = asking()
    const callers = [user({ userId: 'a' }), user({ userId: 'b' }), machine(), delegate()]
    for (const one of callers) await ask(one)
    guard.forget({ everyone: true })
    for (const one of callers) await ask(one)
    expect(calls).toHaveLength(8)
  })

  test.each([{}, { everyone: false }, { everyone: undefined }, { everyone: 'yes' }])(
    'of %j is a TypeError, and forgets nothing',
    async (whose) => {
      const { guard, ask, calls } = asking()
      await ask()
      expect(() => guard.forget(whose as never)).toThrow(TypeError)
      await ask()
      expect(calls).toHaveLength(1)
    },
  )

  test('lets nobody who comes later have an answer that was under way', async () => {
    const { guard, ask, calls } = asking({}, true)
    const before = statusOf(ask())
    guard.forget({ userId: user().userId })
    const later = statusOf(ask())
    expect(calls).toHaveLength(2)
    calls[0]?.answer(true)
    expect(await before).toBe(200)
    // The old answer neither is kept nor ends the new question.
    const third = statusOf(ask())
    expect(calls).toHaveLength(2)
    calls[1]?.answer(false)
    expect(await Promise.all([later, third])).toEqual([403, 403])
    expect(await statusOf(ask())).toBe(403)
    expect(calls).toHaveLength(2)
  })

  test('drops one of both where both are named', async () => {
    const { Decisions } = await import('../../src/authorization/decisions.js')
    const decisions = new Decisions(() => today * 1000, true, { hasListeners: false, emit: () => {} })
    let calls = 0
    const question = {
      text: '"q"',
      hook: 'checkPermission',
      cacheSeconds: 5,
      callerOnly: true,
      ask: () => ++calls > 0,
    } as const
    const pairs = [
      ['a', 'key'],
      ['a', 'other'],
      ['b', 'key'],
    ].map(([userId = '', clientId = '']) => delegate({ userId, clientId }))
    for (const one of pairs) await decisions.decide(one, question)
    decisions.forget({ userId: 'a', clientId: 'key' })
    for (const one of pairs) await decisions.decide(one, question)
    expect(calls).toBe(4)
  })
})

describe('what is remembered is bounded', () => {
  test('by 10,000 decisions', async () => {
    const { ask, calls } = asking()
    for (let book = 0; book <= 10_000; book++) await ask(user(), { resource: `book:${book}` })
    await ask(user(), { resource: 'book:10000' })
    await ask(user(), { resource: 'book:1' })
    expect(calls).toHaveLength(10_001)
    await ask(user(), { resource: 'book:0' })
    expect(calls).toHaveLength(10_002)
  })

  test('by the length of a question: a long context is asked about each time', async () => {
    const { ask, calls } = asking()
    for (const length of [4000, 4000, 4100, 4100]) await ask(user(), { context: { text: 'x'.repeat(length) } })
    expect(calls.map(({ question }) => String(question.context?.['text']).length)).toEqual([4000, 4100, 4100])
  })

  test('by the length of all questions together: what was asked longest ago goes first', async () => {
    const { ask, calls } = asking()
    const most = (8 * 1024 * 1024) / 3900
    const text = 'x'.repeat(3900)
    for (let book = 0; book < most; book++) await ask(user(), { resource: `book:${book}`, context: { text } })
    const asked = calls.length
    await ask(user(), { resource: `book:${asked - 1}`, context: { text } })
    expect(calls).toHaveLength(asked)
    await ask(user(), { resource: 'book:0', context: { text } })
    expect(calls).toHaveLength(asked + 1)
  })

  test('by what is known of callers: one who was forgotten is asked about anew', async () => {
    const { ask, calls } = asking({ callerOnly: false })
    const tokenOf = (number: number) => user({ claims: { exp: today + 60, number, text: 'x'.repeat(100_000) } })
    const [first, ...others] = Array.from({ length: 60 }, (_, number) => tokenOf(number))
    await ask(first)
    for (const other of others) await ask(other)
    expect(calls).toHaveLength(60)
    await ask(first)
    expect(calls).toHaveLength(60)
    await ask(tokenOf(0))
    expect(calls).toHaveLength(61)
    await ask(tokenOf(59))
    expect(calls).toHaveLength(61)
  })
})
