import { resolve } from 'node:path'
import { isProduction } from '../../guard/environment.js'
import { type Algorithm, algorithms, isAlgorithm } from '../../testing/algorithm.js'
import { createUserPool } from '../../testing/pool.js'
import type { UserPool } from '../../testing/user-pool.js'
import { defineCommand } from '../command-line.js'
import type { Language } from '../language/language.js'
import { type Translate, translator } from '../language/texts.js'
import type { OptionTable } from '../option-table.js'
import { Changes } from './changes.js'
import { type Console, openConsole } from './console.js'
import { ConsoleState } from './console-state.js'
import { environmentOf, secretsOf } from './environment.js'
import { poolOptionsOf } from './pool-file.js'

const options = {
  port: { type: 'string', value: 'N' },
  algorithm: { type: 'string', value: 'ALG' },
  pool: { type: 'string', value: 'FILE' },
} as const satisfies OptionTable

const maxApplications = 3

interface Settings {
  readonly port: number
  readonly algorithms: readonly Algorithm[]
  readonly poolFile: string | undefined
  readonly language: Language
  readonly chosenLanguage: Language | undefined
}

interface Running {
  readonly pool: UserPool
  readonly console: Console
}

const start = async (
  { port, algorithms, poolFile, language, chosenLanguage }: Settings,
  t: Translate<'dev'>,
): Promise<Running> => {
  const changes = new Changes()
  const given = await poolOptionsOf(poolFile, algorithms, t)
  const pool = await createUserPool({
    ...given,
    port: port === 0 ? 0 : port + 1,
    onRequest: () => changes.notify(),
  })
  try {
    return { pool, console: await openConsole(new ConsoleState(pool, changes), port, language, chosenLanguage) }
  } catch (error) {
    await pool.close()
    throw error
  }
}

/** The lines of a text below its first one start in the column of that one. */
const lines = (values: readonly string[], column: number): string => values.join(`\n${' '.repeat(column)}`)

const greeting = ({ pool, console }: Running, t: Translate<'dev'>): string =>
  t('started', {
    console: console.url,
    issuers: lines(
      pool.apps.map(({ issuer }) => issuer),
      11,
    ),
    appIds: lines(
      pool.apps.map(({ appId }) => appId),
      11,
    ),
    environment: lines(environmentOf(pool, console.url), 2),
    secrets: lines(secretsOf(pool), 2),
    token: pool.mint(),
  })

const startError = (error: unknown, settings: Settings, t: Translate<'dev'>): string => {
  const { code, port, message } = Object(error)
  const { port: console, poolFile } = settings
  if (code === 'EADDRINUSE') return port === console ? t('portTaken', { port }) : t('poolPortTaken', { port, console })
  // The pool checks its options, and those that can be wrong are the file's.
  if (poolFile !== undefined && error instanceof TypeError)
    return t('poolRefused', { path: resolve(poolFile), message })
  return String(message)
}

/**
 * `npx authing-guard dev`: the local user pool as a server with a console page, until `io.stopped`.
 *
 * Resolves with the exit code: 0 when it was stopped, 1 if it could not start.
 */
export const dev = defineCommand('dev', options, async (line, io) => {
  const { language } = line
  const t = translator('dev', language)
  const port = line.text('port') ?? '4567'
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_534) throw line.usageError(t('badPort', { given: port }))
  const names = line.texts('algorithm')
  const known = names.filter(isAlgorithm)
  if (known.length < names.length || known.length > maxApplications) {
    throw line.usageError(t('badAlgorithm', { known: algorithms.join(', '), given: names.join(' ') }))
  }
  if (isProduction(io.env['NODE_ENV'] ?? '')) {
    io.err(`${t('production')}\n`)
    return 1
  }
  const settings: Settings = {
    port: Number(port),
    algorithms: known.length === 0 ? ['RS256'] : known,
    poolFile: line.text('pool'),
    language,
    chosenLanguage: line.chosenLanguage,
  }
  try {
    const running = await start(settings, t)
    io.out(greeting(running, t))
    await io.stopped
    await Promise.all([running.console.close(), running.pool.close()])
    io.out(`${t('stopped')}\n`)
    return 0
  } catch (error) {
    io.err(`${startError(error, settings, t)}\n`)
    return 1
  }
})
