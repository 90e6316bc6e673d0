import { access, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseEnv } from 'node:util'
import { isConfigError } from '../common/config-error.js'
import { optionsOfGuard } from '../guard/guard.js'
import type { GuardOptions } from '../guard/options.js'
import { type CommandLine, UsageError } from './command-line.js'
import type { CliIo } from './io.js'
import type { Translate } from './language/texts.js'
import type { OptionTable } from './option-table.js'

/** The options of a command that name the application: by flags, or by a file with the guard's options. */
export const applicationOptions = {
  issuer: { type: 'string', value: 'URL' },
  'app-id': { type: 'string', value: 'ID' },
  config: { type: 'string', value: 'FILE' },
  'env-file': { type: 'string', value: 'FILE' },
  'ask-secret': { type: 'boolean' },
} as const satisfies OptionTable

type ApplicationLine = Pick<CommandLine<typeof applicationOptions>, 't' | 'text' | 'flag'>
type EnvFileLine = { readonly t: Messages; readonly text: (name: 'env-file') => string | undefined }
type Messages = Translate<'commands'>

/**
 * Reads the guard options that a command is about: from the file, or from flags and environment.
 *
 * @throws {UsageError}
 */
export async function guardOptionsFor(line: ApplicationLine, io: CliIo): Promise<GuardOptions> {
  const { t } = line
  const options = await givenOptions(line, io)
  if (!line.flag('ask-secret')) return options
  if (!io.isTerminal) throw new UsageError(t('noTerminal'))
  if (options.apps !== undefined || options.issuer === undefined) throw new UsageError(t('secretOfOne'))
  return { ...options, appSecret: (await io.ask(t('askSecret'))).trim() }
}

/**
 * The terminal with the variables of `--env-file`. As with Node's own option of that name, a variable that is set keeps
 * its value. A module of `--config` reads them too.
 *
 * @throws {UsageError}
 */
export async function withEnvFile({ t, text }: EnvFileLine, io: CliIo): Promise<CliIo> {
  const file = text('env-file')
  if (file === undefined) return io
  if (await isMissing(file)) throw new UsageError(t('fileMissing', { path: resolve(file) }))
  let values: Readonly<Record<string, string | undefined>>
  try {
    values = parseEnv(await readFile(file, 'utf8'))
  } catch (error) {
    throw new UsageError(t('envFileUnread', { file, why: safeReason(error) }))
  }
  io.setEnv(values)
  return Object.create(io, { env: { value: { ...values, ...io.env } } })
}

/**
 * Reads a token from standard input, or at a hidden prompt if that is a terminal.
 *
 * @throws {UsageError}
 */
export async function readToken({ t }: Pick<ApplicationLine, 't'>, io: CliIo): Promise<string> {
  const token = await (io.isTerminal ? io.ask(t('askToken')) : io.readAll())
  if (token.trim() === '') throw new UsageError(t('noToken'))
  return token
}

async function givenOptions(line: ApplicationLine, io: CliIo): Promise<GuardOptions> {
  const { t } = line
  const config = line.text('config')
  const issuer = line.text('issuer')
  const appId = line.text('app-id')
  if (config === undefined) return fromFlags(issuer, appId, io, t)
  if (issuer !== undefined || appId !== undefined) throw new UsageError(t('configOrFlags'))
  return fromFile(config, t)
}

function fromFlags(
  issuerFlag: string | undefined,
  appIdFlag: string | undefined,
  { env }: CliIo,
  t: Messages,
): GuardOptions {
  const { AUTHING_ISSUER, AUTHING_APP_ID, AUTHING_APP_SECRET: appSecret } = env
  const issuer = issuerFlag || AUTHING_ISSUER
  const appId = appIdFlag || AUTHING_APP_ID
  if (!issuer) throw new UsageError(t('noIssuer'))
  if (!appId) throw new UsageError(t('noAppId'))
  return { issuer, appId, ...(appSecret && { appSecret }) }
}

/**
 * Loads the module of `--config`.
 *
 * @throws {UsageError}
 */
export async function loadModule(
  file: string,
  t: Messages,
): Promise<{ readonly options?: unknown; readonly default?: unknown }> {
  if (await isMissing(file)) throw new UsageError(t('fileMissing', { path: resolve(file) }))
  try {
    return await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    const why = safeReason(error)
    if (why === 'ERR_MODULE_NOT_FOUND' || why === 'MODULE_NOT_FOUND') {
      throw new UsageError(t('configImport', { file, why }))
    }
    const how = /\.[cm]?tsx?$/.test(file) && !isConfigError(error) ? t('configTypeScript') : ''
    throw new UsageError(t('configUnread', { file, why }) + how)
  }
}

async function fromFile(file: string, t: Messages): Promise<GuardOptions> {
  const loaded = await loadModule(file, t)
  const ofGuard = Object.values(loaded).map(optionsOfGuard).find(isOptions)
  const options = loaded.options ?? ofGuard ?? loaded.default
  if (!isOptions(options)) throw new UsageError(t('configEmpty', { file }))
  // A guard of another version, or of something else.
  if ('verifyToken' in options) throw new UsageError(t('configGuard', { file }))
  return options
}

/** Any object: the guard itself checks its options. */
function isOptions(value: unknown): value is GuardOptions {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && !Array.isArray(value)
}

/** Whether there is no such file. Any other fault is found when it is read. */
async function isMissing(file: string): Promise<boolean> {
  try {
    await access(file)
    return false
  } catch (error) {
    return Object(error).code === 'ENOENT'
  }
}

/** A configuration error, or a code only: messages of other errors may quote what the file reads, secrets included. */
function safeReason(error: unknown): string {
  if (isConfigError(error)) return error.message
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return String(code ?? (error instanceof Error ? error.name : 'Error'))
}
