import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { live } from '../../scripts/live/live.js'
import { closed, listening, portOf } from '../support/http.js'
import { quietPort } from '../support/ports.js'

// `npm run test:live`, with the local user pool in a tenant's place.

const password = 'the password of the mole'
const webhookSecret = 'the request secret of the webhook'
const mole = { id: 'mole-and-nobody-else', username: 'mole@river', email: 'mole@example.com', nickname: 'Moldywarp' }

let pool: UserPool
let port = 0
let told: string[] = []
beforeEach(async () => {
  port = await quietPort()
  told = []
})
afterEach(() => pool.close())

const start = async (path: () => string) => {
  // The pool sends to an address that is known once the receiver runs, so a server in between knows where it is.
  const relay = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => /^(?:x-|content-type|user-agent)/.test(name)),
      ) as Record<string, string>
      const answer = await fetch(`http://127.0.0.1:${port}${path()}`, {
        method: 'POST',
        headers,
        body: Buffer.concat(chunks),
      })
      response.writeHead(answer.status).end()
    })
  })
  await listening(relay)
  pool = await createUserPool({
    users: [mole],
    webhook: { url: `http://127.0.0.1:${portOf(relay)}/`, secret: webhookSecret },
  })
  return relay
}

const environment = (more: object = {}) => {
  const [{ accessKeyId = '', accessKeySecret = '' } = {}] = pool.accessKeys
  return {
    AUTHING_ISSUER: pool.issuer,
    AUTHING_APP_ID: pool.appId,
    AUTHING_APP_SECRET: pool.appSecret,
    AUTHING_TEST_ACCOUNT: mole.username,
    AUTHING_TEST_PASSWORD: password,
    AUTHING_ACCESS_KEY_ID: accessKeyId,
    AUTHING_ACCESS_KEY_SECRET: accessKeySecret,
    AUTHING_MANAGEMENT_HOST: pool.managementHost,
    ...more,
  }
}

/** Runs it to its end; a person does in the pool what they are asked to. */
async function run(env: Readonly<Record<string, string | undefined>>, person?: (text: string) => Promise<unknown>) {
  const printed: string[] = []
  const code = await live({
    env,
    print: (text) => printed.push(text),
    tell: (text) => told.push(text),
    person: async (text) => {
      await person?.(text)
      return person !== undefined
    },
    sleep: async () => {},
    now: () => 0,
  })
  return { code, report: printed.join('\n') }
}

/** The cells of the row that begins so. */
const row = (report: string, name: string) =>
  report
    .split('\n')
    .find((line) => line.startsWith(`| ${name} |`))
    ?.split(' | ')
    .slice(1)
    .map((cell) => cell.replace(/ \|$/, ''))

describe('the report', () => {
  test('says what a tenant answers, in each situation, and holds nothing that belongs to the tenant', async () => {
    const path = () => /:\d+(\/\w+) /.exec(told[0] ?? '')?.[1] ?? ''
    const relay = await start(path)
    const env = environment({ AUTHING_WEBHOOK_PORT: `${port}`, AUTHING_WEBHOOK_SECRET: webhookSecret })
    const asked: string[] = []
    const { code, report } = await run(env, async (text) => {
      asked.push(text)
      if (text.startsWith('Sign the test user out')) await pool.kick(mole.id)
      if (text.startsWith('Block')) {
        await pool.block(mole.id)
        await pool.block(mole.id)
      }
    })
    await closed(relay)
    expect(code).toBe(0)
    expect(asked).toHaveLength(3)

    const missing = 'not answered (404)'
    expect(report).toContain('43 characters, base64url, the RFC 7638 thumbprint')
    expect(row(report, 'origin/appId/oidc/.well-known/jwks.json')).toEqual([missing])
    expect(row(report, 'introspection, wrong secret in the body')?.[0]).toMatch(
      /^HTTP 401, application\/json, error invalid_client/,
    )
    expect(row(report, 'introspection, right client, made-up token')?.[0]).toMatch(/^HTTP 200, .*active: boolean/)
    expect(row(report, 'management API, wrong access key secret')?.[0]).toMatch(/statusCode 401, apiCode 2207/)
    expect(row(report, 'management API, get-user of a user who does not exist')?.[0]).toMatch(
      /statusCode 404, apiCode 2004/,
    )
    expect(row(report, 'introspection of the access token')).toEqual([
      'active true',
      'not done',
      'active false',
      'active true',
      'active true',
    ])
    expect(row(report, 'the same with strict')).toEqual([
      'active true',
      'not done',
      'active false',
      'active true',
      'active false',
    ])
    expect(row(report, 'validate_token of the id token')).toEqual([missing, 'not done', missing, missing, missing])
    expect(row(report, 'checkLoginStatus of the id token')?.[0]).toBe('status true, code 200')
    expect(row(report, 'userinfo')?.slice(0, 3)).toEqual(['HTTP 200', 'not done', 'HTTP 401, invalid_token'])

    expect(row(report, 'first use')?.[0]).toMatch(/^HTTP 200, .*access_token: string/)

    const webhooks = report.slice(report.indexOf('## Webhooks'))
    expect([...webhooks.matchAll(/^\| \d \|.*$/gm)].map(([line]) => line.split(' | ')[3])).toEqual([
      'kick',
      'user:blocked',
      'user:blocked',
    ])
    expect([...webhooks.matchAll(/ (\d+) \|$/gm)].map(([, status]) => status)).toEqual(['503', '503', '200'])
    expect(webhooks).toContain('x-authing-token x-authing-webhook-secret')
    expect(webhooks).toContain('{ users: [1: { id: string, status: string,')

    const { accessKeySecret = '' } = pool.accessKeys[0] ?? {}
    const own = [
      pool.issuer,
      pool.host,
      pool.appId,
      pool.appSecret,
      pool.userPoolId,
      accessKeySecret,
      webhookSecret,
      password,
    ]
    const personal = [mole.id, mole.username, mole.email, mole.nickname]
    for (const text of [...own, ...personal, path()]) expect(report).not.toContain(text)
    expect(report).not.toMatch(/eyJ|[0-9a-f]{24}/)
  })

  test('hides a secret that an answer repeats', async () => {
    const relay = await start(() => '')
    const echo = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const error = new URLSearchParams(Buffer.concat(chunks).toString()).get('client_secret') ?? 'none'
        response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
      })
    })
    await listening(echo)
    const secret = 'secret-that-comes-back'
    const { report } = await run({
      AUTHING_ISSUER: `http://127.0.0.1:${portOf(echo)}/oidc`,
      AUTHING_APP_ID: 'the application',
      AUTHING_APP_SECRET: secret,
    })
    await Promise.all([closed(echo), closed(relay)])
    expect(report).toContain('error (hidden)')
    expect(report).not.toContain(secret)
  })

  test('is made where nothing answers, too', async () => {
    await closed(await start(() => ''))
    const env = environment()
    pool.goDown()
    const { code, report } = await run(env)
    expect(code).toBe(0)
    expect(report).toContain('no connection')
    expect(report).toContain('Not asked: the sign-in brought no access token.')
  })

  test('says what was not asked, where only the application is known', async () => {
    await closed(await start(() => ''))
    const more = { AUTHING_TEST_ACCOUNT: undefined, AUTHING_ACCESS_KEY_ID: undefined }
    const { report } = await run({ ...environment(more), AUTHING_CLIENT_AUTH: 'client_secret_basic' })
    expect(report).toContain('Not asked: AUTHING_TEST_ACCOUNT is not set.')
    expect(report).not.toContain('management API')
  })
})

describe('the command', () => {
  const command = (env: object) =>
    promisify(execFile)(process.execPath, ['scripts/live/run.js'], { env: { PATH: process.env['PATH'], ...env } })
  beforeEach(async () => {
    await closed(await start(() => ''))
  })

  test('says which variables it needs, and ends well, where none is set', async () => {
    const { stdout } = await command({})
    expect(stdout).toMatch(/^Skipped: AUTHING_ISSUER, AUTHING_APP_ID, AUTHING_APP_SECRET not set\./)
    expect(stdout).toContain('AUTHING_WEBHOOK_PORT')
  })

  test('prints the report, and leaves out what needs a person, where there is no terminal', async () => {
    const { stdout, stderr } = await command(environment({ AUTHING_TEST_ACCOUNT: undefined }))
    expect(stdout).toMatch(/^# What Authing answers\n/)
    expect(stderr).toContain('Asks about tokens.')
  })

  test.each([
    ['an issuer without TLS', { AUTHING_ISSUER: 'http://my-app.authing.cn/oidc' }, /must be https/],
    ['a management host without TLS', { AUTHING_MANAGEMENT_HOST: 'http://api.authing.cn' }, /must be https/],
    ['another client authentication', { AUTHING_CLIENT_AUTH: 'jwt' }, /AUTHING_CLIENT_AUTH must be/],
    ['a wait that is no number', { AUTHING_WAIT_SECONDS: 'long' }, /AUTHING_WAIT_SECONDS must be/],
    ['a port that is none', { AUTHING_WEBHOOK_PORT: '70000' }, /AUTHING_WEBHOOK_PORT must be/],
  ])('asks nothing with %s', async (_, wrong, says) => {
    const { code, report } = await run(environment(wrong))
    expect([code, report]).toEqual([2, ''])
    expect(told.join()).toMatch(says)
    expect(pool.requests).toEqual([])
  })
})
