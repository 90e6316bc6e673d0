import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fill, languageOf } from '../../src/cli/language/language.js'
import { type Texts, textsIn, translator } from '../../src/cli/language/texts.js'

/** Every text of a table, by its path. */
function textsOf(table: object, path = ''): ReadonlyMap<string, string> {
  const found = Object.entries(table).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[path + name, value]] : [...textsOf(value, `${path}${name}.`)],
  )
  return new Map(found)
}

const slotsOf = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([slot]) => slot))
const tables = Object.keys(textsIn('en')) as (keyof Texts)[]

describe('the texts', () => {
  test.each(tables)('of the table %s are the same in both languages, with the same slots', (table) => {
    const en = textsOf(textsIn('en')[table])
    const zh = textsOf(textsIn('zh')[table])
    expect([...zh.keys()]).toEqual([...en.keys()])
    for (const [path, text] of en) {
      expect([path, slotsOf(zh.get(path) ?? '')]).toEqual([path, slotsOf(text)])
    }
  })

  test('are Chinese in the Chinese tables, except for names and numbers', () => {
    const { checks, causes, doctor, commands, options, dev, report } = textsIn('zh')
    for (const [path, text] of textsOf({ checks, causes, doctor, commands, options, dev, report })) {
      const words = text.replaceAll(/\{\w+\}/g, '').trim()
      if (words !== '') expect(words, path).toMatch(/[\u4e00-\u9fff]/)
    }
  })

  test('are filled with values as they are', () => {
    expect(fill('{a} and {b}, {a}', { a: '$& {b}', b: 2 })).toBe('$& {b} and 2, $& {b}')
    expect(translator('commands', 'en')('needsValue', { option: '--pool' })).toBe('--pool needs a value.')
    expect(translator('commands', 'zh')('interrupted')).toBe('已中断。')
  })
})

describe('the texts of the console page', () => {
  const folder = new URL('../../src/cli/dev/page/', import.meta.url)
  const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]))
  const names = Object.keys(textsIn('en').console)

  test('cover every data-text and data-label of its document', () => {
    const used = [...String(files.get('console.html')).matchAll(/data-(?:text|label)="([^"]*)"/g)].map(
      ([, name]) => name,
    )
    expect(used.length).toBeGreaterThan(80)
    expect(used.filter((name) => !names.includes(String(name)))).toEqual([])
  })

  test('are all used by its files, or name a value of the pool', () => {
    const text = [...files.values()].join('\n')
    const own = names.filter((name) => !Object.hasOwn(textsIn('en').report, name))
    const unused = own.filter((name) => !text.includes(`'${name}'`) && !text.includes(`"${name}"`))
    expect(
      unused.filter(
        (name) => !/^(?:kind|kindHint|defect|fault|unit|status|lost|error|refusal|outcome|call)\./.test(name),
      ),
    ).toEqual([])
  })
})

describe('the language', () => {
  test.each([
    [{ LC_ALL: 'zh_CN.UTF-8' }, 'zh'],
    [{ LC_MESSAGES: 'zh-Hans' }, 'zh'],
    [{ LANG: 'zh' }, 'zh'],
    [{ LANG: 'de_DE.UTF-8' }, 'en'],
    [{ LC_ALL: 'POSIX', LANG: 'zh_CN' }, 'en'],
    [{ LC_ALL: '', LANG: 'zh_CN' }, 'zh'],
    [{}, 'zh'],
  ] as const)('with the environment %o on a Chinese machine is %s', (env, language) => {
    expect(languageOf(env, 'zh-Hans-CN')).toBe(language)
  })

  test('is the one of the machine if the environment does not set one', () => {
    expect(['en', 'zh']).toContain(languageOf({}))
  })
})
