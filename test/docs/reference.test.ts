import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { permissionOptions } from '../../src/authing/settings.js'
import { permissionHookOptions } from '../../src/authorization/permission-hook.js'
import { textsIn } from '../../src/cli/language/texts.js'
import type { Option, Unit } from '../../src/common/options.js'
import { reasons } from '../../src/common/reasons.js'
import { publicKeyAlgorithms } from '../../src/crypto/algorithm.js'
import { managementProfileOptions } from '../../src/profile/options.js'
import { optionTables } from '../support/option-tables.js'
import { eventTypes } from '../support/union.js'
import { type Page, type Row, readPage, readText } from './markdown.js'

// docs/reference/: names, types, bounds and defaults as the source has them.

const parse = (path: string) => ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest, true)

/** The members of an interface or a class. */
function membersOf(interfaceName: string, path: string): readonly string[] {
  const members: string[] = []
  parse(path).forEachChild((node) => {
    if (!ts.isInterfaceDeclaration(node) && !ts.isClassDeclaration(node)) return
    if (node.name?.text !== interfaceName) return
    for (const member of node.members) members.push(member.name?.getText() ?? '')
  })
  return members
}

type Units = Readonly<Record<Unit, string>>

/** How a page in each language writes a unit, and bounds. */
const formats = {
  english: {
    language: 'en' as const,
    units: { seconds: 's', bytes: 'bytes', tokens: 'tokens', keys: 'keys', calls: 'calls' } satisfies Units,
    bounds: (min: string, max: string) => new RegExp(`\\(${min} to ${max}(?: s)?\\)`),
  },
  chinese: {
    language: 'zh' as const,
    units: { seconds: '秒', bytes: '字节', tokens: '个', keys: '个', calls: '次' } satisfies Units,
    bounds: (min: string, max: string) => new RegExp(`（${min} 至 ${max}(?: 秒)?）`),
  },
}

/** `type` to members, of the union of events. */
const events = [...eventTypes()].map(([type, members]) => [type, [...members].sort()])

type Format = (typeof formats)[keyof typeof formats]

/** Asserts that the second cell of an option's row shows its default, its unit and its bounds. */
function expectShown(cell: string, { range, default: fallback }: Option<unknown>, { units, bounds }: Format): void {
  const values = typeof fallback === 'object' && fallback !== null ? Object.values(fallback) : [fallback]
  for (const value of values) {
    if (range !== undefined && typeof value === 'number') {
      expect(cell).toMatch(new RegExp(`(?<![\\d,.])${value.toLocaleString('en')} ${units[range.unit]}`))
    } else if (value !== undefined) expect([`\`'${value}'\``, `\`${value}\``]).toContain(cell)
  }
  if (range === undefined) return
  expect(cell).toMatch(bounds(range.min.toLocaleString('en'), range.max.toLocaleString('en')))
}

const nameOf = ([cell = '']: Row): string => /^`([\w.]+)`$/.exec(cell)?.[1] ?? ''
const rowsOf = ({ tables }: Page): readonly Row[] => tables.flat()
const namesIn = (rows: readonly Row[]) => rows.map(nameOf).sort()

describe.each([
  ['docs/reference', formats.english],
  ['docs/zh-CN/reference', formats.chinese],
])('%s', (folder, format) => {
  const rows = (name: string) => rowsOf(readPage(`${folder}/${name}.md`))
  const [reasonRows = [], memberRows = []] = readPage(`${folder}/refusals.md`).tables

  test('options.md has every option, and no other', () => {
    // `apps` is a list of applications, and so in no table.
    expect(namesIn(rows('options'))).toEqual([...optionTables.keys(), 'apps'].sort())
  })

  test.each([...optionTables])('options.md tells the default, the unit and the bounds that %s has', (name, option) => {
    const [, cell = ''] = rows('options').find((row) => nameOf(row) === name) ?? []
    expectShown(cell, option, format)
  })

  test('options.md lists every signature algorithm', () => {
    const row = rows('options').find((one) => nameOf(one) === 'algorithms') ?? []
    const shown = [...(row[2] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name)
    expect(shown.sort()).toEqual(['HS256', ...publicKeyAlgorithms].sort())
  })

  test('requirements.md has everything that a route can require, and nothing else', () => {
    const fields = membersOf('Requirement', 'src/authorization/requirement.ts')
    expect(rows('requirements').map(nameOf)).toEqual(fields)
  })

  test('refusals.md has every reason with its status, and no other', () => {
    expect(reasonRows.map((row) => [nameOf(row), row[1]])).toEqual(
      Object.entries(reasons).map(([reason, { status }]) => [reason, `${status}`]),
    )
  })

  test('refusals.md has every member of the error, and no other', () => {
    const own = membersOf('GuardError', 'src/common/errors.ts').filter((name) => /^[a-z]+$/i.test(name))
    const shown = memberRows.map(([cell = '']) => /^`(\w+)(?:\(\))?`$/.exec(cell)?.[1])
    expect([...shown].sort()).toEqual([...own, 'cause', 'message'].filter((name) => name !== 'name').sort())
  })

  test('refusals.md says what to do about each reason as the console of dev does', () => {
    const texts = Object(textsIn(format.language).console)
    for (const row of reasonRows) {
      const advice = row[2]?.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
      expect(advice, nameOf(row)).toBe(texts[`refusal.${nameOf(row)}`])
    }
  })

  test('events.md has every event with its members, and no other', () => {
    const quoted = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()
    expect(
      rows('events')
        .map((row) => [nameOf(row), quoted(row[1])])
        .sort(),
    ).toEqual(events.sort())
  })
})

test.each(
  Object.entries({ 'docs/': formats.english, 'docs/zh-CN/': formats.chinese }).flatMap(([folder, format]) =>
    [
      { page: 'permissions.md', first: 'accessKeyId', what: 'authingPermissions', options: permissionOptions },
      { page: 'permissions.md', first: 'check', what: 'a permission hook', options: permissionHookOptions },
      { page: 'profile.md', first: 'from', what: 'profiles', options: managementProfileOptions },
    ].map((one) => ({ ...one, page: folder + one.page, format })),
  ),
)('$page has the options of $what, with their defaults', ({ page, first, options, format }) => {
  const rows = readPage(page)
    .tables.filter((table) => table.some((row) => nameOf(row) === first))
    .flat()
  expect(namesIn(rows)).toEqual(Object.keys(options).sort())
  for (const row of rows) {
    const [, option] = Object.entries(options).find(([name]) => name === nameOf(row)) ?? []
    if (option !== undefined) expectShown(row[1] ?? '', option, format)
  }
})

test('each row on what becomes of requests when the store fails has its tests', () => {
  const tables = readPage('docs/many-machines.md').tables
  const rows = tables.find((table) => table.some(([first]) => first?.startsWith('the store is down')))
  const described = readText('test/store/failures.test.ts').matchAll(/^describe\('(.+)', \(\) => \{$/gm)
  expect(rows?.map(([first]) => first)).toEqual([...new Set([...described].map(([, name]) => name))])
})
