import type { CliIo } from '../../src/cli/io.js'
import { main } from '../../src/cli/main.js'

/** What a command did. */
export interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
  /** What it asked for at the prompt. */
  readonly asked: readonly string[]
}

/** What a command is given besides its arguments. */
export interface OptionReader {
  /** Standard input, where that is no terminal. */
  readonly input?: string
  /** Answers at the prompt, in turn: standard input is a terminal then. */
  readonly answers?: readonly string[]
  readonly env?: CliIo['env']
}

/** Runs the command line as its bin does, in a terminal of the test's own. */
export async function run(argv: readonly string[], { input = '', answers, env = {} }: OptionReader = {}): Promise<Run> {
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
    stopped: new Promise(() => {}),
  }
  const code = await main(argv, io)
  return { code, out: out.join(''), err: err.join(''), asked }
}
