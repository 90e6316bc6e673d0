import { parseArgs } from 'node:util'
import { type Algorithm, algorithms, isAlgorithm } from '../../testing/algorithm.js'
import { isLanguage, type Language, languageOf } from '../language/language.js'
import type { Words } from './words.js'
import { english } from './words-en.js'
import { chinese } from './words-zh.js'

/** What `dev` was asked for. */
export interface DevArguments {
  readonly help: boolean
  readonly port: number
  readonly algorithms: readonly Algorithm[]
  readonly poolFile: string | undefined
}

/** The language, and with it either the arguments or what is wrong with them. */
export interface Reading {
  readonly language: Language
  readonly words: Words
  readonly asked: DevArguments | { readonly fault: string }
}

const options = {
  help: { type: 'boolean', short: 'h', default: false },
  port: { type: 'string', default: '4567' },
  algorithm: { type: 'string', multiple: true },
  pool: { type: 'string' },
  lang: { type: 'string' },
} as const

const wordsIn: Readonly<Record<Language, Words>> = { en: english, zh: chinese }

type Environment = Readonly<Record<string, string | undefined>>

const most = 3

type Values = ReturnType<typeof parse>

const parse = (args: readonly string[]) => parseArgs({ args: [...args], options, strict: true }).values

const check = ({ help, port, algorithm = ['RS256'], pool }: Values, words: Words): Reading['asked'] => {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN
  if (!(number <= 65_534)) return { fault: words.badPort(port) }
  const known = algorithm.filter(isAlgorithm)
  if (known.length < algorithm.length || known.length > most) {
    return { fault: words.badAlgorithm(algorithm.join(' '), algorithms) }
  }
  return { help, port: number, algorithms: known, poolFile: pool }
}

/** Reads the arguments of `dev`; throws nothing. */
export function readArguments(args: readonly string[], env: Environment): Reading {
  const usual = languageOf(env)
  try {
    const values = parse(args)
    const { lang = usual } = values
    if (isLanguage(lang)) return { language: lang, words: wordsIn[lang], asked: check(values, wordsIn[lang]) }
    return { language: usual, words: wordsIn[usual], asked: { fault: wordsIn[usual].badLanguage(lang) } }
  } catch (error) {
    return { language: usual, words: wordsIn[usual], asked: { fault: String(Object(error).message) } }
  }
}
