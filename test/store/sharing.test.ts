import type { Json } from 'authing-guard'
import { describe, expect, test } from 'vitest'
import type { FetchError } from '../../src/common/http.js'
import { decryptedFor, encryptFor } from '../../src/introspection/cipher.js'
import { Introspection } from '../../src/introspection/introspection.js'
import type { Found, SharedStore } from '../../src/store/shared-store.js'
import { activeReply, opaqueToken, opaqueTokens } from '../introspection/issuer.js'
import { now, today, userId } from '../support/world.js'

// Processes that tell each other what they were told.

interface Written {
  readonly purpose: string
  readonly key: string
  value: Json
  readonly seconds: number
}

function storeThat(says?: Found) {
  const written: Written[] = []
  const store: SharedStore = {
    read: async (purpose, key) => {
      if (says !== undefined) return says
      const found = written.find((one) => one.purpose === purpose && one.key === key)
      return found === undefined ? { state: 'absent' } : { state: 'found', value: found.value }
    },
    write: async (purpose, key, value, seconds) => {
      written.push({ purpose, key, value: JSON.parse(JSON.stringify(value)), seconds })
      return true
    },
  }
  return { store, written }
}

/** A process with a clock of its own. */
function processWith(store: SharedStore, { reply = {}, remember = 10, place = 'here', ahead = 0 } = {}) {
  const asked: string[] = []
  const time = { now: now + ahead * 1000 }
  const call = async (token: string): Promise<typeof activeReply | FetchError> => {
    asked.push(token)
    return { ...activeReply, ...reply }
  }
  const clock = { now: () => time.now, random: () => 0 }
  const times = { toleranceAfterEnd: 5, toleranceAhead: 60, maxTokenAge: undefined }
  const settings = { call, remember, abandonAfter: 4, canOutliveRequest: false, times, clock, report: () => {} }
  return { introspection: new Introspection(settings, place, store), asked, time }
}

describe('an active token', () => {
  test('is asked about once by all processes, until the answer is too old', async () => {
    const { store, written } = storeThat()
    const first = processWith(store)
    await first.introspection.ask(opaqueToken, false)
    const second = processWith(store)
    second.time.now += 9999
    await expect(second.introspection.ask(opaqueToken, false)).resolves.toMatchObject({ sub: userId })
    expect([first.asked, second.asked]).toEqual([[opaqueToken], []])
    // From the first question on, wherever it is remembered.
    second.time.now += 1
    await second.introspection.ask(opaqueToken, false)
    expect(second.asked).toEqual([opaqueToken])
    expect(written).toMatchObject([{ purpose: 'introspection', seconds: 10 }, { seconds: 10 }])
  })

  test('is told for no longer than it lives, nor where it ends at once', async () => {
    const { store, written } = storeThat()
    await processWith(store, { reply: { exp: today + 4 } }).introspection.ask(opaqueToken, false)
    expect(written).toMatchObject([{ seconds: 4 }])
    await processWith(store, { reply: { exp: today }, place: 'there' }).introspection.ask(opaqueToken, false)
    expect(written).toHaveLength(1)
  })

  test('is in the store by its digest, and what was said of it for its bearer alone to read', async () => {
    const { store, written } = storeThat()
    await processWith(store).introspection.ask(opaqueToken, false)
    const text = JSON.stringify(written)
    for (const word of [opaqueToken, opaqueToken.slice(0, 12), userId, 'book:read', 'active']) {
      expect(text).not.toContain(word)
    }
    const [{ value } = { value: '' }] = written
    expect(await decryptedFor(opaqueToken, String(value))).toContain(userId)
    expect(await decryptedFor(`${opaqueToken}0`, String(value))).toBeUndefined()
  })

  test('of which more is said than a stack can tell is asked about each time, and kept nowhere', async () => {
    const { store, written } = storeThat()
    const deep: Json = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    const { introspection, asked } = processWith(store, { reply: { deep } })
    for (let turn = 1; turn <= 2; turn++) {
      await expect(introspection.ask(opaqueToken, false)).resolves.toMatchObject({ sub: userId })
      expect(asked).toHaveLength(turn)
    }
    expect(written).toEqual([])
  })

  test('is never in the store twice alike', async () => {
    const values = await Promise.all([1, 2].map(() => encryptFor(opaqueToken, 'the same')))
    expect(new Set(values).size).toBe(2)
    for (const value of values) expect(await decryptedFor(opaqueToken, value)).toBe('the same')
  })

  test('of another place is asked about', async () => {
    const { store } = storeThat()
    await processWith(store).introspection.ask(opaqueToken, false)
    const there = processWith(store, { place: 'there' })
    await there.introspection.ask(opaqueToken, false)
    expect(there.asked).toEqual([opaqueToken])
  })

  test('is asked about by a process that remembers for less, or nothing', async () => {
    const { store, written } = storeThat()
    await processWith(store).introspection.ask(opaqueToken, false)
    const brief = processWith(store, { remember: 1 })
    brief.time.now += 1000
    await brief.introspection.ask(opaqueToken, false)
    const forgetful = processWith(store, { remember: 0 })
    await forgetful.introspection.ask(opaqueToken, false)
    expect([brief.asked, forgetful.asked]).toEqual([[opaqueToken], [opaqueToken]])
    expect(written).toHaveLength(2)
  })

  test('is asked about where it was told by a clock that is ahead: nobody knows how old that is', async () => {
    const { store } = storeThat()
    await processWith(store, { ahead: 1 }).introspection.ask(opaqueToken, false)
    const behind = processWith(store)
    await behind.introspection.ask(opaqueToken, false)
    expect(behind.asked).toEqual([opaqueToken])
  })

  test('is asked about by a process that was told later that it is active no more', async () => {
    const { store } = storeThat()
    await processWith(store).introspection.ask(opaqueToken, false)
    let isDown = true
    const read: SharedStore['read'] = async (...of) => (isDown ? { state: 'down' } : store.read(...of))
    const second = processWith({ ...store, read }, { reply: { active: false }, ahead: 1 })
    expect(await second.introspection.ask(opaqueToken, false)).toMatchObject({ reason: 'inactive_token' })
    isDown = false
    second.time.now += 2000
    expect(await second.introspection.ask(opaqueToken, false)).toMatchObject({ reason: 'inactive_token' })
    expect(second.asked).toHaveLength(2)
  })

  test('draws nothing on the budget, told here or there', async () => {
    const { store } = storeThat()
    const tokens = opaqueTokens(1, 300)
    const first = processWith(store)
    for (const token of tokens) await first.introspection.ask(token, false)
    const second = processWith(store)
    for (const token of tokens) await second.introspection.ask(token, false)
    expect([first.asked.length, second.asked.length]).toEqual([300, 0])
  })
})

describe('a token that is not active', () => {
  test('is each process’s own affair', async () => {
    const { store, written } = storeThat()
    const { introspection } = processWith(store, { reply: { active: false } })
    expect(await introspection.ask(opaqueToken, false)).toMatchObject({ reason: 'inactive_token' })
    expect(written).toEqual([])
  })
})

describe('a store that is of no help', () => {
  const value = (json: Json): Found => ({ state: 'found', value: json })
  const leavesItToTheIssuer = async (says: Found) => {
    const { introspection, asked } = processWith(storeThat(says).store)
    await expect(introspection.ask(opaqueToken, false)).resolves.toMatchObject({ sub: userId })
    expect(asked).toEqual([opaqueToken])
  }

  test.each<[string, Found]>([
    ['is down', { state: 'down' }],
    ['has a value that is not sealed', { state: 'rejected' }],
    ['has no text', value(7)],
    ['has an empty text', value('')],
    ['has a text that is no base64', value('{}')],
    ['has what is not encrypted', value(btoa(JSON.stringify({ reply: activeReply, since: now })))],
    ['has a reply for all to read', value({ reply: activeReply, since: now })],
  ])('that %s leaves the issuer to be asked', (_, says) => leavesItToTheIssuer(says))

  test.each<[string, Json]>([
    ['no object', 'x'],
    ['no reply', { since: now }],
    ['no time', { reply: activeReply }],
    ['a time that is none', { reply: activeReply, since: 'now' }],
    ['a reply that is none', { reply: [], since: now }],
    ['a reply that is not active', { reply: { ...activeReply, active: false }, since: now }],
    ['a reply that has ended', { reply: { ...activeReply, exp: today - 60 }, since: now }],
    ['a reply of a refresh token', { reply: { ...activeReply, token_type: 'refresh' }, since: now }],
    ['an old reply', { reply: activeReply, since: now - 10_000 }],
  ])('that has %s leaves the issuer to be asked', async (_, told) => {
    await leavesItToTheIssuer(value(await encryptFor(opaqueToken, JSON.stringify(told))))
  })

  test('that has what is for another token leaves the issuer to be asked', async () => {
    const told = JSON.stringify({ reply: activeReply, since: now })
    await leavesItToTheIssuer(value(await encryptFor(`${opaqueToken}0`, told)))
    const { introspection, asked } = processWith(storeThat(value(await encryptFor(opaqueToken, told))).store)
    await introspection.ask(opaqueToken, false)
    expect(asked).toEqual([])
  })
})
