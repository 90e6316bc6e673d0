import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { commandsOf, isKnown } from './commands.js'
import { faultsOf } from './compile.js'
import { type Page, readText, root, tokensOf } from './markdown.js'
import { chineseNames, filesIn, guides, importsOf, inEnglish, pages, targetOf } from './pages.js'

// docs/: what every page owes its reader. What the blocks do is in guides.test.ts.

const read = ['js', 'ts', 'sh', 'json', 'ini', 'powershell']
/** Read in test/proxies, but for those of proxies that are not run. */
const ofProxies = ['nginx', 'caddy', 'python', 'yaml']

/** Installed in the mini program. */
const ofMiniPrograms = /^@authing\/miniapp-|^authing-wxapp-sdk$/

const isCode = ({ language }: { readonly language: string }) => language === 'js' || language === 'ts'
const named = (list: readonly Page[]) => list.map((page) => [page.path, page] as const)
const [index] = guides.map(([english]) => english).filter(({ path }) => path === 'docs/README.md')

test('every guide is there in both languages, and in the index', () => {
  expect(guides.map(([, { path }]) => path)).toEqual(chineseNames.map((name) => `docs/zh-CN/${name}`))
  const listed = index?.links.map((link) => targetOf(index, link))
  for (const { path } of pages) {
    if (path !== 'docs/README.md' && !path.includes('zh-CN')) expect(listed, path).toContain(path)
  }
})

test('every block of code compiles', { timeout: 120_000 }, () => {
  const blocks = pages.flatMap(({ path, blocks: all }) =>
    all.filter(isCode).map((block, at) => ({ ...block, name: `${path.replaceAll(/\W/g, '-')}-${at + 1}` })),
  )
  expect(blocks.length).toBeGreaterThan(50)
  expect(faultsOf(blocks)).toEqual([])
})

describe.each(named(pages))('%s', (_, page) => {
  test('has blocks of languages that a test reads', () => {
    const languages = page.blocks.map(({ language }) => language)
    for (const language of languages) expect([...read, ...ofProxies]).toContain(language)
    for (const { language, code } of page.blocks) if (language === 'json') JSON.parse(code)
  })

  test('links only to what is there', () => {
    for (const link of page.links.filter((one) => !one.startsWith('https:'))) {
      expect(existsSync(new URL(targetOf(page, link), root)), link).toBe(true)
    }
  })

  test('tells only commands that work', () => {
    for (const { code } of page.blocks.filter(({ language }) => language === 'sh')) {
      for (const command of commandsOf(code)) expect(isKnown(command, page.text), command).toBe(true)
    }
  })

  test('installs what its code imports', () => {
    // Both sides of a migration are shown, and the code of a mini program is installed there.
    if (/migrating|commands/.test(page.path)) return
    const installed = page.blocks
      .filter(({ language }) => language === 'sh')
      .flatMap(({ code }) =>
        [...code.matchAll(/^npm install (.+)$/gm)].flatMap(([, names = '']) =>
          names.split(' ').map((name) => name.replace(/(?<=.)@\d+$/, '')),
        ),
      )
    const imported = page.blocks.filter(isCode).flatMap(({ code }) => importsOf(code))
    for (const name of imported.filter((one) => !ofMiniPrograms.test(one))) expect(installed).toContain(name)
  })

  test('shows files as they are', () => {
    for (const { file, code } of filesIn(page)) {
      if (page.path === inEnglish(page.path)) expect(code, file).toBe(readText(file))
      else expect(tokensOf({ language: 'ts', code }), file).toEqual(tokensOf({ language: 'ts', code: readText(file) }))
    }
  })
})

describe.each(guides.map(([english, chinese]) => [chinese.path, english, chinese] as const))(
  '%s',
  (_, english, chinese) => {
    test('has the headings, tables and links of its English page', () => {
      expect(chinese.outline).toEqual(english.outline)
      const firstCells = ({ tables }: Page) =>
        tables.map((rows) => rows.map(([cell = '']) => (/^`.*`$/.test(cell) ? cell : rows.length)))
      expect(firstCells(chinese)).toEqual(firstCells(english))
      const targets = (page: Page) => page.links.map((link) => inEnglish(targetOf(page, link))).sort()
      expect(targets(chinese)).toEqual(targets(english))
    })

    test('has the code of its English page but for comments', () => {
      expect(chinese.blocks.map(tokensOf)).toEqual(english.blocks.map(tokensOf))
    })
  },
)

test('the guide to migrating shows each pair of files', () => {
  const [migrating] = guides.filter(([english]) => english.path === 'docs/migrating.md')
  const shown = filesIn(migrating?.[0] as Page).map(({ file }) => file)
  expect(shown.map((file) => file.split('/').slice(2).join('/'))).toEqual(
    ['express-jwt', 'express-oauth2-jwt-bearer', 'koa-jwt', 'authing-js-sdk'].flatMap((origin) => [
      `${origin}/before.js`,
      `${origin}/after.js`,
    ]),
  )
})
