import { parseArgs } from 'node:util'
import { commands as en } from './language/en/commands.js'
import { fill, isLanguage, type Language, languageOf, type Slots } from './language/language.js'
import { commands as zh } from './language/zh/commands.js'

/** The command was used wrongly: the message says how to use it. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What the commands say, in one language. */
export type Tell = <Name extends keyof typeof en>(
  name: Name,
  ...values: [Slots<(typeof en)[Name]>] extends [never]
    ? []
    : [values: Readonly<Record<Slots<(typeof en)[Name]>, string | number>>]
) => string

export function tellIn(language: Language): Tell {
  const texts: Readonly<Record<keyof typeof en, string>> = language === 'zh' ? zh : en
  return (name, ...values) => fill(texts[name], Object.assign({}, ...values))
}

/** The options that a command takes: those with a value, and those without. */
export interface Takes<Text extends string, Flag extends string> {
  readonly texts: readonly Text[]
  readonly flags: readonly Flag[]
}

/** A command line that has been read. */
export interface Line<Text extends string = string, Flag extends string = string> {
  readonly language: Language
  readonly tell: Tell
  readonly text: (name: Text) => string | undefined
  readonly flag: (name: Flag) => boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/** The language of a command line, whatever else is in it. */
export function languageFor(args: readonly string[], env: Environment): Language {
  const { values } = parseArgs({ args: [...args], options: { lang: { type: 'string' } }, strict: false })
  return isLanguage(values.lang) ? values.lang : languageOf(env)
}

// A JWT, 32 hexadecimal digits or more, a scheme, a long random word: nothing for a shell's history.
const tokenLike = /^eyJ|^bearer\b|^[0-9a-f]{32,}$|^[\w-]{60,}$/i

/** Whether somebody has put a token, or the like of it, where it stays in the shell's history. */
export function looksLikeToken(text: unknown): boolean {
  return typeof text === 'string' && tokenLike.test(text)
}

const secretLike = /secret|password|key/i
const optionName = /^[a-z][a-z-]{0,20}$/

/**
 * Reads a command line. What is wrong with it is told without a word of what was in it but the names of options.
 *
 * @throws {UsageError}
 */
export function readLine<Text extends string, Flag extends string>(
  args: readonly string[],
  env: Environment,
  { texts, flags }: Takes<Text, Flag>,
): Line<Text, Flag> {
  const language = languageFor(args, env)
  const tell = tellIn(language)
  const kinds = new Map<string, 'string' | 'boolean'>([
    ['lang', 'string'],
    ...texts.map((name) => [name, 'string'] as const),
    ...flags.map((name) => [name, 'boolean'] as const),
  ])
  const options = Object.fromEntries([...kinds].map(([name, type]) => [name, { type }]))
  const { values, positionals } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true })
  const unknown = Object.keys(values).filter((name) => !kinds.has(name))
  if (unknown.some((name) => secretLike.test(name))) throw new UsageError(tell('secretArgument'))
  if (unknown.includes('token') || [...positionals, ...Object.values(values)].some(looksLikeToken)) {
    throw new UsageError(tell('tokenArgument'))
  }
  for (const [name, value] of Object.entries(values)) checkOption(name, value, kinds.get(name), tell)
  if (positionals.length > 0) throw new UsageError(tell('noArguments'))
  if (values['lang'] !== undefined && !isLanguage(values['lang'])) throw new UsageError(tell('badLanguage'))
  return {
    language,
    tell,
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    flag: (name) => values[name] === true,
  }
}

function checkOption(name: string, value: unknown, kind: 'string' | 'boolean' | undefined, tell: Tell): void {
  const option = optionName.test(name) ? `--${name}` : tell('anOption')
  if (kind === undefined) throw new UsageError(tell('unknownOption', { option }))
  if (typeof value === kind) return
  throw new UsageError(tell(kind === 'string' ? 'needsValue' : 'takesNoValue', { option }))
}
