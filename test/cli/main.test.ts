import { readFileSync } from 'node:fs'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { terminal } from '../../src/cli/terminal.js'
import { run } from './io.js'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
let pool: UserPool

beforeAll(async () => {
  pool = await createUserPool()
})
afterAll(() => pool.close())

describe('npx authing-guard', () => {
  test.each([['--help'], ['-h'], ['help'], ['explain', '--help']])('%s %s tells how it is used', async (...argv) => {
    const { code, out, err } = await run(argv)
    expect(out).toMatch(/^Usage: npx authing-guard/)
    expect(out).toMatch(/Exit codes: 0 all right, 1 something is wrong, 2 the command was not understood/)
    expect([code, err]).toEqual([0, ''])
  })

  test('without a command tells the same, as a mistake', async () => {
    const { code, out, err } = await run([])
    expect(err).toMatch(/^Usage: npx authing-guard/)
    expect([code, out]).toEqual([2, ''])
  })

  test.each(['--version', '-v'])('%s tells the version', async (flag) => {
    expect(await run([flag])).toMatchObject({ code: 0, out: `${version}\n` })
  })

  test.each(['explian', 'constructor', '--lang'])('knows no command %s', async (name) => {
    const { code, err } = await run([name])
    expect(err).toMatch(/no such command/)
    expect(code).toBe(2)
  })

  test.each([
    [{ LANG: 'zh_CN.UTF-8' }, /^用法/],
    [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW' }, /^用法/],
    [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, /^Usage/],
  ])('speaks the language of %o', async (env, words) => {
    expect((await run(['--help'], { env })).out).toMatch(words)
  })

  test('speaks the language that it is told to', async () => {
    expect((await run(['--help', '--lang', 'zh'])).out).toMatch(/^用法/)
    expect((await run(['--help', '--lang=en'], { env: { LANG: 'zh_CN' } })).out).toMatch(/^Usage/)
  })

  test('lets an error that nobody foresaw be one', async () => {
    const io = terminal(process)
    const { main } = await import('../../src/cli/main.js')
    const broken = { ...io, isTerminal: false, env: {}, readAll: () => Promise.reject(new Error('EIO')) }
    const argv = ['explain', '--issuer', 'https://a.example.com/oidc', '--app-id', 'a']
    await expect(main(argv, broken)).rejects.toThrow('EIO')
  })
})

describe('the bin', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    process.exitCode = undefined
  })

  test('runs main on the process', async () => {
    const write = (_: unknown, done?: unknown) => {
      if (typeof done === 'function') done()
      return true
    }
    const out = vi.spyOn(process.stdout, 'write').mockImplementation(write)
    vi.spyOn(process.stderr, 'write').mockImplementation(write)
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never)
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', 'authing-guard', '--version'])
    await import('../../src/cli/bin.js')
    expect(out).toHaveBeenCalledWith(`${version}\n`)
    expect(process.exitCode).toBe(0)
    // Whatever the options hold open.
    expect(exit.mock.calls).toEqual([[0]])
  })
})

describe('a token or a secret as an argument', () => {
  const secret = 'c1a9ba0d6ad3cc4b0ad2e1a5f0cd8f1e'
  const whose = ['--issuer', 'https://a.example.com/oidc', '--app-id', 'a']

  test.each([
    [(token: string) => [token]],
    [(token: string) => ['explain', token]],
    [(token: string) => ['explain', 'Bearer', token]],
    [(token: string) => ['explain', `Bearer ${token}`]],
    [(token: string) => ['explain', '--token', token]],
    [(token: string) => ['explain', `--token=${token}`]],
    [(token: string) => ['doctor', `--token=${token}`]],
    [(token: string) => ['doctor', '--issuer', token]],
    [(token: string) => ['explain', ...whose, '--', token]],
  ])('is refused with advice, and not repeated: %#', async (argv) => {
    for (const token of [pool.mint(), pool.mintOpaque()]) {
      const { code, out, err } = await run(argv(token))
      expect(err).toMatch(/A token is never an argument/)
      expect(code).toBe(2)
      expect(out + err).not.toContain(token.slice(0, 20))
    }
  })

  test.each([[['--app-secret', 'x']], [[`--appSecret=${'x'.repeat(9)}`]], [['--password']], [['--access-key']]])(
    'is told where secrets go: %o',
    async (more) => {
      const { code, err } = await run(['explain', ...whose, ...more])
      expect(err).toMatch(/A secret is never an argument/)
      expect(code).toBe(2)
    },
  )

  test('is not repeated where it stands for an option or a command', async () => {
    for (const argv of [['explain', `--${secret}`], ['explain', `--x=${secret}`], [secret], ['explain', secret]]) {
      const { code, out, err } = await run(argv)
      expect(code).toBe(2)
      expect(err).not.toBe('')
      expect(out + err).not.toContain(secret)
    }
  })
})

describe('a command line that is wrong', () => {
  test.each([
    [['--nonsense'], /There is no option --nonsense/],
    [['--NON_SENSE=1'], /There is no option like one of those/],
    [['--issuer'], /--issuer needs a value/],
    [['--json=yes'], /--json takes no value/],
    [['--lang', 'fr'], /--lang is en or zh/],
    [['file.txt'], /takes options alone/],
    [['--config', 'x.mjs', '--app-id', 'a'], /--config and --issuer or --app-id are both given/],
    [
      ['--config', 'x.mjs', '--issuer', 'https://a.example.com/oidc'],
      /--config and --issuer or --app-id are both given/,
    ],
    [[], /Whose tokens\? Set AUTHING_ISSUER or give --issuer/],
    [['--issuer', 'https://a.example.com/oidc'], /Set AUTHING_APP_ID or give --app-id/],
  ])('%o is told so, with exit code 2', async (more, words) => {
    const { code, out, err } = await run(['explain', ...more])
    expect(err).toMatch(words)
    expect([code, out]).toEqual([2, ''])
  })
})
