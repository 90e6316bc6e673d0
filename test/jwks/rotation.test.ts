import { createGuard } from 'authing-guard'
import { createUserPool } from 'authing-guard/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { failing, guardAt, issuerKey, jwksAnswer, settled, userToken } from './issuer.js'

const first = issuerKey('first')
const second = issuerKey('second')
const impostor = issuerKey('first')

let { guard, world } = guardAt(jwksAnswer(first))
const prove = (key = first) => guard.verifyToken(userToken(key, world.now))

beforeEach(async () => {
  ;({ guard, world } = guardAt(jwksAnswer(first)))
  await prove()
})

describe('a new key', () => {
  test('is found right after a fetch', async () => {
    world.answer = jwksAnswer(first, second)
    expect((await prove(second)).kind).toBe('user')
    expect(world.fetched).toHaveLength(2)
  })

  test('costs one fetch, however many of its tokens come at once', async () => {
    world.answer = jwksAnswer(first, second)
    await Promise.all(Array.from({ length: 100 }, () => prove(second)))
    expect(world.fetched).toHaveLength(2)
  })

  test('is found by a token that joined a fetch which began before the key was there', async () => {
    let answer = (_: Response) => {}
    world.answer = () => new Promise((resolve) => (answer = resolve))
    world.wait(590)
    await prove()
    const waiting = prove(second)
    world.answer = jwksAnswer(first, second)
    answer(await jwksAnswer(first)())
    expect((await waiting).kind).toBe('user')
  })
})

test('five rotations in a row, each with a token of the new key at once, are all admitted', async () => {
  for (let round = 0; round < 5; round++) {
    const key = { ...first, jwk: { ...first.jwk, kid: `round-${round}` }, kid: `round-${round}` }
    world.answer = jwksAnswer(key)
    expect((await prove(key)).kind).toBe('user')
  }
})

test('five rotations in a row of a local user pool, as in a test file, are all admitted', async () => {
  await using pool = await createUserPool({ apps: [{ algorithm: 'ES256' }] })
  const guard = createGuard(pool.guardOptions)
  for (let round = 0; round < 5; round++) {
    await pool.rotateKeys()
    expect((await guard.verifyToken(pool.mint())).kind).toBe('user')
  }
})

describe('unknown keys', () => {
  test('are 401, and a flood of them costs the issuer three fetches at once', async () => {
    const flood = Array.from({ length: 1000 }, (_, at) => prove({ ...second, kid: `unknown-${at}` }))
    const outcomes = await Promise.allSettled(flood)
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { reason: 'unknown_key', status: 401 } })
    for (let at = 0; at < 100; at++) await prove({ ...second, kid: `later-${at}` }).catch(() => {})
    expect(world.fetched.length - 1).toBe(3)
  })

  test('cost six fetches in the first minute, and four a minute after', async () => {
    const flood = async (seconds: number) => {
      for (let at = 0; at < seconds; at++) {
        await prove({ ...second, kid: `${world.now}` }).catch(() => {})
        world.wait(1)
      }
    }
    await flood(60)
    expect(world.fetched.length - 1).toBe(6)
    await flood(1)
    expect(world.fetched.length - 1).toBe(7)
    await flood(120)
    expect(world.fetched.length - 1).toBe(15)
  })

  test('are answered with 503 when the JWKS refresh limit is reached', async () => {
    for (let at = 0; at < 3; at++) await prove({ ...second, kid: `unknown-${at}` }).catch(() => {})
    world.answer = jwksAnswer(first, second)
    world.wait(1)
    await expect(prove(second)).rejects.toMatchObject({
      reason: 'keys_unavailable',
      status: 503,
      headers: { 'Retry-After': '14' },
    })
    world.wait(14)
    expect((await prove(second)).kind).toBe('user')
  })

  const denied = { reason: 'unknown_key', status: 401 }

  test('that a fetch has denied are 401 for 15 s without another fetch, and then the issuer is asked again', async () => {
    await expect(prove(second)).rejects.toMatchObject(denied)
    const asked = world.fetched.length
    world.answer = jwksAnswer(first, second)
    world.wait(14.9)
    await expect(prove(second)).rejects.toMatchObject(denied)
    expect(world.fetched).toHaveLength(asked)
    world.wait(0.1)
    expect((await prove(second)).kind).toBe('user')
  })

  test('that a fetch has denied are known from the next fetch on, whoever caused it', async () => {
    await expect(prove(second)).rejects.toMatchObject(denied)
    world.answer = jwksAnswer(first, second)
    await expect(prove({ ...second, kid: 'another' })).rejects.toMatchObject(denied)
    expect((await prove(second)).kind).toBe('user')
  })

  test('that were denied long before a refresh are asked about anew after it', async () => {
    await expect(prove(second)).rejects.toMatchObject(denied)
    world.wait(580)
    await prove()
    await settled()
    world.answer = jwksAnswer(first, second)
    expect((await prove(second)).kind).toBe('user')
  })

  test('that a fetch has denied are remembered a hundred at a time', async () => {
    const flood = Array.from({ length: 101 }, (_, at) => prove({ ...second, kid: `unknown-${at}` }))
    for (const outcome of await Promise.allSettled(flood)) expect(outcome).toMatchObject({ reason: denied })
    await prove({ ...second, kid: 'another' }).catch(() => {})
    const asked = world.fetched.length
    await expect(prove({ ...second, kid: 'unknown-100' })).rejects.toMatchObject(denied)
    await expect(prove({ ...second, kid: 'unknown-0' })).rejects.toMatchObject({ status: 503 })
    expect(world.fetched).toHaveLength(asked)
  })

  test.each([1, 5, 8, 10, 15, 16, 60])(
    'of a client that keeps sending an old token are always 401, one request every %d s',
    async (every) => {
      for (let passed = 0; passed < 1800; passed += every) {
        await expect(prove({ ...impostor, kid: 'old' })).rejects.toMatchObject(denied)
        world.wait(every)
      }
      expect(world.fetched.length).toBeLessThan(1800 / 15 + 10)
    },
  )

  test('of two clients that keep sending old tokens are always 401: one fetch answers for both', async () => {
    for (let passed = 0; passed < 1800; passed += 5) {
      await expect(prove({ ...impostor, kid: 'old' })).rejects.toMatchObject(denied)
      await expect(prove({ ...impostor, kid: 'older' })).rejects.toMatchObject(denied)
      world.wait(5)
    }
  })

  test('in a slow trickle never make a token of a new key 401, and delay it by 15 s at most', async () => {
    for (let second = 0; second < 300; second += 10) {
      await prove({ ...impostor, kid: `made-up-${second}` }).catch(() => {})
      world.wait(10)
    }
    const after = await secondsUntilAdmitted(second, async (at) => {
      if (at % 10 === 0) await prove({ ...impostor, kid: `later-${at}` }).catch(() => {})
    })
    expect(after).toBeLessThanOrEqual(15)
  })

  test('in a flood never make a token of a new key 401, and delay it by 15 s at most', async () => {
    const flood = async (at: number) => {
      const batch = Array.from({ length: 20 }, (_, one) => prove({ ...impostor, kid: `made-up-${at}-${one}` }))
      await Promise.allSettled(batch)
    }
    for (let second = 0; second < 61; second++) {
      await flood(second)
      world.wait(1)
    }
    expect(await secondsUntilAdmitted(second, (at) => flood(1000 + at))).toBeLessThanOrEqual(15)
  })

  /** How long a token of a key that was published now is 503; it must never be anything else until it passes. */
  async function secondsUntilAdmitted(key: typeof second, traffic: (at: number) => Promise<void>): Promise<number> {
    world.answer = jwksAnswer(first, key)
    for (let at = 0; ; at++) {
      await traffic(at)
      const outcome = await prove(key).catch((error: unknown) => error)
      if (!(outcome instanceof Error)) return at
      expect(outcome).toMatchObject({ status: 503, reason: 'keys_unavailable' })
      world.wait(1)
    }
  }

  test('that were removed leave the budget to new ones', async () => {
    world.answer = jwksAnswer(second)
    world.wait(580)
    await prove()
    await settled()
    for (let at = 0; at < 10; at++) await expect(prove()).rejects.toMatchObject({ reason: 'unknown_key', status: 401 })
    expect(world.fetched).toHaveLength(3)
    const third = { ...first, kid: 'third' }
    world.answer = jwksAnswer({ jwk: { ...first.jwk, kid: 'third' } })
    expect((await prove(third)).kind).toBe('user')
    world.answer = jwksAnswer(first)
    world.wait(40)
    expect((await prove()).kind).toBe('user')
  })

  test('that were removed are remembered a hundred at a time', async () => {
    for (let round = 0; round < 3; round++) {
      const many = Array.from({ length: 60 }, (_, at) => ({ jwk: { ...first.jwk, kid: `${round}-${at}` } }))
      world.answer = jwksAnswer(first, ...many)
      world.wait(580)
      await prove()
      await settled()
    }
    for (let at = 0; at < 3; at++) await prove({ ...second, kid: `unknown-${at}` }).catch(() => {})
    world.wait(5)
    await expect(prove({ ...first, kid: '1-59' })).rejects.toMatchObject({ status: 401 })
    await expect(prove({ ...first, kid: '0-0' })).rejects.toMatchObject({ status: 503 })
  })

  test('on a cold instance starve no good token', async () => {
    ;({ guard, world } = guardAt(jwksAnswer(first)))
    const flood = Array.from({ length: 400 }, (_, at) => prove({ ...second, kid: `unknown-${at}` }).catch(() => {}))
    expect((await prove()).kind).toBe('user')
    await Promise.all(flood)
    expect(world.fetched.length).toBeLessThanOrEqual(5)
  })

  test('are 503 while the issuer cannot be asked, for the key may be its own', async () => {
    world.answer = failing('ECONNREFUSED')
    await expect(prove(second)).rejects.toMatchObject({ reason: 'keys_unavailable', status: 503 })
    await expect(prove(second)).rejects.toMatchObject({ reason: 'keys_unavailable' })
    expect(world.fetched).toHaveLength(2)
    expect((await prove()).kind).toBe('user')
    world.answer = jwksAnswer(first, second)
    world.wait(31)
    expect((await prove(second)).kind).toBe('user')
  })

  test('earn nothing by a clock that is set back', async () => {
    for (let at = 0; at < 10; at++) {
      await prove({ ...second, kid: `${at}` }).catch(() => {})
      world.wait(-60)
    }
    await settled()
    const asked = world.fetched.length
    await prove({ ...second, kid: 'another' }).catch(() => {})
    expect(world.fetched.length).toBeLessThanOrEqual(asked + 1)
  })
})

describe('a key that is gone', () => {
  test('is refused from the refresh that sees it, remembered tokens included', async () => {
    ;({ guard, world } = guardAt(jwksAnswer(first, second), { tokenCache: {} }))
    const remembered = userToken(first, world.now)
    for (let round = 0; round < 3; round++) await guard.verifyToken(remembered)
    world.answer = jwksAnswer(second)
    world.wait(580)
    expect((await guard.verifyToken(userToken(second, world.now))).kind).toBe('user')
    await settled()
    await expect(guard.verifyToken(remembered)).rejects.toMatchObject({ reason: 'unknown_key' })
  })

  test('is told in the event of the refresh', async () => {
    world.answer = jwksAnswer(second)
    world.wait(580)
    await prove()
    await settled()
    const refreshes = world.events.filter(({ type }) => type === 'keys_refreshed')
    expect(refreshes).toMatchObject([{ rotated: false, added: ['first'] }, { rotated: true }])
    expect(refreshes.at(-1)).toEqual({
      type: 'keys_refreshed',
      issuer: 'https://my-app.authing.cn/oidc',
      appId: '5f17a529f64fb009b794a2ff',
      keyIds: ['second'],
      rotated: true,
      added: ['second'],
      removed: ['first'],
      skipped: [],
    })
  })

  test('is refused at once where other material is under its kid', async () => {
    ;({ guard, world } = guardAt(jwksAnswer(first), { tokenCache: {} }))
    const remembered = userToken(first, world.now)
    for (let round = 0; round < 3; round++) await guard.verifyToken(remembered)
    world.answer = jwksAnswer(impostor)
    world.wait(580)
    await guard.verifyToken(remembered)
    await settled()
    await expect(guard.verifyToken(remembered)).rejects.toMatchObject({ reason: 'bad_signature' })
    expect((await guard.verifyToken(userToken(impostor, world.now))).kind).toBe('user')
  })

  test('leaves tokens of other material under its kid 401 until the refresh: a bad signature causes no fetch', async () => {
    world.answer = jwksAnswer(impostor)
    for (let at = 0; at < 5; at++) {
      await expect(prove(impostor)).rejects.toMatchObject({ reason: 'bad_signature', status: 401 })
      world.wait(90)
    }
    expect(world.fetched).toHaveLength(1)
    world.wait(130)
    await prove()
    await settled()
    expect((await prove(impostor)).kind).toBe('user')
  })

  test('is gone by distrustKey, whatever the issuer says', async () => {
    ;({ guard, world } = guardAt(jwksAnswer(first, second), { tokenCache: {} }))
    const remembered = userToken(first, world.now)
    for (let round = 0; round < 3; round++) await guard.verifyToken(remembered)
    guard.distrustKey('first')
    await expect(guard.verifyToken(remembered)).rejects.toMatchObject({ reason: 'unknown_key' })
    world.wait(3600)
    await expect(prove()).rejects.toMatchObject({ reason: 'unknown_key' })
    expect((await prove(second)).kind).toBe('user')
  })
})

describe('warming up', () => {
  test('fetches the keys before the first token', async () => {
    ;({ guard, world } = guardAt(jwksAnswer(first)))
    expect(guard.health()).toMatchObject({ state: 'unavailable', applications: [{ age: undefined, keyIds: [] }] })
    expect(await guard.ready()).toMatchObject({ state: 'fresh', applications: [{ keyIds: ['first'], age: 0 }] })
    await guard.ready()
    await prove()
    expect(world.fetched).toHaveLength(1)
  })

  test('tells of a down issuer and rejects nothing', async () => {
    ;({ guard, world } = guardAt(failing('ECONNREFUSED')))
    expect(await guard.ready()).toMatchObject({
      state: 'unavailable',
      applications: [{ lastError: expect.any(String) }],
    })
    expect(await guard.ready()).toMatchObject({ state: 'unavailable' })
    expect(world.events).toMatchObject([{ type: 'keys_failed', state: 'unavailable' }])
  })

  test('ends after its time-out', async () => {
    ;({ guard, world } = guardAt(() => new Promise(() => {})))
    expect(await guard.ready({ timeout: 0.01 })).toMatchObject({ state: 'unavailable' })
  })

  test('has nothing to do for a user pool alone', async () => {
    const { createGuard } = await import('authing-guard')
    const pool = createGuard({ userPool: { id: '59f86b4832eb28071bdd9214', jwtSecret: 'a'.repeat(32) } })
    expect(await pool.ready()).toEqual({ state: 'fresh', applications: [] })
  })
})

test('keys without a kid come and go as others do', async () => {
  const { kid: _, ...nameless } = first.jwk
  ;({ guard, world } = guardAt(jwksAnswer({ jwk: nameless })))
  await prove({ ...first, kid: undefined as never })
  world.answer = jwksAnswer(second)
  world.wait(590)
  await prove({ ...first, kid: undefined as never })
  await settled()
  await expect(prove({ ...first, kid: undefined as never })).rejects.toMatchObject({ reason: 'bad_signature' })
})
