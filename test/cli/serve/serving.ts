import { EventEmitter, once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ForwardAuth } from 'authing-guard/forward-auth'
import { afterAll, beforeAll } from 'vitest'
import type { CliIo } from '../../../src/cli/io.js'
import { main } from '../../../src/cli/main.js'

let folder = ''
const handlers = new Map<string, unknown>()
Object.assign(globalThis, { authingGuardHandlers: handlers })
let last = 0

/** A folder for the tests of a file. */
export function inFolder(): void {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'authing-guard-serve-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
}
export const fileIn = (name: string) => join(folder, name)

/** A module of --config that exports a value of this process. */
export function moduleOf(value: unknown): string {
  const name = `guards-${++last}`
  handlers.set(name, value)
  const file = fileIn(`${name}.mjs`)
  writeFileSync(file, `export default globalThis.authingGuardHandlers.get('${name}')\n`)
  return file
}

/** Runs `serve` in a fake terminal: `started` resolves when it listens, or has ended. */
export function run(args: readonly string[]) {
  const printed = { out: '', err: '' }
  const events = new EventEmitter()
  const io: CliIo = {
    out: (text) => {
      printed.out += text
    },
    err: (text) => {
      printed.err += text
      events.emit('printed')
    },
    isTerminal: false,
    readAll: async () => '',
    ask: async () => '',
    env: { LANG: 'en_US.UTF-8' },
    setEnv: () => {},
    stopped: once(events, 'stop').then(() => {}),
  }
  const started = once(events, 'printed')
  const ended = main(['serve', ...args], io)
  return { printed, ended, started: Promise.race([started, ended]), stop: () => void events.emit('stop') }
}

/** Serves a handler on a free port until it is disposed of. */
export async function serving(handler: ForwardAuth, args: readonly string[] = ['--port', '0']) {
  const { printed, ended, started, stop } = run(['--config', moduleOf(handler), ...args])
  await started
  const [, port = ''] = /listens on http:\/\/\S*:(\d+) /.exec(printed.err) ?? []
  const end = () => {
    stop()
    return ended
  }
  const log = () =>
    printed.out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  return { printed, log, end, port: Number(port), [Symbol.asyncDispose]: async () => void (await end()) }
}
