import { opaqueToken, tokenId } from './random.js'
import { applicationOf, nowInSeconds, type PoolState, userOf } from './state.js'
import { amount, maybeText, members, text } from './validation.js'

/** What `mintOpaque` takes; all optional. */
export interface OpaqueMintOptions {
  /** Default: the first application. Throws a TypeError where the pool has no such application. */
  readonly appId?: string
  /** Default: the first user. Need not be a user of the pool. */
  readonly userId?: string
  /** Separated by blanks. Default: `'user'`. */
  readonly scope?: string
  /** Seconds; 0 or less makes an expired one. Default: 1 209 600 (14 days). */
  readonly expiresIn?: number
}

/** An OAuth 2.0 access token that is no JWT: 40 hex characters, known to the pool alone. */
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
