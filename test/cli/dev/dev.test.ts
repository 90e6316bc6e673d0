import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGuard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import express from 'express'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { dev } from '../../../src/cli/dev/dev.js'
import { main } from '../../../src/cli/main.js'
import { closed, listening, portOf } from '../../support/http.js'
import { quietPort } from '../../support/ports.js'
import { ask, running, terminal, viewOf } from './running.js'

/** Runs `dev` with arguments that end it at once. */
async function ended(args: readonly string[], env = {}) {
  const { io, printed } = terminal(env)
  return { code: await main(['dev', ...args], io), ...printed }
}

describe('dev', () => {
  test('prints an environment and a token with which an API answers 200, and 401 without a token', async () => {
    await using here = await running()
    const environment = new Map(
      [...here.text.matchAll(/^ {2}(AUTHING_\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
    )
    for (const [name = '', value] of environment) vi.stubEnv(name, value)
    const app = express().use(authingGuard())
    vi.unstubAllEnvs()
    app.get('/me', (_request, response) => void response.json({}))
    const server = createHttpServer(app)
    await listening(server)
    const statusOf = async (authorization?: string) =>
      (await ask(portOf(server), '/me', authorization === undefined ? {} : { authorization })).status
    expect(await statusOf()).toBe(401)
    const written = [...here.text.matchAll(/Authorization: (Bearer [\w.-]{100,})/g)].map(([, header]) => header)
    expect(written).toHaveLength(1)
    expect(await statusOf(written[0])).toBe(200)
    const { body: token } = await ask(here.port, '/token')
    expect(here.text).toContain(`$(curl -s ${here.url}/token)`)
    expect(await statusOf(`Bearer ${token}`)).toBe(200)
    await closed(server)
  })

  test('prints the console, the issuer and the appId, which is the same in each run', async () => {
    await using first = await running()
    await using second = await running()
    const appId = /AUTHING_APP_ID=(\w+)/.exec(first.text)?.[1]
    expect(first.text).toContain(`Console  ${first.url}\n`)
    expect(first.text).toContain(`Issuer   ${first.issuer}\n`)
    expect(second.text).toContain(`AUTHING_APP_ID=${appId}\n`)
  })

  test.each(['docs/commands.md', 'docs/zh-CN/commands.md'])('takes the file for --pool that %s shows', async (page) => {
    const [, file = ''] = /```json\n([\s\S]*?)```/.exec(await readFile(page, 'utf8')) ?? []
    const folder = await mkdtemp(join(tmpdir(), 'pool-'))
    await writeFile(join(folder, 'pool.json'), file)
    await using here = await running(['--pool', join(folder, 'pool.json')])
    const { users, grants, accessKeys } = await viewOf(here)
    expect(users.map(({ username }: { username: string }) => username)).toEqual(['ada', 'bo'])
    expect([grants.length, accessKeys]).toEqual([1, ['60d5ec49f1a2b3c4d5e6f708']])
    await rm(folder, { recursive: true })
  })

  test('has new keys in each run', async () => {
    await using first = await running()
    await using second = await running()
    const kidOf = async (here: typeof first) => (await viewOf(here)).apps[0].keys[0].kid
    expect(await kidOf(first)).not.toBe(await kidOf(second))
    expect(first.key).not.toBe(second.key)
  })

  test('listens on 127.0.0.1 only', async () => {
    await using here = await running()
    await expect(fetch(`http://[::1]:${here.port}/token`)).rejects.toThrow()
    await expect(fetch(`http://127.0.0.2:${here.port}/token`)).rejects.toThrow()
  })

  test('listens on the given port, and the pool on the next one', async () => {
    const port = await quietPort(2)
    const { io, printed, started, stop } = terminal()
    const over = dev(['--port', String(port)], io)
    await Promise.race([started, over])
    expect(printed.out).toContain(`Console  http://127.0.0.1:${port}\n`)
    expect(printed.out).toContain(`AUTHING_ISSUER=http://127.0.0.1:${port + 1}/oidc\n`)
    stop()
    expect(await over).toBe(0)
  })

  test('closes its ports when it is stopped, also if a page is waiting', async () => {
    const here = await running()
    const { version } = await viewOf(here)
    const waiting = viewOf(here, version)
    waiting.catch(() => {})
    expect(await here.end()).toBe(0)
    await expect(waiting).rejects.toThrow()
    await expect(fetch(here.url)).rejects.toThrow()
    await expect(fetch(here.issuer)).rejects.toThrow()
    expect(here.printed.out).toContain('The local user pool has stopped')
    expect(here.printed.err).toBe('')
  })

  test('prints Chinese with --lang zh', async () => {
    await using here = await running(['--lang', 'zh'])
    expect(here.text).toContain(`控制台   ${here.url}\n`)
    expect(await (await fetch(here.url)).text()).toContain('<html lang="zh">')
  })

  test('signs with HS256 on request, and prints the secret that the guard needs', async () => {
    await using here = await running(['--algorithm', 'HS256'])
    const value = (name: string) => new RegExp(`${name}=(\\S+)`).exec(here.text)?.[1] ?? ''
    const [issuer, appId, appSecret] = ['AUTHING_ISSUER', 'AUTHING_APP_ID', 'AUTHING_APP_SECRET'].map(value)
    const guard = createGuard({ issuer: String(issuer), appId: String(appId), appSecret: String(appSecret) })
    const { body: token } = await ask(here.port, '/token?type=id_token')
    await expect(guard.verifyToken(token)).resolves.toMatchObject({ tokenType: 'id_token' })
  })

  test('has one application for each --algorithm, on one port, each with its own issuer', async () => {
    await using here = await running(['--algorithm', 'ES256', '--algorithm', 'EdDSA', '--algorithm', 'HS256'])
    const { apps } = await viewOf(here)
    expect(apps.map(({ algorithm }: { algorithm: string }) => algorithm)).toEqual(['ES256', 'EdDSA', 'HS256'])
    const origin = new URL(here.issuer).origin
    for (const { appId, issuer } of apps) {
      expect(issuer).toBe(`${origin}/${appId}/oidc`)
      const { body: token } = await ask(here.port, `/token?appId=${appId}`)
      expect(decodeJwt(token)).toMatchObject({ iss: issuer, aud: appId })
    }
  })
})

describe('a pool file', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'authing-guard-dev-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const fileOf = async (text: string) => {
    const path = join(folder, 'pool.json')
    await writeFile(path, text)
    return path
  }

  test('replaces the default users, and keeps the default grants', async () => {
    const path = await fileOf('{"users":[{"id":"u","nickname":"Ada","roles":["boss"]}],"port":1}')
    await using here = await running(['--pool', path])
    const { users, grants } = await viewOf(here)
    expect(users).toMatchObject([{ id: 'u', nickname: 'Ada', roles: [{ code: 'boss', namespace: 'default' }] }])
    expect(grants.length).toBeGreaterThan(0)
  })

  test.each([
    ['[]', 'must hold a JSON object'],
    ['{', 'must hold a JSON object'],
    ['{"user":[]}', "the options of createUserPool has no 'user'"],
    ['{"apps":[{"algorithm":"HS512"}]}', "an application's algorithm must be one of"],
  ])('with the invalid content %s is refused with the message of the pool', async (text, message) => {
    const { code, err, out } = await ended(['--port', '0', '--pool', await fileOf(text)])
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(message)
    expect(err).toContain(join(folder, 'pool.json'))
    const zh = await ended(['--port', '0', '--lang', 'zh', '--pool', join(folder, 'pool.json')])
    expect(zh.err).toMatch(/^--pool 指定的文件 \S*pool\.json /)
  })

  test('that does not exist is refused', async () => {
    const { code, err } = await ended(['--port', '0', '--pool', join(folder, 'nowhere.json')])
    expect(code).toBe(1)
    expect(err).toContain(`There is no file ${join(folder, 'nowhere.json')} for --pool`)
    expect((await ended(['--pool', folder])).err).toContain(`${folder} of --pool cannot be read: EISDIR`)
  })
})

describe('dev does not start', () => {
  test('under NODE_ENV=production', async () => {
    await ended(['--port', '0'], { NODE_ENV: 'Prod ' })
    const { code, out, err } = await ended(['--port', '0'], { NODE_ENV: 'production' })
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('does not start under NODE_ENV=production')
  })

  test.each([0, 1])('if a port is in use, and frees the other one: %i after the first', async (which) => {
    const port = await quietPort(2)
    const squatter = createServer()
    await new Promise<void>((done) => squatter.listen(port + which, '127.0.0.1', done))
    const { code, err } = await ended(['--port', String(port)])
    expect(code).toBe(1)
    expect(err).toContain(`Port ${port + which} is in use`)
    if (which === 1) expect(err).toContain(`one above that of the console (${port})`)
    expect((await ended(['--port', String(port), '--lang', 'zh'])).err).toContain(`端口 ${port + which} 已被占用`)
    await new Promise((done) => squatter.close(done))
    const after = createServer()
    await new Promise<void>((done) => after.listen(port + 1 - which, '127.0.0.1', done))
    await new Promise((done) => after.close(done))
  })

  test.each([
    [['--port', 'x'], '--port must be a whole number from 0 to 65534, not x'],
    [['--port', '65535'], '--port must be'],
    [['--port=-1'], '--port must be'],
    [['--lang', 'fr'], '--lang must be en or zh'],
    [['--algorithm', 'HS512'], '--algorithm must be one of RS256'],
    [Array(4).fill('--algorithm=RS256'), 'at most three'],
    [['--ports', '1'], 'There is no option --ports'],
    [['now'], 'The command takes options only'],
  ])('with %j', async (args, message) => {
    const { code, out, err } = await ended(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
    expect(err).toContain('npx authing-guard dev --help')
  })
})

describe('help', () => {
  const options = ['--port', '--algorithm', '--pool', '--lang', '--help']

  test.each([
    [{}, 'Usage: npx authing-guard dev'],
    [{ LANG: 'zh_CN.UTF-8' }, '用法：npx authing-guard dev'],
    [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'en_US.UTF-8' }, 'Usage:'],
    [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW' }, '用法：'],
  ])('is in the language of the environment %j', async (env, beginning) => {
    const { code, out, err } = await ended(['--help'], env)
    expect([code, err]).toEqual([0, ''])
    expect(out.startsWith(beginning)).toBe(true)
    for (const option of options) expect(out).toContain(option)
  })

  test('of dev is about dev only, and the general help leads to it', async () => {
    const { io, printed } = terminal()
    expect(await main(['dev', '--help'], io)).toBe(0)
    expect(printed.out).toMatch(/^Usage: npx authing-guard dev/)
    expect(await main(['--help'], io)).toBe(0)
    expect(printed.out).toContain('npx authing-guard <command> --help')
  })

  test('and the messages are in the language of --lang', async () => {
    expect((await ended(['-h', '--lang', 'zh'])).out).toContain('用法')
    expect((await ended(['--port', 'x', '--lang', 'zh'])).err).toContain('--port 必须是')
    expect((await ended(['--algorithm', 'x', '--lang', 'zh'])).err).toContain('--algorithm 必须是')
    expect((await ended(['--lang', 'fr'], { LANG: 'zh' })).err).toContain('--lang 必须是')
    expect((await ended(['--lang', 'zh'], { NODE_ENV: 'production' })).err).toContain('拒绝启动')
  })
})
