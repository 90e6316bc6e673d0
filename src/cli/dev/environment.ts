import { defaultConsole } from '../../testing/report/address.js'
import type { UserPool } from '../../testing/user-pool.js'

/**
 * The secrets of the pool, for introspection with a secret, permissions and profiles. It is a local pool: they are new in
 * each run and worth nothing elsewhere.
 */
export function secretsOf({ appSecret, host, accessKeys: [key] }: UserPool): readonly string[] {
  return [
    `AUTHING_CLIENT_SECRET=${appSecret}`,
    ...(key ? [`AUTHING_ACCESS_KEY_ID=${key.accessKeyId}`, `AUTHING_ACCESS_KEY_SECRET=${key.accessKeySecret}`] : []),
    `AUTHING_MANAGEMENT_HOST=${host}`,
  ]
}

/**
 * The environment variables for an API whose `authingGuard()` trusts the first application of this pool, and whose
 * requests `authing-guard/testing/report` reports to this console.
 */
export function environmentOf(
  { issuer, appId, appSecret, algorithm }: UserPool,
  consoleUrl: string,
): readonly string[] {
  return [
    `AUTHING_ISSUER=${issuer}`,
    `AUTHING_APP_ID=${appId}`,
    ...(algorithm === 'HS256' ? [`AUTHING_APP_SECRET=${appSecret}`] : []),
    ...(consoleUrl === defaultConsole ? [] : [`AUTHING_GUARD_CONSOLE=${consoleUrl}`]),
  ]
}
