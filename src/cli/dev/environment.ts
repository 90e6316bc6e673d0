import type { UserPool } from '../../testing/user-pool.js'

/** The environment variables for an API whose `authingGuard()` trusts the first application of this pool. */
export function environmentOf({ issuer, appId, appSecret, algorithm }: UserPool): readonly string[] {
  return [
    `AUTHING_ISSUER=${issuer}`,
    `AUTHING_APP_ID=${appId}`,
    ...(algorithm === 'HS256' ? [`AUTHING_APP_SECRET=${appSecret}`] : []),
  ]
}
