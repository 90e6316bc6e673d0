import { existsSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { permissionOptions } from '../../src/authing/settings.js'
import { permissionHookOptions } from '../../src/authorization/permission-hook.js'
import type { Option, Unit } from '../../src/common/options.js'
import { reasons } from '../../src/common/reasons.js'
import { managementProfileOptions } from '../../src/profile/options.js'
import { optionTables } from '../support/option-tables.js'
import { eventTypes } from '../support/union.js'
import { commandsOf, isKnown } from './commands.js'
import { faultsOf } from './compile.js'
import { type Page, type Row, readPage, readText, root, tokensOf } from './markdown.js'
import { inEnglish } from './pages.js'

const english = readPage('README.md')
const chinese = readPage('README.zh-CN.md')
const others = ['CHANGELOG.md', 'CONTRIBUTING.md', 'RELEASING.md', 'SECURITY.md'].map(readPage)
const readmes = [english, chinese]
const manifest: { name: string; exports: object } = JSON.parse(readText('package.json'))

const parse = (path: string) => ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest, true)

/** The members of an interface. */
function membersOf(interfaceName: string, path: string): readonly string[] {
  const members: string[] = []
  parse(path).forEachChild((node) => {
    if (!ts.isInterfaceDeclaration(node) || node.name.text !== interfaceName) return
    members.push(...node.members.map((member) => member.name?.getText() ?? ''))
  })
  return members
}

type Units = Readonly<Record<Unit, string>>

/** How a page in each language writes a unit, and bounds. */
const formats = {
  english: {
    units: { seconds: 's', bytes: 'bytes', tokens: 'tokens', keys: 'keys', calls: 'calls' } satisfies Units,
    bounds: (min: string, max: string) => new RegExp(`\\(${min} to ${max}(?: s)?\\)`),
  },
  chinese: {
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
const tableWith = ({ tables }: Page, name: string) => tables.filter((rows) => rows.some((row) => nameOf(row) === name))
const optionRows = (page: Page): readonly Row[] =>
  ['jwksUri', 'bearerPrefix', 'jwksCache.timeout'].flatMap((name) => tableWith(page, name).flat())
const namesIn = (rows: readonly Row[]) => rows.map(nameOf).sort()

describe.each(readmes.map((page) => [page.path, page] as const))('%s', (_, page) => {
  test('has every option, and no other', () => {
    // `apps` is a list of applications, and so in no table.
    expect(namesIn(optionRows(page))).toEqual([...optionTables.keys(), 'apps'].sort())
  })

  test.each([...optionTables])('tells the default, the unit and the bounds that %s has', (name, option) => {
    const [, cell = ''] = optionRows(page).find((row) => nameOf(row) === name) ?? []
    expectShown(cell, option, page === english ? formats.english : formats.chinese)
  })

  test('has everything that a route can require, and nothing else', () => {
    const fields = membersOf('Requirement', 'src/authorization/requirement.ts')
    expect(tableWith(page, 'anyScope').flatMap((rows) => rows.map(nameOf))).toEqual(fields)
  })

  test('has every reason with its status, and no other', () => {
    const [rows = []] = tableWith(page, 'missing_token')
    expect(rows.map((row) => [nameOf(row), row[1]])).toEqual(
      Object.entries(reasons).map(([reason, { status }]) => [reason, `${status}`]),
    )
  })

  test('has every event with its members, and no other', () => {
    const [rows = []] = tableWith(page, 'keys_refreshed')
    const quoted = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()
    expect(rows.map((row) => [nameOf(row), quoted(row[1])]).sort()).toEqual(events.sort())
  })

  test('names only entries that the package has', () => {
    const subpaths = [...page.text.matchAll(/`(authing-guard\/[\w/]+)`|from '(authing-guard[\w/]*)'/g)]
    for (const [, quoted, imported = ''] of subpaths) {
      expect(Object.keys(manifest.exports)).toContain((quoted ?? imported).replace(manifest.name, '.'))
    }
  })

  test('has code that compiles', () => {
    const code = page.blocks.filter(({ language }) => language === 'js' || language === 'ts')
    expect(code).not.toEqual([])
    expect(faultsOf(code.map((block, at) => ({ ...block, name: `block-${at + 1}` })))).toEqual([])
  })
})

test.each([
  ['docs/permissions.md', formats.english],
  ['docs/zh-CN/permissions.md', formats.chinese],
  ['docs/profile.md', formats.english],
  ['docs/zh-CN/profile.md', formats.chinese],
])(
  '%s has the options of authingPermissions and of a permission hook, or of profiles, with their defaults',
  (path, format) => {
    for (const [first, options] of path.endsWith('profile.md')
      ? ([['from', managementProfileOptions]] as const)
      : ([
          ['accessKeyId', permissionOptions],
          ['check', permissionHookOptions],
        ] as const)) {
      const rows = tableWith(readPage(path), first).flat()
      expect(namesIn(rows)).toEqual(Object.keys(options).sort())
      for (const row of rows) {
        const [, option] = Object.entries(options).find(([name]) => name === nameOf(row)) ?? []
        if (option !== undefined) expectShown(row[1] ?? '', option, format)
      }
    }
  },
)

test('each row on what becomes of requests when the store fails has its tests', () => {
  const rows = english.tables.find((table) => table.some(([first]) => first?.startsWith('the store is down')))
  const described = readText('test/store/failures.test.ts').matchAll(/^describe\('(.+)', \(\) => \{$/gm)
  expect(rows?.map(([first]) => first)).toEqual([...new Set([...described].map(([, name]) => name))])
})

describe('both READMEs', () => {
  test('have the same headings, tables and links but for each other', () => {
    expect(chinese.outline).toEqual(english.outline)
    expect(chinese.tables.map((rows) => rows.map(nameOf))).toEqual(english.tables.map((rows) => rows.map(nameOf)))
    expect(chinese.links.slice(1).map(inEnglish)).toEqual(english.links.slice(1))
    expect([chinese.links[0], english.links[0]]).toEqual(['README.md', 'README.zh-CN.md'])
  })

  test('have the same code but for comments', () => {
    expect(chinese.blocks.map(tokensOf)).toEqual(english.blocks.map(tokensOf))
  })
})

describe.each([...readmes, ...others].map((page) => [page.path, page] as const))('%s', (_, page) => {
  test('links only to files that are there', () => {
    for (const link of page.links.filter((one) => !one.startsWith('https:'))) {
      expect(existsSync(new URL(link, root)), link).toBe(true)
    }
  })

  test('tells only commands that there are', () => {
    for (const { code } of page.blocks.filter(({ language }) => language === 'sh')) {
      for (const command of commandsOf(code)) expect(isKnown(command, page.text), command).toBe(true)
    }
  })
})
