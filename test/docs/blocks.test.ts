import { createServer } from 'node:http'
import * as adapter from 'authing-guard/express'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import express, { type Express } from 'express'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Running, running } from '../cli/dev/running.js'
import { closed, listening, portOf } from '../support/http.js'
import { commandsOf } from './commands.js'
import { readPage } from './markdown.js'
import { ask, bearer } from './reader.js'
import { run } from './run.js'

// The README's ten lines, and its way from an empty folder to a 200.

const english = readPage('README.md')
const code = english.blocks.filter(({ language }) => language === 'js' || language === 'ts')
const [, quickStart = ''] = english.text.split('\n## ')
const commands = [...quickStart.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => commandsOf(block))
const answers = english.blocks.filter(({ language }) => language === 'json').map((block) => JSON.parse(block.code))

/** The app that the ten lines make, as the environment has it. It would take the port that it says. */
async function tenLines(environment: readonly (readonly [string, string])[]): Promise<Express> {
  const app = Object.assign(express(), { listen: () => {} })
  for (const [name, value] of environment) vi.stubEnv(name, value)
  for (const block of code) {
    await run(block, { modules: { 'authing-guard/express': adapter, express: { default: () => app } } })
  }
  return app
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the ten lines', () => {
  let pool: UserPool
  beforeAll(async () => {
    pool = await createUserPool()
  })
  afterAll(() => pool.close())

  test('are the one block of code, and ten', () => {
    expect(code.map((block) => block.code.trim().split('\n').length)).toEqual([10])
  })

  test('admit the callers that they should, and answer the others in JSON', async () => {
    const app = await tenLines([
      ['AUTHING_ISSUER', pool.issuer],
      ['AUTHING_APP_ID', pool.appId],
    ])
    const refusal = await ask(app, '/me')
    expect(refusal.status).toBe(401)
    expect(JSON.parse(refusal.text)).toEqual({ error: 'unauthorized', error_description: expect.any(String) })
    const known = await ask(app, '/me', bearer(pool.mint({ type: 'id_token', userId: 'ratty' })))
    expect(known).toMatchObject({ status: 200, text: expect.stringContaining('"userId":"ratty"') })
    expect(await ask(app, '/books', bearer(pool.mint({ type: 'id_token' })))).toMatchObject({ status: 403 })
    expect(await ask(app, '/books', bearer(pool.mint({ scope: 'book:read' })))).toMatchObject({ status: 200 })
  })
})

describe('the quick start', () => {
  let dev: Running
  beforeAll(async () => {
    dev = await running()
  })
  afterAll(() => dev.end())

  /** What `dev` prints where its ports are the usual ones. */
  const printed = () =>
    dev.text.replaceAll(dev.url, 'http://127.0.0.1:4567').replaceAll(new URL(dev.issuer).host, '127.0.0.1:4568')
  const started = () =>
    [...english.text.matchAll(/^AUTHING_ISSUER=\S+ AUTHING_APP_ID=\S+(?= node app\.mjs$)/gm)].flatMap(([line]) =>
      line.split(' ').map((setting) => setting.split('=') as [string, string]),
    )

  test('has the settings that `dev` prints', () => {
    expect(started()).toHaveLength(2)
    for (const setting of started()) expect(printed()).toContain(`  ${setting.join('=')}\n`)
  })

  test('has the calls that `dev` prints, and fewer than ten commands', () => {
    const calls = commands.filter((command) => command.startsWith('curl '))
    expect(calls).toHaveLength(2)
    for (const call of calls) expect(printed()).toContain(`  ${call}\n`)
    expect(commands.length).toBeLessThan(10)
  })

  test('ends with 401 without a token, and 200 with one, and their JSON as it is shown', async () => {
    const app = await tenLines(started().map(([name, value]) => [name, value.replace(/http.*/, dev.issuer)]))
    const server = createServer(app)
    await listening(server)
    const call = async (headers: Record<string, string> = {}) => {
      const response = await fetch(`http://127.0.0.1:${portOf(server)}/me`, { headers })
      return [response.status, await response.json()]
    }
    const [identity, refusal] = answers
    expect(await call()).toEqual([401, refusal])
    const [status, caller] = await call(bearer(await (await fetch(`${dev.url}/token`)).text()))
    expect(status).toBe(200)
    // The user of `dev`, at another port and time.
    const { issuedAt, expiresAt } = caller
    expect({ ...identity, issuer: dev.issuer, issuedAt, expiresAt }).toEqual(caller)
    await closed(server)
  })
})
