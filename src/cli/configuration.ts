import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isConfigError } from '../common/config-error.js'
import type { GuardOptions } from '../guard/options.js'
import type { CliIo } from './io.js'
import { type Line, type Tell, UsageError } from './usage.js'

/** The options of a command that say whose tokens. */
export const whose = { texts: ['issuer', 'app-id', 'config'], flags: ['ask-secret'] } as const

type WhoseLine = Line<(typeof whose.texts)[number], (typeof whose.flags)[number]>

/**
 * The options of the guard that a command is about: of the file, or of flags and environment.
 *
 * @throws {UsageError}
 */
export async function optionsFor(line: WhoseLine, io: CliIo): Promise<GuardOptions> {
  const { flag, tell } = line
  const options = await namedOptions(line, io)
  if (!flag('ask-secret')) return options
  if (!io.isTerminal) throw new UsageError(tell('noTerminal'))
  if (options.apps !== undefined || options.issuer === undefined) throw new UsageError(tell('secretOfOne'))
  return { ...options, appSecret: (await io.ask(tell('askSecret'))).trim() }
}

async function namedOptions({ text, tell }: WhoseLine, io: CliIo): Promise<GuardOptions> {
  const config = text('config')
  const issuer = text('issuer')
  const appId = text('app-id')
  if (config === undefined) return fromFlags(issuer, appId, io, tell)
  if (issuer !== undefined || appId !== undefined) throw new UsageError(tell('configOrFlags'))
  return fromFile(config, tell)
}

function fromFlags(
  issuerGiven: string | undefined,
  appIdGiven: string | undefined,
  { env }: CliIo,
  tell: Tell,
): GuardOptions {
  const { AUTHING_ISSUER, AUTHING_APP_ID, AUTHING_APP_SECRET: appSecret } = env
  const issuer = issuerGiven || AUTHING_ISSUER
  const appId = appIdGiven || AUTHING_APP_ID
  if (!issuer) throw new UsageError(tell('noIssuer'))
  if (!appId) throw new UsageError(tell('noAppId'))
  return { issuer, appId, ...(appSecret && { appSecret }) }
}

async function fromFile(file: string, tell: Tell): Promise<GuardOptions> {
  let loaded: { readonly options?: unknown; readonly default?: unknown }
  try {
    loaded = await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    throw new UsageError(tell('configUnread', { file, why: whyUnread(error) }))
  }
  const options = loaded.options ?? loaded.default
  if (!isOptions(options)) throw new UsageError(tell('configEmpty', { file }))
  if ('verifyToken' in options) throw new UsageError(tell('configGuard', { file }))
  return options
}

/** What a guard makes of it the guard itself says; here it is any object. */
function isOptions(value: unknown): value is GuardOptions {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && !Array.isArray(value)
}

/** Advice and codes alone: another message may hold what the file reads, a secret too. */
function whyUnread(error: unknown): string {
  if (isConfigError(error)) return error.message
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return String(code ?? (error instanceof Error ? error.name : 'Error'))
}
