import { describe, expect, test } from 'vitest'
import { type Page, type Row, readPage } from './markdown.js'
import { guides } from './pages.js'
import {
  events,
  faults,
  groups,
  guardOptions,
  misuses,
  permissionOptions,
  reasons,
  requirements,
  subpaths,
  wrongs,
} from './words.js'

// Whatever the package has a word for is in the documents, and the documents have no word that the package has not.

const languages: readonly (readonly [string, readonly Page[]])[] = [
  ['English', [readPage('README.md'), ...guides.map(([english]) => english)]],
  ['Chinese', [readPage('README.zh-CN.md'), ...guides.map(([, chinese]) => chinese)]],
]

const nameOf = ([cell = '']: Row): string => /^`([\w.]+)`$/.exec(cell)?.[1] ?? ''
const wordsIn = (text: string): readonly string[] => [...text.matchAll(/`([\w.]+)`/g)].map(([, word = '']) => word)
const sorted = (names: Iterable<string>) => [...names].sort()

test('the words are found in the source', () => {
  expect(guardOptions).toEqual(
    expect.arrayContaining(['issuer', 'apps', 'jwksCache.timeout', 'tokenCache.maxAge', 'userPool.id']),
  )
  expect([...events.keys()]).toEqual(expect.arrayContaining(['refused', 'keys_refreshed', 'keys_failed']))
  expect(reasons).toContain('missing_token')
  expect(subpaths).toContain('authing-guard/express')
})

describe.each(languages)('the documents in %s', (_, pages) => {
  const tables = pages.flatMap((page) => page.tables)
  const rows = tables.flat()
  const texts = pages.map(({ text }) => text).join('\n')
  /** The one table that has a row of this name, whichever page it is on. */
  const tableOf = (name: string): readonly Row[] => {
    const [table = [], another] = tables.filter((one) => one.some((row) => nameOf(row) === name))
    expect(another, `a second table of ${name}`).toBeUndefined()
    return table
  }

  test('have a row for every option of a guard', () => {
    const named = new Set(rows.map(nameOf))
    for (const name of guardOptions) expect(named, name).toContain(name)
  })

  test('name no option within a group that is none', () => {
    const dotted = [...texts.matchAll(/`(\w+)\.(\w+)`/g)].filter(([, group = '']) => groups.includes(group))
    for (const [, group, name] of dotted) expect(guardOptions).toContain(`${group}.${name}`)
  })

  test('have every reason, and no other', () => {
    expect(sorted(tableOf('missing_token').map(nameOf))).toEqual(sorted(reasons))
  })

  test('have every field of a requirement, and no other', () => {
    expect(sorted(tableOf('anyScope').map(nameOf))).toEqual(sorted(requirements))
  })

  test('have every event with its fields, and no other', () => {
    const told = new Map(tableOf('refused').map((row) => [nameOf(row), sorted(wordsIn(row[1] ?? ''))]))
    expect(told).toEqual(new Map([...events].map(([name, fields]) => [name, sorted(fields)])))
  })

  test('have every misuse that is told, and no other', () => {
    expect(sorted(tableOf('guard_per_request').map(nameOf))).toEqual(sorted(misuses))
  })

  test('have every entry, and no other', () => {
    const named = [...texts.matchAll(/[`'](authing-guard(?:\/[\w-]+)*)[`']/g)].map(([, subpath = '']) => subpath)
    expect(sorted(new Set(named))).toEqual(sorted(subpaths))
  })

  test('have every option of authingPermissions, and no other', () => {
    expect(sorted(tableOf('model').map(nameOf))).toEqual(sorted(permissionOptions))
  })

  test('have all that can be wrong with a token of the local user pool, and how it can be down', () => {
    expect(sorted(tableOf('garbage').map(nameOf))).toEqual(sorted(wrongs))
    const listed = /^`fault` [^\n]*/m.exec(texts)?.[0] ?? ''
    expect(sorted([...listed.matchAll(/`'(\w+)'`/g)].map(([, fault = '']) => fault))).toEqual(sorted(faults))
  })
})
