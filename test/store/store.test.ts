import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { StoreEvent } from '../../src/store/contract.js'
import { sealedStore } from '../../src/store/sealed-store.js'
import { FakeClient, secret } from './fleet.js'

// What is in the store, and what of it counts.

const other = 'another secret, as long as the first'
const bytesOf = (text: string) => new TextEncoder().encode(text)

function storeWith({ secrets = [secret], prefix = 'guard', client = undefined as FakeClient | undefined } = {}) {
  const world = { now: 1_700_000_000_000 }
  const news: StoreEvent[] = []
  const used = client ?? new FakeClient(world)
  const settings = { client: used, secret: secrets.map(bytesOf), prefix, timeout: 0.02 }
  const store = sealedStore(settings, {
    now: () => world.now,
    random: () => 0.5,
    emit: (one) => news.push(one),
  })
  return { store, client: used, news, world }
}

const value = { before: 1, list: ['a', null, true] }

describe('a value', () => {
  test('is found under its purpose and key, for its time', async () => {
    const { store, world } = storeWith()
    expect(await store.write('jwks', 'key', value, 10)).toBe(true)
    expect(await store.read('jwks', 'key')).toEqual({ state: 'found', value })
    expect(await store.read('jwks', 'another')).toEqual({ state: 'absent' })
    expect(await store.read('revocation', 'key')).toEqual({ state: 'absent' })
    world.now += 10_000
    expect(await store.read('jwks', 'key')).toEqual({ state: 'absent' })
  })

  test('is under a name that says nothing of its key: a SHA-256 behind prefix and purpose', async () => {
    const { store, client } = storeWith()
    await store.write('jwks', 'key', value, 10)
    const digest = '2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683'
    expect([...client.values.keys()]).toEqual([`guard:jwks:${digest}`])
  })

  test('is found with either secret while one replaces the other, and sealed by the first', async () => {
    const { store, client } = storeWith({ secrets: [other, secret] })
    await storeWith({ client }).store.write('jwks', 'old', value, 10)
    expect(await store.read('jwks', 'old')).toMatchObject({ state: 'found' })
    await store.write('jwks', 'new', value, 10)
    expect(await storeWith({ client, secrets: [other] }).store.read('jwks', 'new')).toMatchObject({ state: 'found' })
    expect(await storeWith({ client }).store.read('jwks', 'new')).toEqual({ state: 'rejected' })
  })

  test('is not stored where it is too long', async () => {
    const { store, client } = storeWith()
    expect(await store.write('jwks', 'key', 'x'.repeat(259_999), 10)).toBe(false)
    expect(await store.write('jwks', 'key', 'x'.repeat(259_998), 10)).toBe(true)
    expect(client.calls).toHaveLength(1)
    expect(await store.read('jwks', 'key')).toMatchObject({ state: 'found' })
  })

  test('is not stored where it is nested too deep to be told', async () => {
    const { store, client } = storeWith()
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    expect(await store.write('jwks', 'key', deep, 10)).toBe(false)
    expect(client.calls).toEqual([])
  })

  test('is not stored where the client says that it was not', async () => {
    const { store, client, news } = storeWith()
    client.set = async () => false
    expect(await store.write('jwks', 'key', value, 10)).toBe(false)
    expect(news).toEqual([
      { type: 'store_failed', operation: 'write', purpose: 'jwks', error: "the client's set returned false" },
    ])
  })
})

describe('what counts for nothing, and is told', () => {
  const sealed = async (purpose: 'jwks' | 'revocation', name: string, prefix = 'guard', by = secret) => {
    const { store, client } = storeWith({ prefix, secrets: [by] })
    await store.write(purpose, name, value, 10)
    return String([...client.values.values()][0])
  }
  const readOf = async (found: unknown, seconds = 0) => {
    const { store, client, news, world } = storeWith()
    await store.write('jwks', 'key', value, 1000)
    client.values.set(client.nameOf('jwks'), found)
    world.now += seconds * 1000
    const { state } = await store.read('jwks', 'key')
    expect(news.map(({ type, purpose }) => [type, purpose])).toEqual(
      state === 'rejected' ? [['store_rejected', 'jwks']] : [],
    )
    return state
  }

  test('is a value that was changed, in any of its characters', async () => {
    const good = await sealed('jwks', 'key')
    expect(await readOf(good)).toBe('found')
    for (let at = 0; at < good.length; at++) {
      const char = good[at] === '0' ? '1' : '0'
      expect(await readOf(good.slice(0, at) + char + good.slice(at + 1)), `character ${at}`).toBe('rejected')
    }
  })

  test.each([
    ['bytes', Buffer.from('1.0.a.b'), 'object'],
    ['a parsed object', { value: 1 }, 'object'],
    ['a number', 7, 'number'],
    ['true', true, 'boolean'],
  ])('is %s where the client returns that instead of the text that was set', async (_, found, type) => {
    expect(await readOf(found)).toBe('rejected')
    const { store, client, news } = storeWith()
    await store.write('jwks', 'key', value, 10)
    client.values.set(client.nameOf('jwks'), found)
    await store.read('jwks', 'key')
    const error = `the client's get returned a value of type ${type}, not the text that was set`
    expect(news).toEqual([{ type: 'store_rejected', purpose: 'jwks', error }])
  })

  test('is a value that was moved to another key, purpose or prefix', async () => {
    expect(await readOf(await sealed('jwks', 'another'))).toBe('rejected')
    expect(await readOf(await sealed('revocation', 'key'))).toBe('rejected')
    expect(await readOf(await sealed('jwks', 'key', 'staging'))).toBe('rejected')
  })

  test('is a value that was sealed with another secret', async () => {
    expect(await readOf(await sealed('jwks', 'key', 'guard', other))).toBe('rejected')
  })

  test('is a value that was replayed past its end; one that has just ended is gone', async () => {
    const good = await sealed('jwks', 'key')
    expect(await readOf(good, 9.999)).toBe('found')
    expect(await readOf(good, 10)).toBe('absent')
    expect(await readOf(good, 69.999)).toBe('absent')
    expect(await readOf(good, 70)).toBe('rejected')
  })

  test.each([
    ['a number', 7],
    ['an object', { value }],
    ['bytes', new Uint8Array(100)],
    ['an empty text', ''],
    ['JSON', JSON.stringify(value)],
    ['half a seal', '1.1700000010000.00.{}'],
    ['far too much', `1.1700000010000.${'0'.repeat(64)}.${'x'.repeat(300_000)}`],
  ])('is %s', async (_, found) => {
    expect(await readOf(found)).toBe('rejected')
  })

  test('is what is sealed and no JSON', async () => {
    const message = JSON.stringify([1, 'guard', 'jwks', 'key', 1_700_000_010_000, 'no JSON'])
    const seal = createHmac('sha256', secret).update(message).digest('hex')
    expect(await readOf(`1.1700000010000.${seal}.no JSON`)).toBe('rejected')
  })
})

describe('a client that fails', () => {
  test.each(['down', 'paused', 'throwing'] as const)('by being %s is told of once, and never throws', async (fault) => {
    const { store, client, news } = storeWith()
    client.fault = fault
    for (let call = 0; call < 4; call++) {
      expect(await store.read('jwks', 'key')).toEqual({ state: 'down' })
      expect(await store.write('jwks', 'key', value, 10)).toBe(false)
    }
    const error = { down: 'ECONNREFUSED', paused: 'no answer within 20 ms', throwing: 'the client threw or rejected' }
    expect(news).toEqual(
      ['read', 'write'].map((operation) => ({
        type: 'store_failed',
        operation,
        purpose: 'jwks',
        error: error[fault],
      })),
    )
    expect(JSON.stringify(news)).not.toContain('hunter2')
    expect(store.health()).toEqual({ reads: 'down', writes: 'down' })
  })

  test('that rejects with a value other than an error reports nothing of that value', async () => {
    const { store, client, news } = storeWith()
    client.get = () => Promise.reject('hunter2')
    await store.read('jwks', 'key')
    client.get = () => Promise.reject(null)
    await store.read('jwks', 'key')
    client.get = () => Promise.reject({ message: { toString: () => 'HUNTER' } })
    await store.read('jwks', 'key')
    expect(news).toEqual([
      { type: 'store_failed', operation: 'read', purpose: 'jwks', error: 'the client threw or rejected' },
    ])
  })
})
