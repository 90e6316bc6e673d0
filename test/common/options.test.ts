import { describe, expect, test } from 'vitest'
import { group, groupOrFalse, OptionReader, optionalGroup, readOptions } from '../../src/common/option-reader.js'
import {
  anything,
  callback,
  choice,
  count,
  flag,
  type Option,
  refined,
  seconds,
  someOf,
  text,
  texts,
} from '../../src/common/options.js'

const inner = { life: seconds({ min: 1, max: 60, default: 10 }) }
const table = {
  id: text('an id'),
  label: text('a label', { default: 'none' }),
  note: text('a note', { default: undefined }),
  names: texts('names', { default: undefined }),
  kinds: someOf(['a', 'b']),
  wait: seconds({ min: 0.5, max: 60, default: 3 }),
  limit: seconds({ min: 1, max: 60, default: undefined }),
  size: count({ unit: 'bytes', min: 1, max: 100, default: 50 }),
  mode: choice(['on', 'off'], { default: 'off' }),
  role: choice(['x', 'y'], { default: undefined }),
  strict: flag,
  hook: callback<() => number>(),
  raw: anything,
  inner: group(inner),
  more: optionalGroup(inner),
  cache: groupOrFalse(inner),
}
const read = (given: object) => readOptions(table, { id: 'i', ...given }, 'my.')

describe('a table of options', () => {
  test('gives each option its default where it is left out, or is undefined', () => {
    const defaults = {
      ...{ id: 'i', label: 'none', note: undefined, names: undefined, kinds: undefined, wait: 3, limit: undefined },
      ...{ size: 50, mode: 'off', role: undefined, strict: false, hook: undefined, raw: undefined },
      ...{ inner: { life: 10 }, more: undefined, cache: { life: 10 } },
    }
    expect(read({})).toEqual(defaults)
    const names = Object.keys(table).filter((name) => name !== 'id')
    expect(read(Object.fromEntries(names.map((name) => [name, undefined])))).toEqual(defaults)
  })

  test('reads what is given', () => {
    const hook = () => 1
    const given = {
      ...{ id: 'j', label: 'l', note: 'n', names: ['p', 'q'], kinds: ['b'], wait: 0.5, limit: 60, size: 1, mode: 'on' },
      ...{ role: 'y', strict: true, hook, raw: null, inner: { life: 1 }, more: { life: 2 }, cache: { life: 60 } },
    }
    expect(read(given)).toEqual(given)
    expect(read({ names: 'p', kinds: 'a', cache: false })).toMatchObject({ names: ['p'], kinds: ['a'], cache: false })
  })

  test('infers the types of what it reads', () => {
    const { wait, limit, mode, role, hook, cache } = read({})
    const types: {
      wait: number
      limit: number | undefined
      mode: 'on' | 'off'
      role: 'x' | 'y' | undefined
      hook: (() => number) | undefined
      cache: { readonly life: number } | false
    } = { wait, limit, mode, role, hook, cache }
    expect(types.wait).toBe(3)
  })

  test.each<[object, string]>([
    [{ id: undefined }, 'my.id is missing. It must be an id'],
    [{ id: null }, 'my.id is missing. It must be an id'],
    [{ id: 1 }, 'my.id must be a string: an id'],
    [{ id: ' ' }, 'my.id is blank. It must be an id'],
    [{ id: ' i' }, 'my.id has white space around it'],
    [{ label: null }, 'my.label is missing. It must be a label'],
    [{ names: [] }, 'my.names is an empty list. It must be names'],
    [{ names: ['p', 'p'] }, 'my.names holds the same value twice'],
    [{ names: ['p', 1] }, 'my.names must be a string: names'],
    [{ kinds: ['a', 'c'] }, 'my.kinds must be one or several of a, b'],
    [{ wait: 0.4 }, 'my.wait must be a number of seconds (not milliseconds), from 0.5 to 60'],
    [{ wait: 61 }, 'my.wait must be a number of seconds (not milliseconds), from 0.5 to 60'],
    [{ wait: Number.NaN }, 'my.wait must be a number of seconds'],
    [{ wait: '3' }, 'my.wait must be a number of seconds'],
    [{ wait: null }, 'my.wait must be a number of seconds'],
    [{ size: 1.5 }, 'my.size must be a whole number from 1 to 100'],
    [{ size: 0 }, 'my.size must be a whole number from 1 to 100'],
    [{ size: 101 }, 'my.size must be a whole number from 1 to 100'],
    [{ size: 5n }, 'my.size must be a whole number from 1 to 100'],
    [{ mode: 'auto' }, 'my.mode must be "on" or "off"'],
    [{ mode: null }, 'my.mode must be "on" or "off"'],
    [{ strict: 0 }, 'my.strict must be false or true'],
    [{ hook: {} }, 'my.hook must be a function'],
    [{ inner: null }, 'my.inner must be an object with life'],
    [{ inner: false }, 'my.inner must be an object with life'],
    [{ more: [] }, 'my.more must be an object with life'],
    [{ cache: true }, 'my.cache must be an object with life'],
    [{ inner: { life: 0 } }, 'my.inner.life must be a number of seconds (not milliseconds), from 1 to 60'],
    [{ inner: { lif: 1 } }, 'there is no option my.inner.lif. Did you mean my.inner.life? The options are life'],
    [{ label2: 1 }, 'there is no option my.label2. Did you mean my.label? The options are id, label, '],
    [{ unknown: undefined }, 'there is no option my.unknown. The options are id, label, '],
  ])('refuses %o', (given, message) => {
    expect(() => read(given)).toThrow(TypeError)
    expect(() => read(given)).toThrow(`authing-guard: ${message}`)
  })

  test('reads own properties only', () => {
    const given = Object.create({ label: 'inherited', unknown: 1 })
    expect(readOptions(table, Object.assign(given, { id: 'i' }), '').label).toBe('none')
  })

  test('reads a getter once, so that it cannot say one thing to the check and another to the code', () => {
    let reads = 0
    const given = {
      id: 'i',
      get wait() {
        return ++reads === 1 ? 5 : 5000
      },
    }
    expect(readOptions(table, given, '').wait).toBe(5)
    expect(reads).toBe(1)
  })

  test('says which bounds, unit and default an option has, for the documents', () => {
    expect(table.wait).toMatchObject({ default: 3, range: { min: 0.5, max: 60, unit: 'seconds' } })
    expect(table.size).toMatchObject({ default: 50, range: { min: 1, max: 100, unit: 'bytes' } })
    expect(table.inner.group).toBe(inner)
    expect('default' in table.id).toBe(false)
  })

  test('lets an option check or convert its value further, and keeps its bounds and default', () => {
    const even: Option<number> = refined(table.size, (value, name) => {
      if (value % 2 === 0) return value / 2
      throw new TypeError(`${name} is odd`)
    })
    expect(readOptions({ even }, {}, '')).toEqual({ even: 25 })
    expect(() => readOptions({ even }, { even: 3 }, 'a.')).toThrow('a.even is odd')
    expect(even).toMatchObject({ default: 50, range: { max: 100 } })
  })
})

test('an option that was given as undefined differs from one that was left out', () => {
  const reader = new OptionReader({ a: undefined }, '', ['a', 'b'])
  expect([reader.has('a'), reader.has('b'), reader.get('a')]).toEqual([true, false, undefined])
})
