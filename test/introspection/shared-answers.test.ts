import { afterEach, describe, expect, test, vi } from 'vitest'
import { expect401, refusalOf, today, userId, without } from '../support/world.js'
import { fleet, settled, token, until, verdictOf } from './fleet.js'
import { activeReply, opaqueToken, opaqueTokens } from './issuer.js'

// What one guard was told of a token spares another's question, through the store as it is: sealed, and by whoever can
// write to it perhaps changed.

const about = without(activeReply, 'jti')
afterEach(() => {
  vi.unstubAllGlobals()
})

/** Guards that share a store, and the issuer that they ask: what it says, and what it was asked. */
function asking(size: number, online: object = {}, options: object = {}, store: object = {}) {
  const issuer = { reply: about as object, asked: [] as string[], at: [] as string[] }
  const fetch = async (url: string, init: RequestInit) => {
    issuer.asked.push(new URLSearchParams(String(init.body)).get('token') ?? '')
    issuer.at.push(url)
    return Response.json(issuer.reply)
  }
  const ask = (more: object = {}) => ({ when: 'always', clientSecret: 'the App Secret', ...online, ...more })
  const made = fleet(size, { fetch, online: ask(), ...options }, store)
  return { ...made, issuer, ask, told: () => until(() => made.client.count('set', 'introspection') > 0) }
}
const rejections = (events: readonly { type: string }[] | undefined) =>
  events?.filter(({ type }) => type === 'store_rejected')

describe('an answer that one guard was given', () => {
  test.each([
    ['an opaque token', () => opaqueToken],
    ['a JWT', () => token()],
  ])('of %s spares the others their question', async (_, make) => {
    const { guards, issuer, told } = asking(3)
    const text = make()
    for (const guard of guards) {
      expect(await verdictOf(guard, text)).toBe('in')
      await told()
    }
    expect(issuer.asked).toEqual([text])
  })

  test('makes the same identity everywhere', async () => {
    const { first, second, told } = asking(2)
    const identity = await first.require({ scope: 'book:read' }).verifyToken(opaqueToken)
    await told()
    expect(await second.require({ scope: 'book:read' }).verifyToken(opaqueToken)).toEqual(identity)
    expect(identity).toMatchObject({ userId, tokenType: 'opaque' })
  })

  test('spares none that asks as somebody else, elsewhere, or something else', async () => {
    const endpoint = 'https://inside.example.com/introspect'
    const { first, make, issuer, ask, told } = asking(1, { endpoint })
    expect(await verdictOf(first, opaqueToken)).toBe('in')
    await told()
    const others = [
      { appId: 'another', online: ask() },
      { online: ask({ endpoint: `${endpoint}/` }) },
      { online: ask({ strict: true }) },
      { online: ask({ clientAuth: 'client_secret_basic' }) },
      { online: ask({ clientAuth: 'none', clientSecret: undefined }) },
    ]
    for (const [at, other] of others.entries()) {
      issuer.reply = { ...about, client_id: other.appId ?? activeReply.client_id }
      const online = Object.fromEntries(Object.entries(other.online).filter(([, value]) => value !== undefined))
      expect(await verdictOf(make({ ...other, online }), opaqueToken), `${at}`).toBe('in')
      expect(issuer.asked, `${at}`).toHaveLength(at + 2)
    }
    expect(await verdictOf(make(), opaqueToken)).toBe('in')
    expect(issuer.asked).toHaveLength(others.length + 1)
  })

  test('is read by the rules of who reads it', async () => {
    const { first, make, issuer, told } = asking(1)
    expect(await verdictOf(first, opaqueToken)).toBe('in')
    await told()
    expect(await verdictOf(make({ maxTokenAge: 30 }), opaqueToken)).toBe('expired_token')
    expect(await verdictOf(make({ accept: 'access_token' }), opaqueToken)).toBe('malformed_token')
    expect(await verdictOf(make(), opaqueToken)).toBe('in')
    // Who would not take it has asked for itself.
    expect(issuer.asked).toHaveLength(2)
  })

  test('does not outlive `remember` of who reads it, counted from the first question', async () => {
    const { first, second, make, issuer, ask, world, told } = asking(2)
    expect(await verdictOf(first, opaqueToken)).toBe('in')
    await told()
    issuer.reply = { active: false }
    world.wait(3)
    expect(await verdictOf(make({ online: ask({ remember: 3 }) }), opaqueToken)).toBe('inactive_token')
    world.wait(6.999)
    expect(await verdictOf(second, opaqueToken)).toBe('in')
    world.wait(0.001)
    expect(await verdictOf(second, opaqueToken)).toBe('inactive_token')
    expect(await verdictOf(make({ online: ask({ remember: 60 }) }), opaqueToken)).toBe('inactive_token')
  })

  test('does not outlive the token', async () => {
    const { first, second, issuer, world, told } = asking(2, { remember: 60 })
    issuer.reply = { ...about, exp: today + 2 }
    expect(await verdictOf(first, opaqueToken)).toBe('in')
    await told()
    issuer.reply = { active: false }
    world.wait(1.999)
    expect(await verdictOf(second, opaqueToken)).toBe('in')
    world.wait(0.001)
    expect(await verdictOf(second, opaqueToken)).toBe('inactive_token')
  })

  test('of a no stays where it was given', async () => {
    const { first, second, issuer, client } = asking(2)
    issuer.reply = { ...about, active: false }
    expect(await verdictOf(first, opaqueToken)).toBe('inactive_token')
    issuer.reply = about
    expect(await verdictOf(second, opaqueToken)).toBe('in')
    await settled()
    expect(client.count('set', 'introspection')).toBe(1)
    // Who was told no does not take the older yes of another, nor for longer than it holds.
    expect(await verdictOf(first, opaqueToken)).toBe('inactive_token')
  })

  test('of a clock that was set back is none', async () => {
    const { first, second, issuer, world, told } = asking(2)
    expect(await verdictOf(first, opaqueToken)).toBe('in')
    await told()
    world.wait(-1)
    expect(await verdictOf(second, opaqueToken)).toBe('in')
    expect(issuer.asked).toHaveLength(2)
  })

  test('is in the store when the request is answered, where nothing outlives that', async () => {
    vi.stubGlobal('EdgeRuntime', 'edge-runtime')
    const { first, second, issuer, client } = asking(2, {}, {}, { timeout: 5 })
    const set = client.set.bind(client)
    client.set = async (...given) => {
      await settled()
      return set(...given)
    }
    expect(await verdictOf(first, opaqueToken)).toBe('in')
    expect(client.count('set', 'introspection')).toBe(1)
    expect(await verdictOf(second, opaqueToken)).toBe('in')
    expect(issuer.asked).toHaveLength(1)
  })
})

describe('a value that was', () => {
  type Client = ReturnType<typeof fleet>['client']
  const names = (client: Client) => [...client.values.keys()].filter((name) => name.includes(':introspection:'))
  const [mine = '', other = ''] = opaqueTokens(7, 2)

  test.each<[string, (client: Client, theirs: Client) => void]>([
    ['changed', (client) => change(client, (value) => value.replace(/.$/, (char) => (char === 'x' ? 'y' : 'x')))],
    ['given a later end', (client) => change(client, (value) => value.replace(/\.\d+\./, '.1800000000000.'))],
    ['written by hand', (client) => change(client, () => JSON.stringify({ reply: about, since: today * 1000 }))],
    ['moved from another token', swap],
    [
      'sealed with another secret',
      (client, theirs) => change(client, () => String(theirs.values.get(names(theirs)[0] ?? ''))),
    ],
  ])('%s counts as absent: the issuer is asked, and an event says so', async (_, spoil) => {
    const { first, second, issuer, client, events } = asking(2)
    const theirs = asking(1, {}, {}, { secret: 'another secret, of as many bytes as it takes' })
    await verdictOf(theirs.first, mine)
    for (const text of [mine, other]) expect(await verdictOf(first, text)).toBe('in')
    await until(() => names(client).length === 2 && names(theirs.client).length === 1)
    spoil(client, theirs.client)
    issuer.reply = { active: false }
    expect(await verdictOf(second, mine)).toBe('inactive_token')
    expect(issuer.asked).toEqual([mine, other, mine])
    expect(rejections(events[1])).toMatchObject([{ purpose: 'introspection' }])
  })

  test('kept past its end counts as absent, and is told when that is long ago', async () => {
    const { first, second, make, issuer, client, events, world, told } = asking(2)
    expect(await verdictOf(first, mine)).toBe('in')
    await told()
    const [name = ''] = names(client)
    const value = client.values.get(name)
    const get = client.get.bind(client)
    client.get = async (key) => (key === name ? value : get(key))
    issuer.reply = { active: false }
    world.wait(10)
    expect(await verdictOf(second, mine)).toBe('inactive_token')
    expect(rejections(events[1])).toEqual([])
    world.wait(60)
    expect(await verdictOf(make(), mine)).toBe('inactive_token')
    expect(rejections(events[2])).toMatchObject([{ purpose: 'introspection', error: 'it has ended long ago' }])
  })

  test('deleted is one that was never there', async () => {
    const { first, second, issuer, client, told } = asking(2)
    expect(await verdictOf(first, mine)).toBe('in')
    await told()
    client.values.clear()
    expect(await verdictOf(second, mine)).toBe('in')
    expect(issuer.asked).toEqual([mine, mine])
  })

  test('put back after the token was refused lets nobody in whom its first answer would not', async () => {
    const { first, second, issuer, client, world, told } = asking(2)
    expect(await verdictOf(first, mine)).toBe('in')
    await told()
    const [name = ''] = names(client)
    const value = client.values.get(name)
    issuer.reply = { active: false }
    client.values.delete(name)
    world.wait(5)
    expect(await verdictOf(second, mine)).toBe('inactive_token')
    client.values.set(name, value)
    // Past the time for which a no is remembered, and still within that of the yes.
    world.wait(2.5)
    expect(await verdictOf(second, mine)).toBe('inactive_token')
    expect(issuer.asked).toHaveLength(3)
  })

  function change(client: Client, to: (value: string) => string): void {
    for (const name of names(client)) client.values.set(name, to(String(client.values.get(name))))
  }

  function swap(client: Client): void {
    const [one = '', another = ''] = names(client)
    const values = [client.values.get(one), client.values.get(another)]
    client.values.set(one, values[1])
    client.values.set(another, values[0])
  }
})

describe('the store', () => {
  test('holds no token, and nothing that a reply says of anybody', async () => {
    const { first, client, issuer } = asking(1)
    issuer.reply = { ...about, name: 'name-of-somebody', email: 'ada@example.com' }
    const jwt = token({ jti: 'jti-of-a-jwt' })
    for (const text of [opaqueToken, jwt]) expect(await verdictOf(first, text)).toBe('in')
    await until(() => client.count('set', 'introspection') === 2)
    const dump = JSON.stringify([...client.values])
    expect(dump.match(/authing-guard:introspection:/g)).toHaveLength(2)
    // Long enough that what is encrypted, which is written in base64, does not spell them by chance.
    const said = [userId, 'jti-of-a-jwt', 'name-of-somebody', 'ada@example.com', 'book:read', activeReply.client_id]
    for (const word of [opaqueToken, opaqueToken.slice(0, 12), ...jwt.split('.'), ...said, 'the App Secret']) {
      expect(word.length).toBeGreaterThan(8)
      for (const form of [word, btoa(word).replace(/=+$/, ''), encodeURIComponent(word)]) {
        expect(dump).not.toContain(form)
      }
    }
  })

  test.each(['down', 'paused', 'throwing'] as const)('that is %s leaves the issuer to be asked', async (fault) => {
    const { first, second, client, issuer, world, events } = asking(2)
    const text = token()
    for (const guard of [first, second]) await verdictOf(guard, text)
    await settled()
    issuer.asked.length = 0
    client.fault = fault
    for (let turn = 1; turn <= 4; turn++) {
      world.wait(10)
      expect(await verdictOf(second, text)).toBe('in')
      expect(issuer.asked).toHaveLength(turn)
    }
    expect(events[1]?.filter(({ type }) => type === 'store_failed')).toHaveLength(1)
    expect(second.health().store).toBe('down')
    // What the issuer refuses is refused, whatever is in the store.
    issuer.reply = { active: false }
    world.wait(10)
    expect(await verdictOf(second, text)).toBe('inactive_token')
    client.fault = 'none'
    world.wait(2)
    expect(await verdictOf(second, text)).toBe('inactive_token')
  })

  test('that is paused is asked by nobody after three calls, and costs a token no time then', async () => {
    const { first, client, world } = asking(1, { remember: 1 })
    const text = token()
    await verdictOf(first, text)
    client.fault = 'paused'
    world.wait(2)
    for (let turn = 0; turn < 3; turn++) {
      await verdictOf(first, text)
      world.wait(1.01)
    }
    client.calls.length = 0
    for (let turn = 0; turn < 20; turn++) {
      world.wait(1.01)
      await verdictOf(first, text)
    }
    // One of its three kinds of question a pause.
    expect(client.calls.length).toBeLessThanOrEqual(20)
  })

  test('that is slow makes no second question of those who wait for the first', async () => {
    const { first, client, issuer } = asking(1, { timeout: 0.01 }, {}, { timeout: 1.05 })
    client.get = () => new Promise(() => {})
    await Promise.all([1, 2, 3].map(() => refusalOf(first.verifyToken(opaqueToken))))
    expect(issuer.asked).toEqual([opaqueToken])
  })

  test('is asked about no more made-up tokens than the issuer is', async () => {
    const { first, client, issuer } = asking(1)
    issuer.reply = { active: false }
    await Promise.all(opaqueTokens(1, 3000).map((text) => verdictOf(first, text)))
    expect([issuer.asked.length, client.count('get', 'introspection')]).toEqual([100, 100])
    await Promise.all(Array.from({ length: 500 }, () => refusalOf(first.verifyToken(`${token()}x`))))
    expect(client.count('get')).toBe(100)
  })

  test('has nothing of a token that is asked about each time', async () => {
    const { guards, client, issuer } = asking(2, { remember: 0 })
    for (const guard of guards) for (let turn = 0; turn < 2; turn++) await verdictOf(guard, opaqueToken)
    expect(issuer.asked).toHaveLength(4)
    expect(client.calls.filter((call) => call.includes('introspection'))).toEqual([])
  })

  test('does not make up for an issuer that is down, but for as long as its yes holds', async () => {
    const { first, second, issuer, world, told } = asking(2)
    expect(await verdictOf(first, opaqueToken)).toBe('in')
    await told()
    issuer.reply = { active: 'true' }
    expect(await verdictOf(second, opaqueToken)).toBe('in')
    world.wait(10)
    await expect401(second, opaqueToken, 'inactive_token')
  })
})
