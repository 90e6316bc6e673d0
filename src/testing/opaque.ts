import { opaqueToken, tokenId } from './random.js'
import { applicationOf, nowInSeconds, type PoolState, userOf } from './state.js'
import { amount, maybeText, members, text } from './validation.js'

/** The options of `mintOpaque`. */
export interface OpaqueMintOptions {
  /** Default: the first application. Throws a TypeError if the pool has no such application. */
  readonly appId?: string
  /** Default: the first user. The pool need not have the user. */
  readonly userId?: string
  /** Separated by spaces. Default: `'user'`. */
  readonly scope?: string
  /** Seconds; 0 or less for an expired token. Default: 1 209 600 (14 days). */
  readonly expiresIn?: number
}

/** Issues an OAuth 2.0 access token that is not a JWT: 40 hex characters that only the pool knows. */
export const mintOpaqueToken = (state: PoolState, options: unknown): string => {
  const given = members(options, ['appId', 'userId', 'scope', 'expiresIn'], 'the options of mintOpaque')
  const { appId, userId, scope, expiresIn } = given
  const { appId: known } = applicationOf(state, maybeText(appId, 'appId'))
  const issuedAt = nowInSeconds(state)
  const token = opaqueToken()
  state.opaqueTokens.set(token, {
    jti: tokenId(),
    appId: known,
    userId: text(userId, 'userId', () => userOf(state).id),
    scope: text(scope, 'scope', () => 'user'),
    issuedAt,
    expiresAt: issuedAt + (amount(expiresIn, 'expiresIn') ?? 1_209_600),
  })
  return token
}
