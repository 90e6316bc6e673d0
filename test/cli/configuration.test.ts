import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from './io.js'

let pool: UserPool
let home: string

beforeAll(async () => {
  pool = await createUserPool({ apps: [{ algorithm: 'HS256' }] })
  home = await mkdtemp(join(tmpdir(), 'authing-guard-'))
})
afterAll(async () => {
  await pool.close()
  await rm(home, { recursive: true })
})

/** A file of --config. */
async function file(name: string, text: string): Promise<string> {
  const path = join(home, name)
  await writeFile(path, text)
  return path
}

const token = () => `Bearer ${pool.mint({ type: 'id_token' })}`
const secret = () => ({ AUTHING_APP_SECRET: pool.appSecret })

describe('the application', () => {
  test('is read from flags', async () => {
    const argv = ['explain', '--issuer', pool.issuer, '--app-id', pool.appId]
    expect(await run(argv, { input: token(), env: secret() })).toMatchObject({ code: 0, err: '' })
  })

  test('is read from the environment, and flags override it', async () => {
    const env = { ...secret(), AUTHING_ISSUER: pool.issuer, AUTHING_APP_ID: pool.appId }
    expect(await run(['explain'], { input: token(), env })).toMatchObject({ code: 0 })
    const { code, out } = await run(['explain', '--app-id', 'another'], { input: token(), env })
    expect(out).toMatch(/^Refused \(wrong_audience\)$/m)
    expect(code).toBe(1)
  })

  test.each([
    ['options.mjs', (text: string) => `export const options = ${text}`],
    ['default.mjs', (text: string) => `export default ${text}`],
    ['common.cjs', (text: string) => `exports.options = ${text}`],
  ])('is read from a module: %s', async (name, write) => {
    const { issuer, appId, appSecret } = pool
    const config = await file(name, write(JSON.stringify({ issuer, appId, appSecret })))
    expect(await run(['explain', '--config', config], { input: token() })).toMatchObject({ code: 0, err: '' })
  })

  test.each([
    ['empty.mjs', 'export const other = 1', /exports no options/],
    ['list.mjs', 'export default []', /exports no options/],
    ['null.mjs', 'export default null', /exports no options/],
    ['guard.mjs', 'export default { verifyToken() {} }', /exports a guard of another version.*Export the options/],
    [
      'broken.ts',
      'export const options: = 1',
      /cannot be loaded: \w+\. It is TypeScript: use Node 22\.18 or later.*npx tsx/,
    ],
    ['throws.mjs', `throw new Error('${'s'.repeat(32)}')`, /cannot be loaded: Error\n$/],
    ['nothing.mjs', 'throw undefined', /cannot be loaded: Error\n$/],
    [
      'advice.mjs',
      `throw Object.assign(new TypeError('authing-guard: appId is missing.'), {
        [Symbol.for('authing-guard.config-error')]: { kind: 'missing' },
      })`,
      /loaded: authing-guard: appId is missing/,
    ],
    ['forged.mjs', "throw new TypeError('authing-guard: a secret')", /cannot be loaded: TypeError\n$/],
    ['without.mjs', "import './gone.mjs'", /the file is there, and something that it imports is not found/],
    ['import.mjs', "import 'node:no-such-module'", /cannot be loaded: ERR_\w+\n$/],
  ])('is not read from %s, and the message says why', async (name, text, words) => {
    const { code, out, err } = await run(['doctor', '--config', await file(name, text)])
    expect(err).toMatch(words)
    expect(err).not.toContain('s'.repeat(32))
    expect([code, out]).toEqual([2, ''])
  })

  test.each([
    ['guard', 'export const guard = createGuard(options)'],
    ['whatever', 'export const other = 1\nexport const whatever = createGuard(options).require({ kind: "user" })'],
    ['default', 'export default authingGuard(options)'],
  ])('is read from a module that exports the guard itself: %s', async (name, text) => {
    const { issuer, appId, appSecret } = pool
    const options = JSON.stringify({ issuer, appId, appSecret })
    const source = (folder: string) => JSON.stringify(new URL(`../../src/${folder}/index.ts`, import.meta.url).pathname)
    const config = await file(
      `guard-${name}.mjs`,
      `import { createGuard } from ${source('guard')}
       import { authingGuard } from ${source('adapters/express')}
       const options = ${options}
       ${text}`,
    )
    for (const command of ['explain', 'doctor']) {
      const { out, err } = await run([command, '--config', config], { input: token() })
      expect(err).toBe('')
      expect(out).toContain(command === 'explain' ? 'Accepted' : issuer)
    }
  })

  test('is read from a file of environment variables, and a variable that is set keeps its value', async () => {
    const { issuer, appId, appSecret } = pool
    const lines = [
      `AUTHING_ISSUER=${issuer}`,
      `AUTHING_APP_ID="${appId}"`,
      `AUTHING_APP_SECRET=${appSecret} # a secret`,
    ]
    const argv = ['explain', '--env-file', await file('.env', lines.join('\n'))]
    try {
      expect(await run(argv, { input: token() })).toMatchObject({ code: 0, err: '' })
      const { code } = await run(argv, { input: token(), env: { AUTHING_APP_ID: 'another' } })
      expect(code).toBe(1)
      const config = await file('env.mjs', 'export default { issuer: process.env.AUTHING_ISSUER, appId: "a" }')
      const { out } = await run([...argv, '--config', config], { input: token() })
      expect(out).toContain(issuer)
    } finally {
      for (const name of ['AUTHING_ISSUER', 'AUTHING_APP_ID', 'AUTHING_APP_SECRET']) delete process.env[name]
    }
  })

  test('is not read from a file of environment variables that does not exist', async () => {
    const folder = await run(['doctor', '--env-file', home])
    expect([folder.code, folder.err]).toEqual([2, expect.stringContaining(home)])
    const { code, err } = await run(['doctor', '--env-file', join(home, 'gone.env')])
    expect(err).toMatch(/There is no file \S*gone\.env\.\n$/)
    expect(code).toBe(2)
  })

  test('is not read from a file that does not exist', async () => {
    const { code, err } = await run(['explain', '--config', join(home, 'gone.mjs')])
    expect(err).toMatch(/There is no file \S*gone\.mjs\.\n$/)
    const zh = await run(['serve', '--lang', 'zh', '--config', join(home, 'gone.mjs')])
    expect(zh.err).toMatch(/文件 \S*gone\.mjs 不存在/)
    expect(code).toBe(2)
  })
})

describe('the App Secret', () => {
  const flags = () => ['--issuer', pool.issuer, '--app-id', pool.appId, '--ask-secret']

  test('is asked for at a hidden prompt', async () => {
    const answers = [`${pool.appSecret} `, token()]
    const { code, asked, out, err } = await run(['explain', ...flags()], { answers })
    expect(code).toBe(0)
    expect(asked).toEqual(['App Secret (not shown): ', 'Token or Authorization header (not shown): '])
    expect(out + err).not.toContain(pool.appSecret)
  })

  test('is not asked for without a terminal', async () => {
    const { code, err } = await run(['explain', ...flags()], { input: token() })
    expect(err).toMatch(/--ask-secret needs a terminal\. Set AUTHING_APP_SECRET/)
    expect(code).toBe(2)
  })

  test.each([
    ['several.mjs', 'export default { apps: [] }'],
    ['pool.mjs', 'export default { userPool: {} }'],
  ])('is not asked for unless the options have exactly one application: %s', async (name, text) => {
    const { code, err } = await run(['doctor', '--ask-secret', '--config', await file(name, text)], { answers: [] })
    expect(err).toMatch(/--ask-secret is for one application/)
    expect(code).toBe(2)
  })
})

test.each([
  ['explain', []],
  ['doctor', ['--token']],
])('%s asks for a token, and refuses an empty one', async (name, more) => {
  const argv = [name, '--issuer', pool.issuer, '--app-id', pool.appId, ...more]
  for (const given of [{ input: ' \n' }, { answers: [''] }]) {
    const { code, err } = await run(argv, given)
    expect(err).toMatch(/^No token was given: .*Pipe a token in \(.*\), or start the command without a pipe/)
    expect(code).toBe(2)
  }
})
