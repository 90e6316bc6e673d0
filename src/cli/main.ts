import { createRequire } from 'node:module'
import type { CliIo } from './io.js'
import { Interrupted } from './terminal.js'
import { languageFor, looksLikeToken, tellIn, UsageError } from './usage.js'

type Command = (args: readonly string[], io: CliIo) => Promise<number>

/** Loaded when they are asked for: `explain` needs nothing of a server. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./dev/dev.js')).dev,
  doctor: async () => (await import('./doctor/command.js')).doctor,
  explain: async () => (await import('./explain/command.js')).explain,
}

/**
 * `npx authing-guard`. Resolves with the exit code: 0 all right, 1 something is wrong, 2 the command was not
 * understood, 130 interrupted at a prompt.
 */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  const [name = '', ...args] = argv
  const tell = tellIn(languageFor(argv, io.env))
  // What `dev` can do is a page of its own.
  if ((name !== 'dev' && (argv.includes('--help') || argv.includes('-h'))) || name === 'help') {
    io.out(`${tell('help')}\n`)
    return 0
  }
  if (name === '--version' || name === '-v') {
    io.out(`${versionOf()}\n`)
    return 0
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) {
    const text = argv.length === 0 ? tell('help') : tell(looksLikeToken(name) ? 'tokenArgument' : 'noCommand')
    io.err(`${text}\n`)
    return 2
  }
  try {
    return await (await load())(args, io)
  } catch (error) {
    if (error instanceof Interrupted) {
      io.err(`${tell('interrupted')}\n`)
      return 130
    }
    if (!(error instanceof UsageError)) throw error
    io.err(`${error.message}\n`)
    return 2
  }
}

function versionOf(): string {
  const { version } = createRequire(import.meta.url)('authing-guard/package.json')
  return String(version)
}
