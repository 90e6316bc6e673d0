import { readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { type Page, readPage, root } from './markdown.js'

const namesIn = (folder: string) => [
  ...readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.md')),
  ...readdirSync(new URL(`${folder}reference/`, root)).map((name) => `reference/${name}`),
]

/** Only in English. */
export const untranslated = ['docs/threat-model.md']

/** The guides: each in English and in Chinese, which say the same. */
export const guides: readonly (readonly [english: Page, chinese: Page])[] = namesIn('docs/')
  .filter((name) => !untranslated.includes(`docs/${name}`))
  .map((name) => [readPage(`docs/${name}`), readPage(`docs/zh-CN/${name}`)])

/** Guides on operating an API; what their blocks do is in operating.test.ts. */
export const ofOperating = ['production', 'many-machines', 'introspection', 'webhooks', 'events', 'commands'].map(
  (name) => `docs/${name}.md`,
)

/** What its blocks do is in recipes.test.ts, and those of all other guides are in guides.test.ts. */
export const recipes = 'docs/recipes.md'

export const chineseNames: readonly string[] = namesIn('docs/zh-CN/')

export const pages: readonly Page[] = [...guides.flat(), ...untranslated.map(readPage)]

/** Where a link of a page leads: a path from the repository's root. */
export const targetOf = ({ path }: Page, link: string): string => posix.join(posix.dirname(path), link)

/** The same page in English. */
export const inEnglish = (path: string): string => path.replace(/^docs\/zh-CN\//, 'docs/').replace('.zh-CN.md', '.md')

/** Blocks that are a file of the repository: those right behind a line with a link to it that ends in a colon. */
export function filesIn(page: Page): readonly { readonly file: string; readonly code: string }[] {
  return [...page.text.matchAll(/\]\(([^)]+)\)[^\n[]*[:：]\n\n```\w+\n([\s\S]*?)^```$/gm)].map(
    ([, link = '', code = '']) => ({
      file: targetOf(page, link),
      code,
    }),
  )
}

/** The packages that code imports. */
export const importsOf = (code: string): readonly string[] =>
  [...code.matchAll(/(?:from|import) '((?!node:|\.)(?:@[^/']+\/)?[^/']+)/g)].map(([, name = '']) => name)
