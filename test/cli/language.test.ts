import { describe, expect, test } from 'vitest'
import { checks as checksEn, findings as findingsEn } from '../../src/cli/language/en/checks.js'
import { commands as commandsEn } from '../../src/cli/language/en/commands.js'
import { doctor as doctorEn } from '../../src/cli/language/en/doctor.js'
import { form as formEn } from '../../src/cli/language/en/form.js'
import { proof as proofEn } from '../../src/cli/language/en/proof.js'
import { fill, languageOf } from '../../src/cli/language/language.js'
import { checks as checksZh, findings as findingsZh } from '../../src/cli/language/zh/checks.js'
import { commands as commandsZh } from '../../src/cli/language/zh/commands.js'
import { doctor as doctorZh } from '../../src/cli/language/zh/doctor.js'
import { form as formZh } from '../../src/cli/language/zh/form.js'
import { proof as proofZh } from '../../src/cli/language/zh/proof.js'

/** Every sentence of a table, by its path. */
function sentences(table: object, path = ''): ReadonlyMap<string, string> {
  const found = Object.entries(table).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[path + name, value]] : [...sentences(value, `${path}${name}.`)],
  )
  return new Map(found)
}

const slotsOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([slot]) => slot)

describe('each table', () => {
  test.each([
    ['checks', checksEn, checksZh],
    ['findings', findingsEn, findingsZh],
    ['commands', commandsEn, commandsZh],
    ['doctor', doctorEn, doctorZh],
    ['form', formEn, formZh],
    ['proof', proofEn, proofZh],
  ])('%s has the same sentences in both languages, with the same slots', (_, english, chinese) => {
    const en = sentences(english)
    const zh = sentences(chinese)
    expect([...zh.keys()]).toEqual([...en.keys()])
    for (const [path, text] of en) {
      const slots = new Set(slotsOf(text))
      expect([path, new Set(slotsOf(zh.get(path) ?? ''))]).toEqual([path, slots])
    }
  })

  test('in Chinese is in Chinese, but for bare names', () => {
    for (const [path, text] of sentences({ formZh, proofZh, doctorZh, checksZh })) {
      const words = text.replaceAll(/\{\w+\}/g, '').trim()
      if (words !== '') expect(words, path).toMatch(/[\u4e00-\u9fff]/)
    }
  })
})

test('a sentence is filled with values as they are', () => {
  expect(fill('{a} and {b}, {a}', { a: '$& {b}', b: 2 })).toBe('$& {b} and 2, $& {b}')
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
  ] as const)('of %o is %s', (env, language) => {
    expect(languageOf(env, 'zh-Hans-CN')).toBe(language)
  })

  test('is that of the machine where the environment says nothing', () => {
    expect(['en', 'zh']).toContain(languageOf({}))
  })
})
