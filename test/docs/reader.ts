import diagnostics from 'node:diagnostics_channel'
import type { Guard } from 'authing-guard'
import * as testing from 'authing-guard/testing'
import express, { type Express } from 'express'
import * as h3 from 'h3'
import { Keyv } from 'keyv'
import Koa from 'koa'
import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest'
import { entries } from '../../entries.js'
import { listen } from '../../examples/listen.js'
import { type Block, type Page, readPage } from './markdown.js'
import { filesIn } from './pages.js'
import { run } from './run.js'

// Runs the blocks of docs/ as a reader would; Authing is a local user pool, and nothing takes the port that it says.

export const appId = '5f17a529f64fb009b794a2ff'
export const userPoolId = '59f86b4832eb28071bdd9214'
export const userId = '5f9976a7389b6dccb23a4c54'
export const accessKeyId = '6050751aed0f29bf7723c7a8'
export const jwtSecret = "the user pool's own secret, for older tokens"
export const shop = { appId: '600a8f4e37708b363024a3ca', appSecret: 'the secret of the shop application' }

/** A user pool that fits what the pages say. */
const fittingPool = (): Promise<testing.UserPool> =>
  testing.createUserPool({
    userPoolId,
    jwtSecret,
    apps: [{ appId }, { ...shop, algorithm: 'HS256' }],
    accessKeys: [{ accessKeyId }],
    users: [{ id: userId, nickname: 'Ratty' }],
  })

/** A user pool that fits, for the tests of a file; the environment names its first application. */
export async function reading() {
  const pool = await fittingPool()
  beforeEach(() => {
    vi.stubEnv('AUTHING_ISSUER', pool.issuer)
    vi.stubEnv('AUTHING_APP_ID', appId)
  })
  afterEach(() => {
    pool.comeUp()
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })
  afterAll(() => pool.close())
  return { pool, block: (page: string, words: string) => blockOf(page, words, pool) }
}

/** The blocks that were asked for, as they are written. */
const taken = new Set<string>()

/** Holds that every block of code of these pages was run, or is a file that a test of `examples/` runs. */
export function expectAllRun(pages: readonly Page[]): void {
  for (const page of pages) {
    const files = filesIn(page).map(({ code }) => code)
    const own = page.blocks.filter(({ language }) => language === 'js' || language === 'ts')
    for (const { code } of own) expect([...files, ...taken], `${page.path}:\n${code}`).toContain(code)
  }
}

/** The one block of a page that holds these words, with the pool's addresses in place of Authing's. */
export function blockOf(page: string, words: string, pool: testing.UserPool): Block {
  const [block, another] = readPage(`docs/${page}.md`).blocks.filter(({ code }) => code.includes(words))
  if (block === undefined || another !== undefined) throw new Error(`no single block of ${page} has ${words}`)
  taken.add(block.code)
  const code = block.code
    .replaceAll('https://my-app.authing.cn/oidc', pool.issuer)
    .replaceAll('https://my-app.authing.cn', pool.host)
    .replaceAll('https://shop.authing.cn/oidc', pool.apps[1]?.issuer ?? '')
    .replaceAll(`{ userPoolId: '${userPoolId}' }`, `{ userPoolId: '${userPoolId}', host: '${pool.host}' }`)
    .replaceAll('port: 9000', 'port: 0')
  return { ...block, code }
}

/** Every entry of the package, by what a block imports. */
const ownModules: Readonly<Record<string, object>> = Object.fromEntries(
  await Promise.all(
    // The report listens as long as the process lives, and exports nothing.
    entries
      .filter(({ subpath }) => subpath !== './testing/report')
      .map(async ({ subpath }) => {
        const name = `authing-guard${subpath.slice(1)}`
        return [name, await import(name)] as const
      }),
  ),
)

export interface Read {
  /** What the block exports, and its own names that were asked for. */
  readonly exported: Readonly<Record<string, unknown>>
  readonly express: Express
  readonly koa: Koa
}

/** Runs a block; `globals` are what its page takes to be there, `more` modules in place of those that it imports. */
export async function read(
  block: Block,
  {
    returns = [],
    globals = {},
    more = {},
  }: { returns?: readonly string[]; globals?: Record<string, unknown>; more?: Record<string, object> } = {},
): Promise<Read> {
  const app: Express = express()
  const koa = new Koa()
  koa.silent = true
  const quiet = <App extends object>(one: App): App => Object.assign(one, { listen: () => {} })
  const modules = {
    ...ownModules,
    'authing-wxapp-sdk': await import('authing-wxapp-sdk'),
    // Built from the same source, for Taro.
    '@authing/miniapp-wx': await import('@authing/miniapp-taro'),
    'node:diagnostics_channel': { subscribe: diagnostics.subscribe },
    // Without a server, in memory.
    '@keyv/redis': { default: class extends Map {} },
    keyv: { Keyv },
    '@modelcontextprotocol/sdk/server/mcp.js': await import('@modelcontextprotocol/sdk/server/mcp.js'),
    '@modelcontextprotocol/sdk/server/streamableHttp.js': await import(
      '@modelcontextprotocol/sdk/server/streamableHttp.js'
    ),
    express: { default: Object.assign(() => quiet(app), { json: express.json }) },
    h3,
    // What a function returns is what `new` gives.
    koa: {
      default: function makeKoa() {
        return quiet(koa)
      },
    },
    ...more,
  }
  return { exported: await run(block, { modules, globals }, returns), express: app, koa }
}

/** Asks an app once; resolves with status and body. */
export async function ask(
  app: Parameters<typeof listen>[0],
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ readonly status: number; readonly text: string }> {
  const { url, close } = await listen(app)
  const response = await fetch(url + path, { method, headers })
  const answer = { status: response.status, text: await response.text() }
  await close()
  return answer
}

export const isGuard = (value: unknown): value is Guard => value instanceof Object && 'authenticate' in value

/** What a block calls `guard`. */
export function guardOf(value: unknown): Guard {
  if (!isGuard(value)) throw new Error('the block makes no guard')
  return value
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
