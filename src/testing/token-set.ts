import type { Application } from './application.js'
import type { Json } from './jws.js'
import { lifetimes, mintToken } from './mint.js'
import { opaqueToken, tokenId } from './random.js'
import { nowInSeconds, type PoolState } from './state.js'

/** Seconds, the default of Authing's applications since 2021. */
const refreshLifetime = 2_592_000

const issueRefreshToken = (state: PoolState, appId: string, userId: string, scope: string): string => {
  const issuedAt = nowInSeconds(state)
  const token = opaqueToken()
  const expiresAt = issuedAt + refreshLifetime
  state.refreshTokens.set(token, { jti: tokenId(), appId, userId, scope, issuedAt, expiresAt })
  return token
}

/**
 * The tokens of a sign-in or a refresh, with a refresh token if the scope has `offline_access` (docs: miniapp/quick).
 * The lifetime is `expires_in`, which the SDK for mini programs reads; Authing's reference calls it `expire_in`.
 */
export const issueTokens = (state: PoolState, { appId }: Application, userId: string, scope: string): Json => ({
  access_token: mintToken(state, { type: 'access_token', appId, userId, scope }),
  expires_in: lifetimes.access_token,
  id_token: mintToken(state, { type: 'id_token', appId, userId }),
  ...(scope.split(' ').includes('offline_access')
    ? { refresh_token: issueRefreshToken(state, appId, userId, scope) }
    : {}),
  scope,
  token_type: 'Bearer',
})
