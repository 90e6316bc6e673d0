import { describe, expect, test } from 'vitest'
import { type Row, readPage } from './markdown.js'
import { titles } from './titles.js'

// The threat model names the tests of each threat, and a test's title starts with the ids of its threats: `A1: ...`.

/** Threats are added and reworded, and not dropped by accident: whoever removes one lowers this number. */
const least = 180

const { text, tables } = readPage('docs/threat-model.md')
const idPattern = /^[A-Z][1-9]\d*$/
const rows = tables.flat().filter((cells) => cells.length === 4)
const idOf = ([id = '']: Row) => id

/** The tests that a row names: `file: title, title; file: title`. */
function namedIn([, , , cell = '']: Row): readonly (readonly [file: string, title: string])[] {
  let file = ''
  return [...cell.matchAll(/([\w/.-]+\.test\.ts): |``(.+?)``|`([^`]+)`/g)].flatMap(([, path, quoting, plain]) => {
    file = path ?? file
    const title = quoting ?? plain
    return title === undefined ? [] : [[file, title] as const]
  })
}

/** The ids that a title starts with: `F9, K1: ...`. */
const idsIn = (title: string): readonly string[] => /^([A-Z]\d+(?:, [A-Z]\d+)*): /.exec(title)?.[1]?.split(', ') ?? []

describe('the threat model', () => {
  test('gives every threat an id of its own', () => {
    const ids = rows.map(idOf)
    for (const id of ids) expect(id).toMatch(idPattern)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
    expect(ids.length).toBeGreaterThanOrEqual(least)
  })

  test('has every id in the section whose letter it starts with', () => {
    const found = [...text.matchAll(/^### ([A-Z])\. .+\n([\s\S]*?)(?=^### |$(?![\s\S]))/gm)].flatMap(
      ([, letter = '', section = '']) =>
        [...section.matchAll(/^\| ([A-Z]\d+) \|/gm)].map(([, id = '']) => [letter, id]),
    )
    expect(found.map(([, id]) => id)).toEqual(rows.map(idOf))
    for (const [letter, id] of found) expect(id?.[0]).toBe(letter)
  })

  test('refers in its text only to ids that exist', () => {
    const ids = rows.map(idOf)
    const prose = text.replace(/^\|.*\n/gm, '').replace(/`[^`]*`/g, '')
    for (const [id] of prose.matchAll(/\b[A-Z]\d+\b/g)) expect(ids).toContain(id)
  })

  test('names existing tests for every threat', () => {
    for (const row of rows) {
      const named = namedIn(row)
      expect(named.length, `${idOf(row)} has a test`).toBeGreaterThan(0)
      for (const [file, title] of named) expect(titles.get(file) ?? new Set(), `${idOf(row)}: ${file}`).toContain(title)
    }
  })

  test('names every test whose title starts with the id of a threat', () => {
    for (const [file, all] of titles) {
      for (const title of all) {
        for (const id of idsIn(title)) {
          const row = rows.find((one) => idOf(one) === id) ?? []
          expect(namedIn(row), `${id} in ${file}`).toContainEqual([file, title])
        }
      }
    }
  })
})
