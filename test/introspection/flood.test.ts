import { describe, expect, test } from 'vitest'
import { expect401, refusalOf, userId } from '../support/world.js'
import { activeReply, issuerThat, opaqueTokens, status } from './issuer.js'

// Tokens that nobody has seen active have a rate where maxRate gives one; the others never draw on it.

const known = opaqueTokens(1_000_000, 20)
const isReal = (token: string | null) => token !== null && Number.parseInt(token, 16) >= 1_000_000
/** The rate alone: nobody waits for a place. */
const introspection = { maxRate: 10, maxConcurrency: 1000, timeout: 30 }
const realOnes = () =>
  issuerThat(({ form }) => (isReal(form.get('token')) ? activeReply : { active: false }), { introspection })
const settled = (guard: { verifyToken: (token: string) => Promise<unknown> }, tokens: readonly string[]) =>
  Promise.all(
    tokens.map((token) =>
      guard.verifyToken(token).then(
        () => 200,
        (error: { status: number }) => error.status,
      ),
    ),
  )

describe('a flood of made-up tokens, with maxRate: 10,', () => {
  test('is 100 questions, and 10 more a second', async () => {
    const { guard, asked, pass } = await realOnes()
    await settled(guard, opaqueTokens(0, 500))
    expect(asked).toHaveLength(100)
    pass(1)
    await settled(guard, opaqueTokens(500, 500))
    expect(asked).toHaveLength(110)
    pass(0.25)
    await settled(guard, opaqueTokens(1000, 500))
    expect(asked).toHaveLength(112)
    pass(3600)
    await settled(guard, opaqueTokens(1500, 500))
    expect(asked).toHaveLength(212)
  })

  test('gains no questions when the clock is set back', async () => {
    const { guard, asked, pass } = await realOnes()
    await settled(guard, opaqueTokens(0, 500))
    pass(-3600)
    await settled(guard, opaqueTokens(500, 500))
    expect(asked).toHaveLength(100)
    pass(1)
    await settled(guard, opaqueTokens(1000, 500))
    expect(asked).toHaveLength(110)
  })

  test('takes nothing from tokens that are known: they are asked about whatever is left', async () => {
    const { guard, tokens, pass } = await realOnes()
    expect(await settled(guard, known)).toEqual(known.map(() => 200))
    await settled(guard, opaqueTokens(0, 500))
    for (let turn = 1; turn < 4; turn++) {
      pass(0.001)
      expect(await settled(guard, known)).toEqual(known.map(() => 200))
      pass(10)
      await settled(guard, opaqueTokens(turn * 1000, 500))
      expect(await settled(guard, known)).toEqual(known.map(() => 200))
    }
    expect(tokens().filter(isReal)).toHaveLength(4 * known.length)
  })

  test('keeps new tokens out for a while: 503, and no client signs its user out', async () => {
    const { guard, pass } = await realOnes()
    await settled(guard, opaqueTokens(0, 500))
    expect(await settled(guard, known)).toEqual(known.map(() => 503))
    pass(2)
    expect(await settled(guard, known)).toEqual(known.map(() => 200))
  })

  test('draws again with a token that was known and has been revoked', async () => {
    let active = true
    const { guard, asked, pass } = await issuerThat(() => ({ ...activeReply, active }), { introspection })
    const [token = ''] = known
    await guard.verifyToken(token)
    active = false
    await settled(guard, opaqueTokens(0, 500))
    expect(asked).toHaveLength(101)
    // Still known: it is asked about though nothing is left, and then it is a stranger.
    pass(10)
    await settled(guard, opaqueTokens(1000, 500))
    await expect401(guard, token, 'inactive_token')
    pass(2)
    await settled(guard, opaqueTokens(2000, 20))
    expect((await refusalOf(guard.verifyToken(token))).status).toBe(503)
  })
})

describe('users who sign in', () => {
  test('do not use up the limit, however many they are', async () => {
    const { guard } = await realOnes()
    for (let turn = 0; turn < 5; turn++) {
      const fresh = opaqueTokens(2_000_000 + turn * 100, 100)
      expect(await settled(guard, fresh)).toEqual(fresh.map(() => 200))
    }
  })
})

describe('a token that is refused', () => {
  test('is not asked about again for 2 seconds, and no longer: it may become good', async () => {
    let active = false
    const { guard, asked, pass } = await issuerThat(() => ({ ...activeReply, active }))
    const [token = ''] = known
    await expect401(guard, token, 'inactive_token')
    active = true
    pass(1.999)
    await expect401(guard, token, 'inactive_token')
    expect(asked).toHaveLength(1)
    pass(0.001)
    await expect(guard.verifyToken(token)).resolves.toMatchObject({ userId })
  })

  test('is asked about again where the clock was set back', async () => {
    const { guard, asked, pass } = await issuerThat(() => ({ active: false }))
    const [token = ''] = known
    await expect401(guard, token, 'inactive_token')
    pass(-1)
    await expect401(guard, token, 'inactive_token')
    expect(asked).toHaveLength(2)
  })
})

describe('tokens that were never seen active', () => {
  test('do not stop questions about known tokens when the endpoint fails on them', async () => {
    const { guard, pass } = await issuerThat(({ form }) => (isReal(form.get('token')) ? activeReply : status(500)))
    expect(await settled(guard, known)).toEqual(known.map(() => 200))
    expect(await settled(guard, opaqueTokens(0, 50))).toEqual(Array.from({ length: 50 }, () => 503))
    pass(10)
    expect(await settled(guard, known)).toEqual(known.map(() => 200))
  })
})
