import { createRequire } from 'node:module'
import { type Command, languageFor, looksLikeToken, UsageError } from './command-line.js'
import { type CommandName, commandNames, generalHelp, isCommandName } from './help.js'
import type { CliIo } from './io.js'
import { translator } from './language/texts.js'
import { nearest } from './nearest.js'
import { Interrupted } from './terminal.js'

/** Each command is loaded when it is called: `explain` needs no server. */
const commands: Readonly<Record<CommandName, () => Promise<Command>>> = {
  dev: async () => (await import('./dev/dev.js')).dev,
  doctor: async () => (await import('./doctor/command.js')).doctor,
  explain: async () => (await import('./explain/command.js')).explain,
  serve: async () => (await import('./serve/command.js')).serve,
}

const helpNames: ReadonlySet<string> = new Set(['help', '--help', '-h'])

/**
 * `npx authing-guard`. Resolves with the exit code: 0 success, 1 a problem was found, 2 the command line is wrong, 130
 * interrupted at a prompt.
 */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  const [name = '', ...args] = argv
  const language = languageFor(argv, io.env)
  const t = translator('commands', language)
  const [helped = ''] = args
  if (helpNames.has(name) && isCommandName(helped)) return main([helped, '--help', ...args.slice(1)], io)
  if (!isCommandName(name)) {
    if (name === 'help' || argv.includes('--help') || argv.includes('-h')) {
      io.out(generalHelp(language, io.env))
      return 0
    }
    if (name === '--version' || name === '-v') {
      io.out(`${versionOf()}\n`)
      return 0
    }
    const meant = nearest(name.slice(0, 20), commandNames)
    const hint = meant === undefined ? '' : t('didYouMean', { name: `npx authing-guard ${meant}` })
    const text = looksLikeToken(name) ? t('tokenArgument') : t('noCommand') + hint
    io.err(argv.length === 0 ? generalHelp(language, io.env) : `${text}\n`)
    return 2
  }
  try {
    return await (await commands[name]())(args, io)
  } catch (error) {
    if (error instanceof Interrupted) {
      io.err(`${t('interrupted')}\n`)
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
