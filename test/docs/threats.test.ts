import { describe, expect, test } from 'vitest'
import { type Row, readPage } from './markdown.js'
import { titles } from './titles.js'

// The threat model names a test for each threat; this reads whether there is such a test.

const count = 170

const { tables } = readPage('docs/threat-model.md')
const rows = tables.flat().filter(([number = '']) => /^\d+$/.test(number))
const numberOf = ([number = '']: Row) => Number(number)

/** The tests that a row names: `file: title, title; file: title`. */
function namedIn([, , , cell = '']: Row): readonly (readonly [file: string, title: string])[] {
  let file = ''
  return [...cell.matchAll(/([\w/.-]+\.test\.ts): |``(.+?)``|`([^`]+)`/g)].flatMap(([, path, quoting, plain]) => {
    file = path ?? file
    const title = quoting ?? plain
    return title === undefined ? [] : [[file, title] as const]
  })
}

describe('the threat model', () => {
  test('has each threat once, in turn', () => {
    expect(rows.map(numberOf)).toEqual(Array.from({ length: count }, (_, at) => at + 1))
  })

  test('names for each a test that there is', () => {
    for (const row of rows) {
      const named = namedIn(row)
      expect(named.length, `threat ${numberOf(row)} has a test`).toBeGreaterThan(0)
      for (const [file, title] of named) expect(titles.get(file) ?? new Set(), file).toContain(title)
    }
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
