import { EventEmitter, once } from 'node:events'
import { request } from 'node:http'
import { dev } from '../../../src/cli/dev/dev.js'
import type { CliIo } from '../../../src/cli/io.js'

/** A fake terminal that keeps what is printed. */
export function terminal(env: CliIo['env'] = {}) {
  const printed = { out: '', err: '' }
  const events = new EventEmitter()
  const io: CliIo = {
    out: (text) => {
      printed.out += text
      events.emit('printed', text)
    },
    err: (text) => {
      printed.err += text
    },
    isTerminal: true,
    readAll: async () => '',
    ask: async () => '',
    env: { LANG: 'en_US.UTF-8', ...env },
    setEnv: () => {},
    stopped: once(events, 'stop').then(() => {}),
  }
  const started = once(events, 'printed').then(([text]) => String(text))
  return { io, printed, started, stop: () => void events.emit('stop') }
}

/** Starts `dev` on free ports. */
export async function running(args: readonly string[] = [], env: CliIo['env'] = {}) {
  const { io, printed, started, stop } = terminal(env)
  const ended = dev(['--port', '0', ...args], io)
  const text = await Promise.race([started, ended.then((code) => `ended with ${code}: ${printed.err}`)])
  const [url = '', issuer = ''] = text.match(/http:\/\/127\.0\.0\.1:\d+[\w/]*/g) ?? []
  const document = await (await fetch(url)).text()
  const key = /name="console-key" content="([\w-]{43})"/.exec(document)?.[1] ?? ''
  const end = async () => {
    stop()
    return ended
  }
  return {
    url,
    port: Number(new URL(url).port),
    issuer,
    key,
    text,
    printed,
    end,
    [Symbol.asyncDispose]: async () => void (await end()),
  }
}

export type Running = Awaited<ReturnType<typeof running>>

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Sends a request with any headers, also those that `fetch` does not allow. */
export function ask(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  { method = 'GET', body = '' } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers }, (reply) => {
      let text = ''
      reply.setEncoding('utf8')
      reply.on('data', (more: string) => {
        text += more
      })
      reply.on('end', () => resolve({ status: Number(reply.statusCode), headers: reply.headers, body: text }))
    })
    asking.on('error', reject).end(body)
  })
}

/** The headers of the page's own POST requests. */
export const asPage = ({ url, key }: Pick<Running, 'url' | 'key'>): Readonly<Record<string, string>> => ({
  origin: url,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
  'x-console-key': key,
})

/** Runs an action as a button of the page does. */
export async function act(console: Running, action: string, given: object = {}) {
  const post = { method: 'POST', body: JSON.stringify(given) }
  const { status, body } = await ask(console.port, `/api/${action}`, asPage(console), post)
  const { done, invalid, error } = JSON.parse(body)
  return { status, done, invalid, error }
}

/** The state that the page shows. */
export async function viewOf(console: Running, after = 0) {
  const { body } = await ask(console.port, `/api/state?after=${after}`, asPage(console))
  return JSON.parse(body)
}
