import type { UserPool } from '../../testing/user-pool.js'

/** What an API needs in its environment for `authingGuard()` to trust this pool's first application, line by line. */
export function environmentOf({ issuer, appId, appSecret, algorithm }: UserPool): readonly string[] {
  return [
    `AUTHING_ISSUER=${issuer}`,
    `AUTHING_APP_ID=${appId}`,
    ...(algorithm === 'HS256' ? [`AUTHING_APP_SECRET=${appSecret}`] : []),
  ]
}
