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
  test.each([['--help'], ['-h'], ['help'], ['explian', '--help']])('%s %s prints the commands', async (...argv) => {
    const { code, out, err } = await run(argv)
    expect(out).toMatch(/^Usage: npx authing-guard/)
    for (const name of ['explain', 'doctor', 'dev', 'serve']) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(out).toMatch(/Exit codes: 0 success, 1 a problem was found/)
    expect([code, err]).toEqual([0, ''])
  })

  test.each([
    [
      'explain',
      ['--issuer URL', '--app-id ID', '--config FILE', '--env-file FILE', '--ask-secret', '--reveal', '--json'],
    ],
    [
      'doctor',
      ['--issuer URL', '--app-id ID', '--config FILE', '--env-file FILE', '--ask-secret', '--token', '--json'],
    ],
    ['dev', ['--port N', '--algorithm ALG', '--pool FILE']],
    ['serve', ['--config FILE', '--port N', '--host ADDRESS', '--socket PATH', '--env-file FILE']],
  ])('%s --help prints the options of the command, and no others', async (name, options) => {
    for (const flag of ['--help', '-h']) {
      const { code, out, err } = await run([name, flag])
      expect([code, err]).toEqual([0, ''])
      expect(out.startsWith(`Usage: npx authing-guard ${name} [options]\n`)).toBe(true)
      expect([...out.matchAll(/^ {2}((?:-h, )?--[a-z-]+(?: \S+)?)/gm)].map(([, option]) => option)).toEqual([
        ...options,
        '--lang en|zh',
        '-h, --help',
      ])
    }
    expect((await run([name, '--help', '--lang', 'zh'])).out).toMatch(/^用法：npx authing-guard/)
  })

  test.each([
    ['help', 'explain'],
    ['--help', 'doctor'],
    ['-h', 'dev'],
  ])('%s %s prints the help of that command', async (help, name) => {
    const { code, out } = await run([help, name, '--lang', 'en'])
    expect(out.startsWith(`Usage: npx authing-guard ${name} [options]\n`)).toBe(true)
    expect(code).toBe(0)
  })

  test('fits the help to the width of the terminal', async () => {
    const { out } = await run(['dev', '--help'], { env: { COLUMNS: '60' } })
    // A command is copied as it stands.
    const lines = out.split('\n').filter((line) => !line.startsWith('  curl'))
    expect(lines.filter((line) => line.length > 60)).toEqual([])
    expect(out).toMatch(/^ {2}--pool FILE {6}A JSON file.*\n {19}\S/m)
  })

  test('without a command prints its help as an error', async () => {
    const { code, out, err } = await run([])
    expect(err).toMatch(/^Usage: npx authing-guard/)
    expect([code, out]).toEqual([2, ''])
  })

  test.each(['--version', '-v'])('%s prints the version', async (flag) => {
    expect(await run([flag])).toMatchObject({ code: 0, out: `${version}\n` })
  })

  test.each(['explian', 'constructor', '--lang'])('refuses %s, which is not a command', async (name) => {
    const { code, err } = await run([name])
    expect(err).toMatch(/no such command/)
    expect(code).toBe(2)
  })

  test.each([
    ['explian', 'explain'],
    ['doktor', 'doctor'],
    ['Doctor', 'doctor'],
    ['dve', 'dev'],
    ['server', 'serve'],
  ])('%s is not a command, and the message names %s', async (typed, meant) => {
    expect((await run([typed])).err).toContain(`Did you mean npx authing-guard ${meant}?`)
    expect((await run([typed, '--lang', 'zh'])).err).toContain(`你是不是想写 npx authing-guard ${meant}？`)
  })

  test.each(['watch', 'test', 'x', 'constructor'])('%s is near to no command, and none is named', async (typed) => {
    expect((await run([typed])).err).not.toContain('Did you mean')
  })

  test.each([
    [{ LANG: 'zh_CN.UTF-8' }, /^用法/],
    [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW' }, /^用法/],
    [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, /^Usage/],
  ])('prints the language of the environment %o', async (env, words) => {
    expect((await run(['--help'], { env })).out).toMatch(words)
  })

  test('prints the language of --lang, whatever the environment says', async () => {
    expect((await run(['--help', '--lang', 'zh'])).out).toMatch(/^用法/)
    expect((await run(['--help', '--lang=en'], { env: { LANG: 'zh_CN' } })).out).toMatch(/^Usage/)
  })

  test('rejects with an error that is not about its usage', async () => {
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

  test('runs main with the arguments and the outputs of the process', async () => {
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
    // Also if the options keep a socket open.
    expect(exit.mock.calls).toEqual([[0]])
  })
})

describe('a token or a secret that is passed as an argument', () => {
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
  ])('is refused and not repeated: %#', async (argv) => {
    for (const token of [pool.mint(), pool.mintOpaque()]) {
      const { code, out, err } = await run(argv(token))
      expect(err).toMatch(/Do not pass a token as an argument/)
      expect(code).toBe(2)
      expect(out + err).not.toContain(token.slice(0, 20))
    }
  })

  test.each([[['--app-secret', 'x']], [[`--appSecret=${'x'.repeat(9)}`]], [['--password']], [['--access-key']]])(
    'makes the command say where secrets belong: %o',
    async (more) => {
      const { code, err } = await run(['explain', ...whose, ...more])
      expect(err).toMatch(/Do not pass a secret as an argument/)
      expect(code).toBe(2)
    },
  )

  test('is not repeated if it is in the place of an option or a command', async () => {
    for (const argv of [['explain', `--${secret}`], ['explain', `--x=${secret}`], [secret], ['explain', secret]]) {
      const { code, out, err } = await run(argv)
      expect(code).toBe(2)
      expect(err).not.toBe('')
      expect(out + err).not.toContain(secret)
    }
  })
})

describe('a wrong command line', () => {
  test.each([
    [['--nonsense'], /There is no option --nonsense\.\n/],
    [['--isuer', 'https://a.example.com/oidc'], /There is no option --isuer\. Did you mean --issuer\?/],
    [['--appId=a'], /There is no option with the name that you gave\. Did you mean --app-id\?/],
    [['--confg', 'x.mjs'], /There is no option --confg\. Did you mean --config\?/],
    [['--jsno'], /There is no option --jsno\. Did you mean --json\?/],
    [['--NON_SENSE=1'], /There is no option with the name that you gave/],
    [['--issuer'], /--issuer needs a value/],
    [['--json=yes'], /--json takes no value/],
    [['--lang', 'fr'], /--lang must be en or zh/],
    [['file.txt'], /takes options only/],
    [['--config', 'x.mjs', '--app-id', 'a'], /Use either --config or --issuer and --app-id/],
    [['--config', 'x.mjs', '--issuer', 'https://a.example.com/oidc'], /Use either --config or --issuer and --app-id/],
    [[], /No issuer is set\. Set AUTHING_ISSUER or pass --issuer/],
    [['--issuer', 'https://a.example.com/oidc'], /Set AUTHING_APP_ID or pass --app-id/],
  ])('%o is explained, with exit code 2', async (more, words) => {
    const { code, out, err } = await run(['explain', ...more])
    expect(err).toMatch(words)
    expect([code, out]).toEqual([2, ''])
  })
})
