import { describe, expect, test } from 'vitest'
import { columnsOf, padded, printable, widthOf, wrapped } from '../../src/cli/layout.js'
import { styleOf } from '../../src/cli/style.js'

describe('a line', () => {
  test('counts Chinese characters as two columns', () => {
    expect(widthOf('token 无效')).toBe(10)
    expect(padded('拒绝', 6)).toBe('拒绝  ')
    expect(padded('longer', 3)).toBe('longer')
  })

  test('breaks between words and within Chinese text, and is never too wide', () => {
    expect(wrapped('the key that it names', 10)).toEqual(['the key', 'that it', 'names'])
    expect(wrapped('签名的是你自己应用的密钥：这个应用', 10)).toEqual([
      '签名的是你',
      '自己应用的',
      '密钥：这个',
      '应用',
    ])
    expect(wrapped('令牌已经过期，重新登录', 12)).toEqual(['令牌已经过', '期，重新登录'])
    expect(wrapped('', 10)).toEqual([''])
  })

  test('never begins with a full stop or a closing bracket, and never ends with an opening one', () => {
    expect(wrapped('请使用 guard。然后（exp）再试', 12)).toEqual(['请使用', 'guard。然后', '（exp）再试'])
    expect(wrapped('设置“abcd”或「id_token」，再看【x】〈y〉', 10)).toEqual([
      '设置“abcd”',
      '或',
      '「id_token」，',
      '再看【x】',
      '〈y〉',
    ])
    const text = '全部：〈一〉《二》【三】（四）“五”，、；！？。～－　六 seven (八) 〜'
    for (let width = 4; width < 30; width += 1) {
      expect(wrapped(text, width).join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
    }
  })

  test('keeps a word that is too long in one piece, so that it can be copied', () => {
    const url = 'https://my-app.authing.cn/oidc'
    expect(wrapped(`at ${url} now`, 12)).toEqual(['at', url, 'now'])
  })

  test('is as wide as the terminal, between 40 and 100 columns', () => {
    const columns = [undefined, '', '20', '64', '200', 'wide'].map((COLUMNS) => columnsOf({ COLUMNS }))
    expect(columns).toEqual([80, 80, 80, 64, 100, 80])
  })
})

test('control characters in the content of a token never reach the terminal', () => {
  const fillers = '\u061c\u180e\u00ad\u115f\u1160\u3164\uffa0\u{e0041}\u{e007f}\u034f\u2064\ufe0f\u180b'
  const hostile = { name: `\u001b[2Jred\u009b31m \u202egpj.exe\u200b\u2028\u007f${fillers}` }
  const text = printable(hostile, 0)
  expect(text).toMatch(/^[\x20-\x7e]+$/)
  expect(JSON.parse(text)).toEqual(hostile)
})

test('letters of any script are printed as they are', () => {
  expect(printable('张三 Zoë Ærø 한글 🦡', 0)).toBe('"张三 Zoë Ærø 한글 🦡"')
})

describe('colours', () => {
  const painted = (env: Readonly<Record<string, string>>) =>
    Object.values(styleOf(env)).map((paint: (text: string) => string) => paint('x'))

  test('are ANSI codes before and after a text', () => {
    expect(painted({ TERM: 'xterm' })).toEqual([
      ...['\u001b[32mx\u001b[39m', '\u001b[31mx\u001b[39m', '\u001b[33mx\u001b[39m'],
      ...['\u001b[2mx\u001b[22m', '\u001b[1mx\u001b[22m'],
    ])
  })

  test.each([[{ NO_COLOR: '1' }], [{ TERM: 'dumb' }]])('are off with %o', (env) => {
    expect(painted(env)).toEqual(['x', 'x', 'x', 'x', 'x'])
  })
})
