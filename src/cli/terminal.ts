import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { CliIo } from './io.js'

/** The part of Node's `process` that the commands use. */
export interface Host {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Record<string, string | undefined>
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Ctrl-C at a prompt. Exit code 130, as in shells. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** The real terminal. */
export function terminal(host: Host): CliIo {
  const { stdin, stdout, stderr } = host
  let stopped: Promise<void> | undefined
  return {
    out: (words) => stdout.write(words),
    err: (words) => stderr.write(words),
    isTerminal: stdin.isTTY === true,
    readAll: () => text(stdin),
    ask: (question) => ask(question, stdin, stderr),
    env: environmentOf(host),
    setEnv: (values) => {
      for (const [name, value] of Object.entries(values)) host.env[name] ??= value
    },
    get stopped() {
      // Listens to signals only if a command waits. For the others Ctrl-C ends the process.
      stopped ??= new Promise((resolve) => {
        host.once('SIGINT', () => resolve())
        host.once('SIGTERM', () => resolve())
      })
      return stopped
    },
  }
}

/** The environment, with `NO_COLOR` and `COLUMNS` set according to the terminal. */
function environmentOf({ env, stdout }: Host): CliIo['env'] {
  const isPlain = stdout.isTTY !== true && !env['FORCE_COLOR']
  return {
    ...env,
    ...(isPlain && { NO_COLOR: '1' }),
    ...(stdout.columns !== undefined && { COLUMNS: String(stdout.columns) }),
  }
}

/**
 * Asks without echo. Uses raw mode: in canonical mode, some systems cut a line at 1,024 characters, and tokens are
 * longer.
 */
function ask(question: string, input: NodeJS.ReadableStream, error: Output): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  return new Promise((resolve, reject) => {
    let answer: string | undefined
    lines.once('line', (line) => {
      answer = line
      lines.close()
    })
    // Ctrl-C and Ctrl-D close it without a line.
    lines.once('close', () => {
      error.write('\n')
      if (answer === undefined) reject(new Interrupted())
      else resolve(answer)
    })
    error.write(question)
  })
}
