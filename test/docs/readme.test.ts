import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { commandsOf, isKnown } from './commands.js'
import { faultsOf } from './compile.js'
import { type Row, readPage, readText, root, tokensOf } from './markdown.js'
import { inEnglish } from './pages.js'

const english = readPage('README.md')
const chinese = readPage('README.zh-CN.md')
const others = ['CHANGELOG.md', 'CONTRIBUTING.md', 'RELEASING.md', 'SECURITY.md'].map(readPage)
const readmes = [english, chinese]
const manifest: { name: string; exports: object } = JSON.parse(readText('package.json'))
const nameOf = ([cell = '']: Row): string => /^`([\w./-]+)`$/.exec(cell)?.[1] ?? ''

describe.each(readmes.map((page) => [page.path, page] as const))('%s', (_, page) => {
  test('names only entries that the package has', () => {
    const subpaths = [...page.text.matchAll(/`(authing-guard\/[\w/-]+)`|from '(authing-guard[\w/-]*)'/g)]
    for (const [, quoted, imported = ''] of subpaths) {
      expect(Object.keys(manifest.exports)).toContain((quoted ?? imported).replace(manifest.name, '.'))
    }
  })

  test('has code that compiles', () => {
    const code = page.blocks.filter(({ language }) => language === 'js' || language === 'ts')
    expect(code).not.toEqual([])
    expect(faultsOf(code.map((block, at) => ({ ...block, name: `block-${at + 1}` })))).toEqual([])
  })

  test('has the two commands for a clone within its first 40 lines', () => {
    const top = page.text.split('\n').slice(0, 40).join('\n')
    for (const command of ['npm ci && npm start', 'npm ci && npm test']) expect(top).toContain(command)
  })
})

test('README.md has at most 1,300 words', () => {
  expect(english.text.split(/\s+/).length).toBeLessThanOrEqual(1300)
})

describe('both READMEs', () => {
  test('have the same headings, tables and links but for each other', () => {
    expect(chinese.outline).toEqual(english.outline)
    expect(chinese.tables.map((rows) => rows.map(nameOf))).toEqual(english.tables.map((rows) => rows.map(nameOf)))
    expect(chinese.links.slice(1).map(inEnglish)).toEqual(english.links.slice(1))
    expect([chinese.links[0], english.links[0]]).toEqual(['README.md', 'README.zh-CN.md'])
  })

  test('have the same code but for comments', () => {
    const uncommented = (code: string) => code.replace(/ +#.*/g, '')
    const of = (page: typeof english) =>
      page.blocks.map((block) =>
        tokensOf({ ...block, code: block.language === 'sh' ? uncommented(block.code) : block.code }),
      )
    expect(of(chinese)).toEqual(of(english))
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
