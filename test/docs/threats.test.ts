import { describe, expect, test } from 'vitest'
import { type Row, readPage } from './markdown.js'
import { titles } from './titles.js'

// The threat model names a test for each threat; this reads whether there is such a test.

/** Threats that are no part of the package yet: what checks them is not built. A row leaves here with its test. */
const notBuiltYet = [82, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124]
const count = 158

const { tables } = readPage('docs/threat-model.md')
const rows = tables.flat().filter(([number = '']) => /^\d+$/.test(number))
const numberOf = ([number = '']: Row) => Number(number)

/** The tests that a row names: `file: title, title; file: title`. */
function namedIn([, , , cell = '']: Row): readonly (readonly [file: string, title: string])[] {
  let file = ''
  return [...cell.matchAll(/([\w/.-]+\.test\.ts): |`([^`]+)`/g)].flatMap(([, path, title]) => {
    file = path ?? file
    return title === undefined ? [] : [[file, title] as const]
  })
}

describe('the threat model', () => {
  test('has each threat once, in turn', () => {
    expect(rows.map(numberOf)).toEqual(Array.from({ length: count }, (_, at) => at + 1))
  })

  test('names for each a test that there is', () => {
    for (const row of rows.filter((one) => !notBuiltYet.includes(numberOf(one)))) {
      const named = namedIn(row)
      expect(named.length, `threat ${numberOf(row)} has a test`).toBeGreaterThan(0)
      for (const [file, title] of named) expect(titles.get(file) ?? new Set(), file).toContain(title)
    }
  })

  test('says of what is not built that it is not', () => {
    const empty = rows.filter((row) => namedIn(row).length === 0)
    expect(empty.map(numberOf)).toEqual(notBuiltYet)
    for (const [, threat, what] of empty) expect(what, threat).toBe('Not built yet')
  })

  test('leaves out no test that has its number in the title', () => {
    for (const [file, all] of titles) {
      for (const title of all) {
        for (const [, number] of title.matchAll(/#(\d+)\b/g)) {
          const row = rows.find((one) => numberOf(one) === Number(number)) ?? []
          expect(namedIn(row), `${number}: ${title}`).toContainEqual([file, title])
        }
      }
    }
  })
})
