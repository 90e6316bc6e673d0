import { createUserPool } from '../../testing/pool.js'
import type { UserPool } from '../../testing/user-pool.js'
import type { CliIo } from '../io.js'
import type { Language } from '../language/language.js'
import { type DevArguments, readArguments } from './arguments.js'
import { Changes } from './changes.js'
import { type Console, openConsole } from './console.js'
import { ConsoleState } from './desk.js'
import { environmentOf } from './environment.js'
import { poolOptionsOf } from './pool-file.js'
import type { Words } from './words.js'

interface Running {
  readonly pool: UserPool
  readonly console: Console
}

const start = async ({ port, algorithms, poolFile }: DevArguments, language: Language): Promise<Running> => {
  const changes = new Changes()
  const given = await poolOptionsOf(poolFile, algorithms)
  const pool = await createUserPool({
    ...given,
    port: port === 0 ? 0 : port + 1,
    onRequest: () => changes.tell(),
  })
  try {
    return { pool, console: await openConsole(new ConsoleState(pool, changes), port, language) }
  } catch (error) {
    await pool.close()
    throw error
  }
}

const greeting = ({ pool, console }: Running, words: Words): string =>
  words.started({
    console: console.url,
    issuers: pool.apps.map(({ issuer }) => issuer),
    appIds: pool.apps.map(({ appId }) => appId),
    environment: environmentOf(pool),
    token: pool.mint(),
  })

const faultOf = (error: unknown, words: Words): string => {
  const { code, port, message } = Object(error)
  return code === 'EADDRINUSE' ? words.portTaken(port) : String(message)
}

/**
 * `authing-guard dev`: the local user pool as a server with a console page, until `io.stopped`.
 *
 * Resolves with the exit code: 0 when it was stopped, 1 where it could not start, 2 where an argument is wrong.
 */
export async function dev(args: readonly string[], io: CliIo): Promise<number> {
  const { asked, language, words } = readArguments(args, io.env)
  if ('fault' in asked) {
    io.err(`${asked.fault}\n${words.seeHelp}\n`)
    return 2
  }
  if (asked.help) {
    io.out(words.help)
    return 0
  }
  const { NODE_ENV } = io.env
  if (NODE_ENV === 'production') {
    io.err(`${words.production}\n`)
    return 1
  }
  try {
    const running = await start(asked, language)
    io.out(greeting(running, words))
    await io.stopped
    await Promise.all([running.console.close(), running.pool.close()])
    io.out(`${words.stopped}\n`)
    return 0
  } catch (error) {
    io.err(`${faultOf(error, words)}\n`)
    return 1
  }
}
