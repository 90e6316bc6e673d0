import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readPage } from '../docs/markdown.js'
import { importsOf } from '../docs/pages.js'
import { root, run } from './pack.js'
import { packed } from './tarball.js'

// The documents in the tarball, as a reader has them who installed the package and nothing else.

const place = packed()
const home = () => join(place.consumer, 'node_modules', 'authing-guard')
const pagesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))

/** The headings of a page as links name them. */
function headingsOf(text: string): readonly string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test('no page has a dead link, to a file or to a heading', async () => {
  const pages = pagesIn(home())
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/README.md', 'docs/zh-CN/reference/options.md']))
  const textOf = async (page: string) => (await readFile(page, 'utf8')).replace(/^```[\s\S]*?^```$/gm, '')
  let checked = 0
  for (const page of pages) {
    for (const [, link = ''] of (await textOf(join(home(), page))).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue
      checked++
      const [path = '', heading] = link.split('#')
      const target = path === '' ? join(home(), page) : join(home(), dirname(page), path)
      expect(target.startsWith(home()) && existsSync(target), `${page}: ${link}`).toBe(true)
      if (heading !== undefined) expect(headingsOf(await textOf(target)), `${page}: ${link}`).toContain(heading)
    }
  }
  expect(checked).toBeGreaterThan(200)
})

describe('the code of every page', () => {
  /** Runs in the mini program, whose packages and `wx` are not here. */
  const isOfMiniProgram = (code: string) => /\bwx\.|@authing\/miniapp-|authing-wxapp-sdk/.test(code)
  const pages = ['README.md', 'docs'].flatMap((name) =>
    name === 'docs'
      ? pagesIn(join(root, name))
          .filter((page) => !/^(?:zh-CN|adr|api)\//.test(page))
          .map((page) => `docs/${page}`)
      : name,
  )
  const blocks = pages.flatMap((page) =>
    readPage(page)
      .blocks.filter(({ language, code }) => (language === 'js' || language === 'ts') && !isOfMiniProgram(code))
      .map(({ language, code }, at) => ({ name: `${page.replaceAll(/\W/g, '-')}-${at + 1}.m${language}`, code })),
  )

  test('is a whole file that compiles in a fresh folder with nothing else in it', { timeout: 120_000 }, async () => {
    expect(blocks.length).toBeGreaterThan(40)
    const modules = join(place.consumer, 'node_modules')
    const link = async (name: string) => {
      const [from, to] = [join(root, 'node_modules', name), join(modules, name)]
      if (existsSync(to) || !existsSync(from)) return
      await mkdir(dirname(to), { recursive: true })
      await symlink(from, to)
    }
    for (const name of new Set(blocks.flatMap(({ code }) => importsOf(code)))) await link(name)
    // What TypeScript users install beside them.
    for (const name of ['express', 'koa', 'node']) await link(`@types/${name}`)
    for (const { name, code } of blocks) await writeFile(join(place.consumer, name), code)
    const config = {
      files: blocks.map(({ name }) => name),
      compilerOptions: {
        ...{ module: 'nodenext', target: 'es2022', lib: ['es2023', 'dom'], types: ['node'], jsx: 'react-jsx' },
        ...{
          strict: true,
          exactOptionalPropertyTypes: true,
          experimentalDecorators: true,
          emitDecoratorMetadata: true,
        },
        ...{ allowJs: true, checkJs: true, noEmit: true, skipLibCheck: true },
      },
    }
    await writeFile(join(place.consumer, 'tsconfig-documents.json'), JSON.stringify(config))
    await run(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig-documents.json'], place.consumer)
  })
})
