import type { CliIo } from '../../src/cli/io.js'
import { main } from '../../src/cli/main.js'

/** The result of a command. */
export interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
  /** The questions at the prompt. */
  readonly asked: readonly string[]
}

/** The inputs of a command besides its arguments. */
export interface Given {
  /** Standard input that is not a terminal. */
  readonly input?: string
  /** The answers at the prompt, in order: standard input is then a terminal. */
  readonly answers?: readonly string[]
  readonly env?: CliIo['env']
}

/** Runs a command line as the bin does, in a fake terminal. */
export async function run(argv: readonly string[], { input = '', answers, env = {} }: Given = {}): Promise<Run> {
  const out: string[] = []
  const err: string[] = []
  const asked: string[] = []
  const io: CliIo = {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    isTerminal: answers !== undefined,
    readAll: async () => input,
    ask: async (question) => {
      asked.push(question)
      return answers?.[asked.length - 1] ?? ''
    },
    env: { NO_COLOR: '1', LANG: 'en_US.UTF-8', ...env },
    setEnv: (values) => {
      for (const [name, value] of Object.entries(values)) process.env[name] ??= value
    },
    stopped: new Promise(() => {}),
  }
  const code = await main(argv, io)
  return { code, out: out.join(''), err: err.join(''), asked }
}
