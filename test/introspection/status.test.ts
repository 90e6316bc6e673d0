import { describe, expect, test } from 'vitest'
import { fleet, settled, token, verdictOf } from '../store/fleet.js'
import { accessKey, refusalOf, today, userId, without } from '../support/world.js'
import { activeReply, opaqueToken } from './issuer.js'

// Whether a token still stands, where all may be asked: what was revoked, then `isRevoked`, then the issuer.

const about = without(activeReply, 'jti')

/** A guard that asks all of them, and whom it asked in which order. */
function standing(more: object = {}, options: object = {}) {
  const asked: string[] = []
  const says = { reply: about as object, isRevoked: false }
  const fetch = async () => {
    asked.push('issuer')
    return Response.json(says.reply)
  }
  const isRevoked = async ({ kind }: { kind: string }) => {
    asked.push(`hook about a ${kind}`)
    return says.isRevoked
  }
  const ask = { when: 'always', clientSecret: 'the App Secret', ...more }
  const { first: guard, client, world } = fleet(1, { fetch, isRevoked, introspection: ask, ...options })
  client.before = (what, name) => {
    if (what === 'get') asked.push(name.split(':')[1] ?? '')
  }
  /** What becomes of a token, and whom that took. */
  const show = async (text: string, who = guard) => {
    asked.length = 0
    const verdict = await verdictOf(who, text)
    const whom = [...asked]
    await settled()
    return [verdict, ...whom]
  }
  return { guard, client, world, says, show }
}
const revocations = ['revocation', 'revocation']
const hook = 'hook about a user'

describe('a JWT', () => {
  test('is looked up among what was revoked, then the hook is asked, then the issuer', async () => {
    const { show } = standing()
    expect(await show(token())).toEqual(['in', ...revocations, hook, 'issuer'])
  })

  test('that is remembered is asked about on each request: the hook each time, the others when they are due', async () => {
    const { show, world } = standing()
    const text = token()
    await show(text)
    for (let turn = 0; turn < 3; turn++) expect(await show(text)).toEqual(['in', hook])
    world.wait(1)
    expect(await show(text)).toEqual(['in', ...revocations, hook])
    world.wait(9)
    expect(await show(text)).toEqual(['in', ...revocations, hook, 'issuer'])
  })

  test('is asked about each time where no answer is to be remembered', async () => {
    const { show } = standing({ cacheSeconds: 0 })
    const text = token()
    await show(text)
    for (let turn = 0; turn < 3; turn++) expect(await show(text)).toEqual(['in', hook, 'issuer'])
  })

  test('that is refused by one is not shown to the next, who is farther away', async () => {
    const { guard, show, says, world } = standing()
    const text = token({ jti: 'bad' })
    await show(text)
    world.wait(10)
    says.reply = { active: false }
    expect(await show(text)).toEqual(['inactive_token', ...revocations, hook, 'issuer'])
    says.isRevoked = true
    expect(await show(text)).toEqual(['revoked_token', hook])
    await guard.revoke({ tokenId: 'bad' })
    expect(await show(text)).toEqual(['revoked_token'])
    expect(await show(token({ exp: 1 }))).toEqual(['expired_token'])
  })

  test('that was revoked here is 401 though nobody else answers', async () => {
    const { guard, client, show, says, world } = standing()
    const text = token()
    await show(text)
    await guard.revoke({ userId })
    client.fault = 'down'
    says.reply = []
    world.wait(100)
    const [verdict] = await show(text)
    expect(verdict).toBe('revoked_token')
  })
})

describe('an opaque token', () => {
  test('is what the issuer says it is, and then like any other', async () => {
    const { show, world } = standing()
    expect(await show(opaqueToken)).toEqual(['in', 'issuer', 'revocation', hook])
    for (let turn = 0; turn < 3; turn++) expect(await show(opaqueToken)).toEqual(['in', hook])
    world.wait(1)
    expect(await show(opaqueToken)).toEqual(['in', 'revocation', hook])
  })

  test.each([
    ['its user', { userId }, about],
    ['the ID that the issuer gives it', { tokenId: activeReply.jti }, activeReply],
    ['the access key that it is of', { clientId: accessKey }, { ...about, client_id: accessKey }],
  ])('is revoked by %s, though it is remembered', async (_, whose, reply) => {
    const { guard, says, show } = standing({}, { accessKeys: [accessKey], delegates: 'allow' })
    says.reply = reply
    expect((await show(opaqueToken))[0]).toBe('in')
    await guard.revoke(whose)
    expect((await show(opaqueToken))[0]).toBe('revoked_token')
  })

  test('that was issued after its user was revoked is let in', async () => {
    const { guard, says, show } = standing()
    await guard.revoke({ userId })
    says.reply = { ...about, iat: today + 1 }
    expect((await show(opaqueToken))[0]).toBe('in')
  })

  test('is refused if revocation is in use and the reply has no iat', async () => {
    const { says, show } = standing()
    says.reply = without(about, 'iat')
    expect((await show(opaqueToken))[0]).toBe('wrong_claim')
  })

  test('is refused by the hook on the request that follows', async () => {
    const { says, show } = standing()
    expect((await show(opaqueToken))[0]).toBe('in')
    says.isRevoked = true
    expect(await show(opaqueToken)).toEqual(['revoked_token', hook])
  })
})

describe('a process that was frozen in the middle of a question', () => {
  const hour = 3600

  test('uses no answer of the store from before it was frozen', async () => {
    const { guard, client, world } = standing({ when: 'never' })
    const get = client.get.bind(client)
    client.get = async (name) => {
      const answer = await get(name)
      world.wait(hour / 2)
      return answer
    }
    const error = await refusalOf(guard.verifyToken(token({ exp: today + 10 * hour })))
    expect(error).toMatchObject({ status: 503, reason: 'store_unavailable' })
  })

  test('caches no answer of the issuer from before it was frozen', async () => {
    let asked = 0
    const clock = { wait: (_: number) => {} }
    const fetch = async () => {
      asked++
      clock.wait(hour)
      return Response.json({ ...about, exp: today + 10 * hour })
    }
    const introspection = { when: 'always', clientSecret: 'the App Secret', cacheSeconds: 60 }
    const { first, world } = fleet(1, { fetch, introspection })
    clock.wait = world.wait
    const text = token({ exp: today + 10 * hour })
    for (let turn = 1; turn <= 2; turn++) {
      await verdictOf(first, text)
      await settled()
      expect(asked).toBe(turn)
    }
  })
})

describe('a route that requires introspection', () => {
  test('accepts a cached reply about an active token, and nothing else', async () => {
    const { guard, show, says, world } = standing({ when: 'never' })
    const strict = guard.require({ introspection: true })
    const text = token()
    expect(await show(text)).toEqual(['in', ...revocations, hook])
    expect(await show(text, strict)).toEqual(['in', hook, 'issuer'])
    says.reply = { active: false }
    world.wait(9.999)
    expect((await show(text, strict))[0]).toBe('in')
    world.wait(0.001)
    expect((await show(text, strict))[0]).toBe('inactive_token')
    expect((await show(text))[0]).toBe('in')
  })

  test('refuses what was revoked, and asks nobody', async () => {
    const { guard, show } = standing()
    const strict = guard.require({ introspection: true })
    const text = token()
    await show(text, strict)
    await guard.revoke({ userId })
    expect(await show(text, strict)).toEqual(['revoked_token'])
  })

  test('is 503 where the issuer does not answer, whatever was remembered of the token', async () => {
    const { guard, show, says, world } = standing()
    const strict = guard.require({ introspection: true })
    const text = token()
    await show(text, strict)
    says.reply = []
    world.wait(10)
    expect(await refusalOf(strict.verifyToken(text))).toMatchObject({
      status: 503,
      reason: 'introspection_unavailable',
    })
  })
})
