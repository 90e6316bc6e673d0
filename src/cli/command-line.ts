import { parseArgs } from 'node:util'
import { type CommandName, helpOf } from './help.js'
import type { CliIo } from './io.js'
import { isLanguage, type Language, languageOf } from './language/language.js'
import { type Translate, translator } from './language/texts.js'
import { nearest } from './nearest.js'
import type { OptionSpec, OptionTable } from './option-table.js'

/** The command line is wrong: the message says how to use it. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The options that every command has. */
const commonOptions = {
  lang: { type: 'string', value: 'en|zh' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies OptionTable

type NamesOf<Options extends OptionTable, Type extends OptionSpec['type']> = {
  [Name in keyof Options]: Options[Name] extends { readonly type: Type } ? Name : never
}[keyof Options]

/** A command line that has been parsed. */
export interface CommandLine<Options extends OptionTable> {
  readonly language: Language
  /** Of `--lang`, if it was given. */
  readonly chosenLanguage: Language | undefined
  readonly t: Translate<'commands'>
  /** The value of an option, the last one if it was given several times. */
  text(name: NamesOf<Options, 'string'>): string | undefined
  /** All values of an option. */
  texts(name: NamesOf<Options, 'string'>): readonly string[]
  flag(name: NamesOf<Options, 'boolean'>): boolean
  /** An error that says what is wrong with an option, and where the help is. */
  usageError(text: string): UsageError
}

/** A command: resolves with the exit code. */
export type Command = (args: readonly string[], io: CliIo) => Promise<number>

/** Makes a command of its options and of what it does. It answers `--help` itself. */
export function defineCommand<const Options extends OptionTable>(
  name: CommandName,
  options: Options,
  run: (line: CommandLine<Options>, io: CliIo) => Promise<number>,
): Command {
  const table: OptionTable = { ...options, ...commonOptions }
  return async (args, io) => {
    const language = languageFor(args, io.env)
    const { values, positionals } = parse(args, table)
    if (values['help'] !== undefined) {
      io.out(helpOf(name, table, language, io.env))
      return 0
    }
    const t = translator('commands', language)
    const usageError = (text: string) => new UsageError(`${text}\n${t('seeHelp', { command: name })}`)
    check(values, positionals, table, t, usageError)
    const texts = (option: PropertyKey) =>
      (values[String(option)] ?? []).filter((value): value is string => typeof value === 'string')
    const line: CommandLine<Options> = {
      ...{ language, t, texts, usageError },
      chosenLanguage: values['lang'] === undefined ? undefined : language,
      text: (option) => texts(option).at(-1),
      flag: (option) => values[String(option)] !== undefined,
    }
    return run(line, io)
  }
}

/** The given values of each option: `true` where there is no value. */
type Values = Readonly<Record<string, readonly (string | boolean)[]>>

interface Parsed {
  readonly values: Values
  readonly positionals: readonly string[]
}

/** Parses without judging, so that no error of `parseArgs` can quote what may be a secret. */
function parse(args: readonly string[], table: OptionTable): Parsed {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { type, short }]) => [name, { type, multiple: true, ...(short && { short }) }]),
  )
  const { values, positionals } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true })
  const lists = Object.entries(values).map(([name, value]) => [name, [value].flat()])
  return { values: Object.fromEntries(lists), positionals }
}

/** Picks the language of a command line, whatever else is wrong with it. */
export function languageFor(args: readonly string[], env: CliIo['env']): Language {
  const lang = parse(args, commonOptions).values['lang']?.at(-1)
  return isLanguage(lang) ? lang : languageOf(env)
}

// A JWT, 32 or more hexadecimal digits, a scheme, a long random word: nothing for a shell's history.
const tokenLike = /^eyJ|^bearer\b|^[0-9a-f]{32,}$|^[\w-]{60,}$/i

/** Whether an argument looks like a token or a secret, which would stay in the history of the shell. */
export function looksLikeToken(text: unknown): boolean {
  return typeof text === 'string' && tokenLike.test(text)
}

const secretLike = /secret|password|key/i
const optionName = /^[a-z][a-z-]{0,20}$/

/**
 * Checks a command line against its table. The messages repeat names of options only, no value: it may be a secret.
 *
 * @throws {UsageError}
 */
function check(
  values: Values,
  positionals: readonly string[],
  table: OptionTable,
  t: Translate<'commands'>,
  usageError: (text: string) => UsageError,
): void {
  const types = new Map(Object.entries(table).map(([name, { type }]) => [name, type]))
  const unknown = Object.keys(values).filter((name) => !types.has(name))
  if (unknown.some((name) => secretLike.test(name))) throw usageError(t('secretArgument'))
  if (unknown.includes('token') || [...positionals, ...Object.values(values).flat()].some(looksLikeToken)) {
    throw usageError(t('tokenArgument'))
  }
  for (const [name, given] of Object.entries(values)) {
    const type = types.get(name)
    const option = optionName.test(name) ? `--${name}` : t('anOption')
    if (type === undefined) {
      const meant = nearest(name.slice(0, 20), [...types.keys()])
      const hint = meant === undefined ? '' : t('didYouMean', { name: `--${meant}` })
      throw usageError(t('unknownOption', { option }) + hint)
    }
    if (given.every((value) => typeof value === type)) continue
    throw usageError(t(type === 'string' ? 'needsValue' : 'takesNoValue', { option }))
  }
  if (positionals.length > 0) throw usageError(t('noArguments'))
  if (!(values['lang'] ?? []).every(isLanguage)) throw usageError(t('badLanguage'))
}
