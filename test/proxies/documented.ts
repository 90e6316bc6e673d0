import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as main from 'authing-guard'
import type { ForwardAuth } from 'authing-guard/forward-auth'
import * as adapter from 'authing-guard/forward-auth'
import type { UserPool } from 'authing-guard/testing'
import { vi } from 'vitest'
import { readPage } from '../docs/markdown.js'
import { run } from '../docs/run.js'
import { startServer } from './processes.js'

// The configurations of docs/forward-auth.md, word for word but for the ports.

const page = readPage('docs/forward-auth.md')

/** The block of a language that begins or goes on with these words. */
function blockOf(language: string, words: string) {
  const [block, another] = page.blocks.filter((one) => one.language === language && one.code.includes(words))
  if (block === undefined || another !== undefined) throw new Error(`no single block in ${language} has ${words}`)
  return block
}

/** The ports that stand in for those of the page. */
export interface Ports {
  /** A port, or the path of a socket. */
  readonly guard: number | string
  readonly api: number
  /** Of the proxy. */
  readonly http1: number
  readonly http2: number
}

/** `at` is where the guard listens, as the proxy writes it. */
const withPorts = (text: string, { api }: Ports, at: string) =>
  text.replaceAll('127.0.0.1:4180', at).replaceAll(':8000', `:${api}`)

/** How each proxy writes a Unix socket. */
const unix = { nginx: 'unix:', caddy: 'unix/' } as const

/** The handler of `guards.mjs`, in front of a user pool. */
export async function documentedHandler(pool: UserPool): Promise<ForwardAuth> {
  vi.stubEnv('AUTHING_ISSUER', pool.issuer)
  vi.stubEnv('AUTHING_APP_ID', pool.appId)
  const modules = { 'authing-guard': main, 'authing-guard/forward-auth': adapter }
  const { default: handler } = await run(blockOf('js', 'forwardAuth('), { modules })
  vi.unstubAllEnvs()
  return handler as ForwardAuth
}

function folderWith(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'authing-guard-proxy-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}

const servers = {
  nginx: async (ports: Ports, at: string) => {
    const { folder, remove } = folderWith({
      // HTTP/2 without TLS needs a port of its own.
      'nginx.conf': withPorts(blockOf('nginx', 'events {}').code, ports, at).replace(
        'listen 8080;',
        `listen 127.0.0.1:${ports.http1}; listen 127.0.0.1:${ports.http2} http2;`,
      ),
      'guarded.conf': blockOf('nginx', 'auth_request /_auth;').code,
      'asks.conf': blockOf('nginx', 'location = /_auth {').code,
    })
    const args = [
      '-p',
      folder,
      '-c',
      join(folder, 'nginx.conf'),
      '-e',
      'stderr',
      '-g',
      `daemon off; pid ${folder}/pid;`,
    ]
    return { server: await startServer('nginx', args, ports.http1), remove }
  },
  caddy: async (ports: Ports, at: string) => {
    const file = withPorts(blockOf('caddy', 'forward_auth').code, ports, at)
    const settings = '{\n  admin off\n  default_bind 127.0.0.1\n  servers {\n    protocols h1 h2c\n  }\n}\n'
    const { folder, remove } = folderWith({
      Caddyfile: settings + file.replace(':8080 {', `:${ports.http1}, :${ports.http2} {`),
    })
    const args = ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile']
    const env = { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
    return { server: await startServer('caddy', args, ports.http1, env), remove }
  },
}

/** Starts `api.py`. */
export async function startDocumentedApi(port: number) {
  const { folder, remove } = folderWith({ 'api.py': blockOf('python', 'class Api').code.replace('8000', String(port)) })
  const { stop } = await startServer('python3', [join(folder, 'api.py')], port)
  return { stop: () => stop().then(remove) }
}

/** Starts a proxy with its documented configuration. */
export async function startProxy(name: keyof typeof servers, ports: Ports) {
  const at = typeof ports.guard === 'string' ? unix[name] + ports.guard : `127.0.0.1:${ports.guard}`
  const { server, remove } = await servers[name](ports, at)
  return {
    log: server.log,
    stop: async () => {
      await server.stop()
      remove()
    },
  }
}
