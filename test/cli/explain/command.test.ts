import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leakIn, secretsOf } from '../../support/leaks.js'
import { type Given, run } from '../io.js'

const person = {
  id: '5f719946524ee1099229496b',
  nickname: 'Augusta-Ada Lovelace',
  email: 'ada@example.com',
  phone: '13800000000',
}
let pool: UserPool

beforeAll(async () => {
  pool = await createUserPool({ users: [person] })
})
afterAll(() => pool.close())

const explain = (given: Given, ...flags: readonly string[]) =>
  run(['explain', ...flags], {
    ...given,
    env: { AUTHING_ISSUER: pool.issuer, AUTHING_APP_ID: pool.appId, ...given.env },
  })

describe('explain', () => {
  test('prints that a token is accepted, each check, and the proven content', async () => {
    const { code, out, err } = await explain({ input: `Bearer ${pool.mint()}\n` })
    expect([code, err]).toEqual([0, ''])
    const lines = out.split('\n')
    expect(lines[0]).toBe('Content of the token (proven by its signature)')
    expect(lines.slice(-15, -3).every((line) => /^ {2}✔ Passed {7}\S/.test(line))).toBe(true)
    expect(lines.slice(-3)).toEqual(['', 'Accepted', ''])
    expect(out).not.toMatch(/^ *(?:Why|Fix) /m)
  })

  test('prints why a token is refused: what was expected, what was found, and the fix', async () => {
    const { code, out } = await explain({ input: `Bearer ${pool.mint({ defect: 'other_issuer' })}` })
    expect(code).toBe(1)
    const lines = out.split('\n')
    const first = lines.findIndex((line) => line.startsWith('  ✔'))
    expect(lines.slice(first, first + 9)).toEqual([
      '  ✔ Passed       The options are valid',
      '  ✔ Passed       The header is "Bearer" and one token',
      '  ✔ Passed       The token is a complete, unencrypted JWT',
      '  ✔ Passed       The signature algorithm is allowed',
      '  ✖ Failed       The token is from your issuer',
      `      Expected  "${pool.issuer}"`,
      '      Found     "https://somebody-else.authing.cn/oidc"',
      '  · Not checked  The key of the token is known',
      '  · Not checked  The signature is valid',
    ])
    expect(out).toMatch(/^Content of the token \(not proven\)\n/)
    expect(out).toMatch(
      /\n\nRefused \(unknown_issuer\)\nWhy {2}The token comes from[\s\S]*\nFix {2}If Authing console[^{}]*$/,
    )
  })

  test('prints the same in Chinese, in lines that fit the terminal', async () => {
    const input = `Bearer ${pool.mint({ defect: 'other_issuer' })}`
    const { out } = await explain({ input, env: { LANG: 'zh_CN.UTF-8', COLUMNS: '60' } })
    expect(out).toMatch(/\n\n {2}✔ 通过 {4}选项正确\n[\s\S]*\n\n拒绝 \(unknown_issuer\)\n原因/)
    expect(out).toMatch(/^原因 {2}token 来自/m)
    expect(out).toMatch(/^处理 {2}/m)
  })

  test('prints colours, with a word beside each', async () => {
    const { out } = await explain({ input: `Bearer ${pool.mint({ defect: 'expired' })}`, env: { NO_COLOR: '' } })
    expect(out).toContain('\u001b[32m  ✔ Passed\u001b[39m')
    expect(out).toContain('\u001b[31m  ✖ Failed\u001b[39m')
    expect(out).toContain('\u001b[2m  · Not checked\u001b[22m')
  })

  test('prints why the options do not make a guard', async () => {
    const { code, out } = await explain({ input: pool.mint(), env: { AUTHING_ISSUER: 'https://my-app.authing.cn' } })
    expect(code).toBe(1)
    expect(out).toMatch(/\n\n {2}✖ Failed {7}The options are valid\n {2}· Not checked[\s\S]*\n\nRefused\nWhy /)
    expect(out).toMatch(/Set issuer \(AUTHING_ISSUER\) to "https:\/\/my-app\.authing\.cn\/oidc"/)
  })

  test('prints only the header of an encrypted token, and no content of a text that is not a token', async () => {
    const { out } = await explain({ input: `Bearer ${pool.mint({ type: 'id_token', defect: 'encrypted' })}` })
    expect(out).toMatch(/"enc": "A128CBC-HS256"/)
    expect(out).not.toMatch(/--reveal/)
    expect((await explain({ input: 'Bearer hello' })).out).not.toMatch(/Content of the token/)
  })

  test('asks for the token at a prompt if standard input is a terminal', async () => {
    const { code, asked, out } = await explain({ answers: [pool.mint()] })
    expect(out).toMatch(/\n\nAccepted\n$/)
    expect(asked).toEqual(['Token or Authorization header (not shown): '])
    expect(code).toBe(0)
  })

  test('recognizes the secret of an access key that was set as the App Secret', async () => {
    const hs = await createUserPool({ apps: [{ algorithm: 'HS256' }] })
    const env = {
      AUTHING_ISSUER: hs.issuer,
      AUTHING_APP_ID: hs.appId,
      AUTHING_APP_SECRET: hs.userPoolSecret,
      AUTHING_ACCESS_KEY_SECRET: hs.userPoolSecret,
    }
    const { out } = await explain({ input: `Bearer ${hs.mint({ type: 'id_token' })}`, env })
    await hs.close()
    expect(out).toMatch(/appSecret is the user pool's secret/)
    expect(out).not.toContain(hs.userPoolSecret)
  })

  test('writes JSON with --json', async () => {
    const { code, out } = await explain({ input: 'Bearer undefined' }, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      accepted: false,
      reason: 'malformed_token',
      cause: expect.stringMatching(/the word "undefined"/),
      fix: expect.any(String),
    })
    expect(JSON.parse(out)).not.toHaveProperty('claims')
  })
})

describe('personal data', () => {
  const personal = [person.id, 'Augusta-Ada', 'Lovelace', person.email, person.phone]
  const tokens = () => [
    pool.mint({ type: 'id_token' }),
    pool.mint({ type: 'id_token', defect: 'expired' }),
    pool.mint({ type: 'user_token' }),
    pool.mint({ type: 'legacy_user_token' }),
    pool.mint({ type: 'delegate' }),
    pool.mint({
      type: 'id_token',
      claims: { appId: { of: person.email }, more: [person.phone] },
      header: { x: 'Augusta-Ada' },
    }),
  ]

  test.each([[[]], [['--json']], [['--lang', 'zh']]])('and the token itself are hidden with %o', async (flags) => {
    for (const token of tokens()) {
      for (const input of [token, `Bearer ${token}`, `Authorization: ${token}`, `Bearer "${token}"`]) {
        const { out, err } = await explain({ input }, ...flags)
        expect(leakIn(out + err, [...secretsOf(token), ...personal])).toBeUndefined()
      }
    }
  })

  test('are shown with --reveal', async () => {
    const { out } = await explain({ input: pool.mint({ type: 'id_token' }) }, '--reveal')
    for (const text of [person.id, 'Augusta-Ada Lovelace', person.email, person.phone]) expect(out).toContain(text)
    expect(out).not.toMatch(/--reveal/)
  })

  test('are masked with a note; null claims and technical claims stay visible', async () => {
    const { out } = await explain({ input: pool.mint({ type: 'user_token' }) })
    expect(out).toContain('"email": "***"')
    expect(out).toContain('"birthdate": null')
    expect(out).toContain(`"userPoolId": "${pool.userPoolId}"`)
    expect(out).toMatch(/Personal claims are hidden; --reveal shows them\.\n\n/)
  })
})
