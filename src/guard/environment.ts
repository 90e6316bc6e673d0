import { configError } from '../common/config-error.js'
import { ofPlatform } from '../common/platform.js'
import type { Terminal } from './development-log.js'
import { appIdText, issuerText } from './option-tables.js'
import type { OneApplication } from './options.js'

/** Whether this is production, by `NODE_ENV`: in any case, with white space, or cut to `prod`. */
export function isProduction(nodeEnv = ofPlatform(() => process.env['NODE_ENV']) ?? ''): boolean {
  return /^\s*prod(?:uction)?\s*$/i.test(nodeEnv)
}

/** The terminal of a developer: `NODE_ENV` is `development`, or is not set and stderr is a terminal. */
export function developerTerminal(): Terminal | undefined {
  const nodeEnv = ofPlatform(() => process.env['NODE_ENV'])
  if (nodeEnv && nodeEnv !== 'development') return undefined
  return {
    isThere: () => Boolean(nodeEnv) || ofPlatform(() => process.stderr.isTTY) === true,
    write: (line) => console.warn(line),
  }
}

/** True where the runtime cancels pending work after the response: on Cloudflare's Workers and Vercel's edge. */
export function cancelsWorkAfterResponse(): boolean {
  return ofPlatform(() => navigator.userAgent) === 'Cloudflare-Workers' || 'EdgeRuntime' in globalThis
}

/** Whether this runs in a page, whose users can read its code. */
export function isPage(): boolean {
  return typeof window === 'object' && typeof document === 'object'
}

/** A warning of the process, where it can warn; on a page in its console. */
export function warn(message: string, code: string): void {
  const isWarned = ofPlatform(() => {
    globalThis.process.emitWarning(message, { type: 'AuthingGuardWarning', code })
    return true
  })
  if (!isWarned && isPage()) console.warn(message)
}

/**
 * The options of a guard that was made without any: `AUTHING_ISSUER`, `AUTHING_APP_ID`, and if set `AUTHING_APP_SECRET`.
 *
 * @throws {TypeError} where one of the first two is not set.
 */
export function optionsFromEnvironment(): OneApplication {
  // What reading them throws is thrown on: Deno's error names the permission that is missing.
  const environment: NodeJS.ProcessEnv = typeof process === 'object' ? process.env : {}
  const { AUTHING_ISSUER: issuer, AUTHING_APP_ID: appId, AUTHING_APP_SECRET: appSecret } = environment
  if (!issuer) throw unset('AUTHING_ISSUER', issuerText)
  if (!appId) throw unset('AUTHING_APP_ID', appIdText)
  return { issuer, appId, ...(appSecret && { appSecret }) }
}

const unset = (name: string, what: string) =>
  configError(`${name} is not set. Set it to ${what}, or pass { issuer, appId }`, { kind: 'missing', name })
