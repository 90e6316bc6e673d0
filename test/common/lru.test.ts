import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lru } from '../../src/common/lru.js'
import { scaled } from '../support/scale.js'

const weightOf = (_: string, { length }: string) => length
const make = (maxEntries: number, maxWeight: number) => new Lru<string, string>({ maxEntries, maxWeight, weightOf })

test('the least recently used entry is evicted first', () => {
  const kept = make(2, 100)
  kept.set('a', 'ant')
  kept.set('b', 'bee')
  kept.get('a')
  kept.set('c', 'cow')
  expect(['a', 'b', 'c'].map((key) => kept.get(key))).toEqual(['ant', undefined, 'cow'])
})

test('a heavy entry evicts as many others as it needs', () => {
  const kept = make(10, 10)
  for (const key of ['a', 'b', 'c', 'd']) kept.set(key, '12')
  kept.set('e', '1234567')
  expect(['a', 'b', 'c', 'd', 'e'].map((key) => kept.get(key)?.length)).toEqual([undefined, undefined, undefined, 2, 7])
})

test('an entry that is too heavy is not kept, deletes the one that it would replace, and evicts no other', () => {
  const kept = make(10, 4)
  kept.set('a', '12')
  kept.set('b', '12')
  kept.set('b', '12345')
  expect([kept.get('a'), kept.get('b')]).toEqual(['12', undefined])
})

test('deleteWhere deletes every entry whose value matches', () => {
  const kept = make(10, 100)
  for (const key of 'abcdefgh') kept.set(key, 'aceg'.includes(key) ? 'odd' : 'even')
  kept.deleteWhere((value) => value === 'odd')
  expect([...'abcdefgh'].filter((key) => kept.get(key) !== undefined)).toEqual(['b', 'd', 'f', 'h'])
})

test('it keeps the same entries as a plain list of the last used, over random operations', () => {
  const key = fc.constantFrom(...'abcdef')
  const value = fc.string({ minLength: 1, maxLength: 7 })
  const action = fc.oneof(
    fc.record({ set: key, value }),
    fc.record({ get: key }),
    fc.record({ delete: key }),
    fc.record({ deleteOver: fc.nat(7) }),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(action),
      (most, heavy, all) => {
        const kept = make(most, heavy)
        let model: [string, string][] = []
        const weight = () => model.reduce((sum, [, { length }]) => sum + length, 0)
        for (const one of all) {
          if ('set' in one) {
            kept.set(one.set, one.value)
            model = model.filter(([name]) => name !== one.set)
            if (one.value.length <= heavy) model.push([one.set, one.value])
            while (model.length > most || weight() > heavy) model.shift()
          } else if ('get' in one) {
            const found = model.find(([name]) => name === one.get)
            expect(kept.get(one.get)).toBe(found?.[1])
            if (found) model = [...model.filter((entry) => entry !== found), found]
          } else if ('delete' in one) {
            kept.delete(one.delete)
            model = model.filter(([name]) => name !== one.delete)
          } else {
            kept.deleteWhere(({ length }) => length > one.deleteOver)
            model = model.filter(([, { length }]) => length <= one.deleteOver)
          }
        }
        // From the oldest on, so that looking at them changes nothing of their order.
        for (const [name, text] of model) expect(kept.get(name)).toBe(text)
        expect([...'abcdef'].filter((name) => kept.get(name) !== undefined)).toHaveLength(model.length)
      },
    ),
    { numRuns: scaled(500) },
  )
})
