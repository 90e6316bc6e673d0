import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leakIn, secretsOf } from '../../support/leaks.js'
import { type Given, run } from '../io.js'

let pool: UserPool

beforeAll(async () => {
  pool = await createUserPool({ apps: [{ algorithm: 'HS256' }] })
})
afterAll(() => pool.close())

const doctor = (given: Given = {}, ...flags: readonly string[]) => {
  const env = { AUTHING_ISSUER: pool.issuer, AUTHING_APP_ID: pool.appId, COLUMNS: '100', ...given.env }
  return run(['doctor', ...flags], { ...given, env })
}
const secret = () => ({ AUTHING_APP_SECRET: pool.appSecret })
const management = () => ({
  AUTHING_ACCESS_KEY_ID: pool.userPoolId,
  AUTHING_ACCESS_KEY_SECRET: pool.userPoolSecret,
  AUTHING_MANAGEMENT_HOST: pool.managementHost,
})

describe('doctor', () => {
  test('prints each finding and that there are no problems', async () => {
    const { code, out, err } = await doctor({ env: secret() })
    expect([code, err]).toEqual([0, ''])
    expect(out.split('\n').slice(0, 6)).toEqual([
      '  ✔ Passed      The options make a guard.',
      '',
      `${pool.issuer} (${pool.appId})`,
      '  ✔ Passed      The issuer is on this machine: http is good enough.',
      '  ✔ Passed      The discovery document names the same issuer.',
      "  ✔ Passed      This machine's clock agrees with the issuer's.",
    ])
    expect(out).toMatch(/✔ Passed {6}appSecret is right/)
    expect(out).toMatch(/\nNo problems found\.\n$/)
  })

  test('counts warnings, and ends with exit code 0 if there are only warnings', async () => {
    const { code, out } = await doctor({ env: { ...secret(), ...management() } })
    expect(out).toMatch(/\n\n {2}✔ Passed {6}The management API accepts the access key/)
    expect(out).toMatch(/ {2}! Warning {5}The access key is the user pool's own.*\n {6}Fix {2}Use a key that may only/)
    expect(out).toMatch(/\nNo errors\. Warnings: 1\.\n$/)
    expect(code).toBe(0)
  })

  test.each([
    ['a wrong App ID', () => ({ AUTHING_APP_ID: 'f'.repeat(24) })],
    ['an App ID that nothing confirms', () => ({})],
  ])('does not end well for %s: prints that it is not proven, and ends with exit code 3', async (_, env) => {
    const { code, out, err } = await doctor({ env: env() })
    expect([code, err]).toEqual([3, ''])
    expect(out).toMatch(/ {2}\? Not proven {2}No answer of the issuer confirms that the App ID "[0-9a-f]{24}" exists/)
    expect(out).toMatch(/\nNo errors, but not everything is proven\. Not proven: 1\. Warnings: 0\.\n$/)
    const chinese = await doctor({ env: env() }, '--lang', 'zh')
    expect(chinese.out).toMatch(/ {2}\? 未能确认 {2}/)
    expect(chinese.out).toMatch(/\n没有错误，但并非全部得到确认：1 处未能确认，0 处需要注意。\n$/)
    expect(JSON.parse((await doctor({ env: env() }, '--json')).out)).toMatchObject({ ok: false })
  })

  test('ends with exit code 0 for an App ID that the token is for', async () => {
    const { code, out } = await doctor({ input: pool.mint() }, '--token')
    expect(out).toMatch(/exists: the token is for it/)
    expect(code).toBe(0)
  })

  test('prints errors and their fixes, also in Chinese', async () => {
    const env = { AUTHING_APP_SECRET: pool.jwtSecret }
    const { code, out } = await doctor({ env })
    expect(out).toMatch(/ {2}✖ Failed {6}appSecret is wrong.*\n(?: +.*\n)*? {6}Fix {2}Copy it again/)
    expect(out).toMatch(/\nErrors: 1\. Not proven: 1\. Warnings: 0\.\n$/)
    expect(code).toBe(1)
    const chinese = await doctor({ env }, '--lang', 'zh')
    expect(chinese.out).toMatch(/✖ 未通过 {4}appSecret 不对/)
    expect(chinese.out).toMatch(/\n有 1 处错误，1 处未能确认，0 处需要注意。\n$/)
  })

  test('explains a token from standard input or from the prompt', async () => {
    const token = pool.mint({ type: 'id_token', defect: 'expired' })
    for (const given of [{ input: token }, { answers: [token] }]) {
      const { code, out } = await doctor({ ...given, env: secret() }, '--token')
      expect(out).toMatch(/✖ Failed {6}The token is refused\. The token is expired/)
      expect(code).toBe(1)
    }
  })

  test('writes JSON with --json', async () => {
    const { out } = await doctor({ env: secret() }, '--json')
    const { ok, findings } = JSON.parse(out)
    expect(ok).toBe(true)
    expect(findings[0]).toEqual({ name: 'optionsOk', state: 'ok', title: 'The options make a guard.' })
    expect(findings[1]).toMatchObject({ application: `${pool.issuer} (${pool.appId})` })
  })

  test('checks the management API at Authing unless another host is set', async () => {
    const { code, out } = await doctor({
      env: {
        ...secret(),
        AUTHING_ACCESS_KEY_ID: pool.userPoolId,
        AUTHING_ACCESS_KEY_SECRET: 'x',
        AUTHING_MANAGEMENT_HOST: 'ftp://a',
      },
    })
    expect(out).toMatch(/host must be an https URL/)
    expect(code).toBe(1)
    const without = await doctor({ env: { ...secret(), AUTHING_ACCESS_KEY_ID: pool.userPoolId } })
    expect(without.out).not.toMatch(/management/)
  })

  test('prints no secret, even if secrets are mixed up', async () => {
    const token = pool.mint({ type: 'id_token' })
    const secrets = [pool.appSecret, pool.jwtSecret, pool.userPoolSecret, ...secretsOf(token)]
    for (const AUTHING_APP_SECRET of secrets.slice(0, 3)) {
      for (const flags of [[], ['--json'], ['--lang', 'zh']]) {
        const env = { AUTHING_APP_SECRET, ...management() }
        const { out, err } = await doctor({ env, input: token }, '--token', ...flags)
        expect(leakIn(out + err, secrets)).toBeUndefined()
      }
    }
    const misplaced = await doctor({ env: { AUTHING_ISSUER: pool.appSecret, AUTHING_APP_ID: pool.appId } })
    expect(misplaced.out).not.toContain(pool.appSecret)
  })
})
