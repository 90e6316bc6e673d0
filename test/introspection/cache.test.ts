import { expect, test } from 'vitest'
import { IntrospectionCache } from '../../src/introspection/cache.js'
import type { Reply } from '../../src/introspection/reply.js'
import { today } from '../support/world.js'

const span = { since: 0, until: 10_000, end: 20_000 }

test('a reply is answered from the cache until its time is over', () => {
  const cache = new IntrospectionCache()
  const reply = { active: true, exp: today } as unknown as Reply
  cache.keep('digest', reply, span)
  expect(cache.get('digest', 9_999)).toBe(reply)
  expect(cache.get('digest', 10_000)).toBeUndefined()
})

test('a reply that is nested too deep for JSON.stringify is not kept, but its token counts as known', () => {
  let nested: unknown = []
  for (let level = 0; level < 200_000; level++) nested = [nested]
  const cache = new IntrospectionCache()
  cache.keep('digest', { active: true, exp: today, nested } as unknown as Reply, span)
  expect(cache.get('digest', 1)).toBeUndefined()
  expect(cache.knows('digest', 1)).toBe(true)
})
