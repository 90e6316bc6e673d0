import { describe, expect, test } from 'vitest'
import { FetchError } from '../../src/common/http.js'
import { Refusal } from '../../src/common/refusal.js'
import { IntrospectionBreaker } from '../../src/introspection/circuit-breaker.js'
import { Introspection } from '../../src/introspection/introspection.js'
import { refusalOf, userId, without } from '../support/world.js'
import { activeReply, issuerThat, opaqueToken, opaqueTokens, status } from './issuer.js'

// While the issuer does not answer, it is left alone but for a question now and then.

describe('an outage', () => {
  test('is asked three times, then paused, then one question goes first', async () => {
    let up = false
    const { guard, access, asked, pass } = await issuerThat(() => (up ? without(activeReply, 'jti') : status(500)), {
      introspection: { when: 'always', cacheSeconds: 0 },
    })
    const token = access()
    for (let turn = 0; turn < 3; turn++) await refusalOf(guard.verifyToken(token))
    expect(asked).toHaveLength(3)
    const { headers, detail } = await refusalOf(guard.verifyToken(token))
    expect(asked).toHaveLength(3)
    expect(['1', '2']).toContain(headers['Retry-After'])
    expect(detail).toMatch(/answered 500$/)
    // 1 to 2 s by chance. Of many who come then, one asks.
    pass(2)
    const jwts = Array.from({ length: 20 }, (_, at) => access({ jti: `jti-${at}` }))
    await Promise.all(jwts.map((jwt) => refusalOf(guard.verifyToken(jwt))))
    expect(asked).toHaveLength(4)
    up = true
    pass(4)
    await expect(guard.verifyToken(token)).resolves.toMatchObject({ userId })
    await Promise.all(jwts.map((jwt) => guard.verifyToken(jwt)))
    expect(asked).toHaveLength(25)
  })

  test('does not begin with two failures in a row: one success resets the count', async () => {
    let turn = 0
    const { guard, access, asked } = await issuerThat(() => (++turn % 3 === 0 ? activeReply : status(500)), {
      introspection: { when: 'always', cacheSeconds: 0 },
    })
    for (let round = 0; round < 4; round++) {
      await refusalOf(guard.verifyToken(access()))
      await refusalOf(guard.verifyToken(access()))
      await guard.verifyToken(access())
    }
    expect(asked).toHaveLength(12)
  })
})

const error = new FetchError('no answer', 'timeout')
const turnOf = (entered: number | Refusal) => {
  if (entered instanceof Refusal) throw new Error('it was refused')
  return entered
}

describe('the pauses', () => {
  const outageWith = (chance: number) => {
    const clock = { now: 1_000_000 }
    return { clock, outage: new IntrospectionBreaker({ now: () => clock.now, random: () => chance }, 4) }
  }

  test('grow from 2 to 30 seconds at most, and are 1 at least', () => {
    for (const [chance, expected] of [
      [1, [2, 4, 8, 16, 30, 30]],
      [0, [1, 1, 1, 1, 1, 1]],
    ] as const) {
      const { clock, outage } = outageWith(chance)
      outage.failed(turnOf(outage.enter()), error)
      outage.failed(turnOf(outage.enter()), error)
      const waits = expected.map(() => {
        const { retryAfter = 0 } = outage.failed(turnOf(outage.enter()), error).extra
        clock.now += retryAfter * 1000
        return retryAfter
      })
      expect(waits).toEqual(expected)
    }
  })

  test('count those once that were under way when one began', () => {
    const { clock, outage } = outageWith(1)
    const turns = Array.from({ length: 50 }, () => turnOf(outage.enter()))
    for (const turn of turns) outage.failed(turn, error)
    expect(outage.enter()).toBeInstanceOf(Refusal)
    clock.now += 2000
    expect(outage.failed(turnOf(outage.enter()), error).extra.retryAfter).toBe(4)
  })

  test('let another question through where the one that went first was lost', () => {
    const { clock, outage } = outageWith(1)
    for (let turn = 0; turn < 3; turn++) outage.failed(turnOf(outage.enter()), error)
    clock.now += 2000
    turnOf(outage.enter())
    clock.now += 3999
    expect(outage.enter()).toBeInstanceOf(Refusal)
    clock.now += 1
    turnOf(outage.enter())
  })

  test('end with any answer', () => {
    const { outage } = outageWith(1)
    const late = turnOf(outage.enter())
    for (let turn = 0; turn < 3; turn++) outage.failed(turnOf(outage.enter()), error)
    outage.succeeded()
    expect(turnOf(outage.enter())).toBeGreaterThan(late)
  })
})

describe('a question', () => {
  const start = 1_700_000_000_000
  const times = { toleranceAfterEnd: 5, toleranceAhead: 60, maxTokenAge: undefined }
  const introspectionBy = (call: () => Promise<typeof activeReply>) => {
    let time = start
    const clock = { now: () => time, random: () => 0 }
    const settings = {
      call,
      cacheSeconds: 10,
      abandonAfter: 0.05,
      maxConcurrency: 32,
      maxRate: undefined,
      canOutliveRequest: false,
      times,
      clock,
      report: () => {},
    }
    return {
      introspection: new Introspection(settings),
      pass: (seconds: number) => {
        time += seconds * 1000
      },
    }
  }

  test('that was lost with its request is asked again by the first caller that notices', async () => {
    let calls = 0
    const { introspection } = introspectionBy(() =>
      ++calls === 1 ? new Promise(() => {}) : Promise.resolve(activeReply),
    )
    void introspection.ask(opaqueToken, false)
    await expect.poll(() => calls).toBe(1)
    const others = Array.from({ length: 3 }, () => introspection.ask(opaqueToken, false))
    for (const reply of await Promise.all(others)) expect(reply).toMatchObject({ sub: userId })
    expect(calls).toBe(2)
  })

  test('that ends after it was given up changes nothing', async () => {
    const answers: ((reply: typeof activeReply) => void)[] = []
    const { introspection } = introspectionBy(() => new Promise((answer) => answers.push(answer)))
    const first = introspection.ask(opaqueToken, false)
    await expect.poll(() => answers.length).toBe(1)
    const second = introspection.ask(opaqueToken, false)
    await expect.poll(() => answers.length).toBe(2)
    answers[0]?.(activeReply)
    await first
    answers[1]?.(activeReply)
    await expect(second).resolves.toMatchObject({ sub: userId })
  })

  test('that ends after a later one was refused is not cached', async () => {
    const answers: ((reply: typeof activeReply) => void)[] = []
    const { introspection, pass } = introspectionBy(() => new Promise((answer) => answers.push(answer)))
    const first = introspection.ask(opaqueToken, false)
    await expect.poll(() => answers.length).toBe(1)
    pass(1)
    const second = introspection.ask(opaqueToken, false)
    await expect.poll(() => answers.length).toBe(2)
    answers[1]?.({ ...activeReply, active: false })
    expect(await second).toMatchObject({ reason: 'inactive_token' })
    answers[0]?.(activeReply)
    await first
    expect(await introspection.ask(opaqueToken, false)).toMatchObject({ reason: 'inactive_token' })
    expect(answers).toHaveLength(2)
  })

  test('whose clock throws reports that error instead of refusing the token', async () => {
    let broken = false
    const { guard } = await issuerThat(
      () => {
        broken = true
        return activeReply
      },
      {
        now: () => {
          if (broken) throw new RangeError('the clock is broken')
          return start
        },
      },
    )
    await expect(guard.verifyToken(opaqueTokens(1, 1).join())).rejects.toThrow('the clock is broken')
  })
})
