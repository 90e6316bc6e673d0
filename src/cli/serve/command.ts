import type { ForwardAuth, ForwardAuthResult } from '../../adapters/forward-auth/index.js'
import { type CommandLine, defineCommand } from '../command-line.js'
import { loadModule, withEnvFile } from '../configuration.js'
import type { CliIo } from '../io.js'
import { type Translate, translator } from '../language/texts.js'
import type { OptionTable } from '../option-table.js'
import type { Place } from './listen.js'
import { ownAddresses, type Running, serveForwardAuth } from './server.js'

const options = {
  config: { type: 'string', value: 'FILE', help: 'forwardAuth' },
  port: { type: 'string', value: 'N', help: 'forwardPort' },
  host: { type: 'string', value: 'ADDRESS' },
  socket: { type: 'string', value: 'PATH' },
  'env-file': { type: 'string', value: 'FILE' },
} as const satisfies OptionTable

type Line = CommandLine<typeof options>

/**
 * `npx authing-guard serve`: answers a proxy's subrequests until `io.stopped`. Resolves with the exit code: 0 when it was
 * stopped, 1 if it could not start.
 */
export const serve = defineCommand('serve', options, async (line, terminal) => {
  const t = translator('serve', line.language)
  const place = placeOf(line, t)
  const handler = await handlerOf(line, terminal, t)
  let running: Running
  try {
    running = await serveForwardAuth(handler, place, (result) => log(result, terminal))
  } catch (error) {
    terminal.err(`${listenError(error, place, t)}\n`)
    return 1
  }
  // On standard error, so that standard output is the log alone.
  const addresses = Object.keys(handler.guards).join(', ')
  terminal.err(`${t('listening', { where: running.where, addresses })}\n`)
  await terminal.stopped
  await running.stop()
  terminal.err(`${t('stopped')}\n`)
  return 0
})

/** @throws {UsageError} */
function placeOf(line: Line, t: Translate<'serve'>): Place {
  const [socket, port, host] = [line.text('socket'), line.text('port'), line.text('host')]
  if (socket !== undefined) {
    if (port !== undefined || host !== undefined) throw line.usageError(t('socketOrPort'))
    return { socket }
  }
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)) throw line.usageError(t('badPort'))
  return { host: host ?? '127.0.0.1', port: Number(port ?? 4180) }
}

/** What the module of `--config` exports. @throws {UsageError} */
async function handlerOf(line: Line, terminal: CliIo, t: Translate<'serve'>): Promise<ForwardAuth> {
  const file = line.text('config')
  if (file === undefined) throw line.usageError(t('noConfig'))
  await withEnvFile(line, terminal)
  const handler = Object.values(await loadModule(file, line.t)).find(isForwardAuth)
  if (handler === undefined) throw line.usageError(t('noHandler', { file }))
  const reserved = ownAddresses.find((address) => Object.hasOwn(handler.guards, address))
  if (reserved !== undefined) throw line.usageError(t('reserved', { address: reserved }))
  return handler
}

/** The module may have another copy of the package. */
function isForwardAuth(value: unknown): value is ForwardAuth {
  return typeof value === 'function' && 'guards' in value
}

function listenError(error: unknown, place: Place, t: Translate<'serve'>): string {
  const { code } = Object(error)
  const where = 'socket' in place ? place.socket : `${place.host}:${place.port}`
  return code === 'EADDRINUSE' ? t('taken', { where }) : t('cannotListen', { where, code: String(code) })
}

/** Characters of a method that a log line has: the client chooses it. */
const maxMethod = 20

/** One line for each refusal. It has no token, no path of the client and no query. */
function log({ status, address, method, reason, detail }: ForwardAuthResult, { out }: CliIo): void {
  if (reason === undefined) return
  const time = new Date().toISOString()
  out(`${JSON.stringify({ time, status, address, method: method?.slice(0, maxMethod), reason, detail })}\n`)
}
