import { invalidOption } from '../common/config-error.js'
import type { TokenType } from '../common/identity.js'
import { optionalGroup } from '../common/option-reader.js'
import { choice, count, type Option, refined, seconds, someOf, type TableOf, text, texts } from '../common/options.js'
import { type Algorithm, publicKeyAlgorithms } from '../crypto/algorithm.js'
import { secrets } from '../crypto/secret.js'
import type { TimeSettings } from './checks.js'
import type { LegacyPool } from './legacy.js'

// The options that say which tokens are accepted.

const tokenTypes = ['id_token', 'access_token', 'user_token'] as const
const everyTokenType = [...tokenTypes, 'opaque'] as const
const everyAlgorithm: readonly Algorithm[] = [...publicKeyAlgorithms, 'HS256']

/** A user pool whose older SDKs issue a `user.token` without `iss`. */
export interface UserPoolOptions {
  /** The user pool's ID. */
  readonly id: string
  /** The pool's `jwtSecret`, which is not the pool's secret; a list while it is being replaced. At least 32 bytes. */
  readonly jwtSecret: string | readonly string[]
}

const jwtSecretAdvice = "the user pool's jwtSecret, which is not the pool's secret"

export const userPoolOptions = {
  id: text("the user pool's ID (Authing console > Settings)"),
  jwtSecret: refined(secrets(jwtSecretAdvice), (read, name) => {
    if (read.length === 0) throw invalidOption(name, `is missing. It must be ${jwtSecretAdvice}`, 'missing')
    return read
  }),
} satisfies TableOf<UserPoolOptions>

/** Access keys: none, any, or these. */
const accessKeys: Option<'any' | ReadonlySet<string>> = {
  default: 'none',
  read: (value, name) => {
    if (value === undefined || value === 'none') return new Set()
    if (value === 'any') return 'any'
    if (!Array.isArray(value)) throw invalidOption(name, "must be 'none', 'any' or a list of access keys")
    return new Set(texts('a list of access keys').read(value, name))
  },
}

/** Seconds where the option is left out: after `exp`, and ahead of this clock for `iat` and `nbf`. */
const defaultTolerance = { afterEnd: 5, ahead: 60 }

/** Seconds: longer than any token of Authing's lives. */
export const maxTokenAge = 366 * 86_400

export const tokenOptions = {
  accept: someOf(everyTokenType),
  accessKeys,
  delegates: choice(['refuse', 'allow'], { default: 'refuse' }),
  algorithms: refined(someOf(everyAlgorithm), (named) => named && new Set(named)),
  clockTolerance: {
    ...refined(
      seconds({ min: 0, max: 300, default: undefined }),
      (tolerance): Omit<TimeSettings, 'maxTokenAge'> => ({
        toleranceAfterEnd: tolerance ?? defaultTolerance.afterEnd,
        toleranceAhead: tolerance ?? defaultTolerance.ahead,
      }),
    ),
    default: defaultTolerance,
  },
  maxTokenAge: seconds({ min: 1, max: maxTokenAge, default: undefined }),
  userPool: optionalGroup(userPoolOptions),
} satisfies Record<string, Option<unknown>>

/** How verified tokens are remembered: the same bytes again cost a look-up, not a signature. */
export interface TokenCacheOptions {
  /** How many tokens are remembered. */
  readonly maxEntries?: number | undefined
  /** Bytes of memory, by estimate: a token takes about three times its length. */
  readonly maxBytes?: number | undefined
  /** Seconds after which a token is verified anew, whatever its `exp`. */
  readonly maxAge?: number | undefined
}

export const tokenCacheOptions = {
  maxEntries: count({ unit: 'tokens', min: 1, max: 1_000_000, default: 10_000 }),
  maxBytes: count({ unit: 'bytes', min: 65_536, max: 4_294_967_296, default: 33_554_432 }),
  maxAge: seconds({ min: 1, max: 300, default: 300 }),
} satisfies TableOf<TokenCacheOptions>

/** The signature algorithms that are allowed; all of them where the option is left out. */
export function algorithmsOf(named: ReadonlySet<Algorithm> | undefined): ReadonlySet<Algorithm> {
  return named ?? new Set(everyAlgorithm)
}

/** What a guard asks its issuers about by itself: nothing, opaque tokens, every token. */
export type When = 'never' | 'opaque' | 'always'

/** The kinds of token that are let in. The issuer must be asked about opaque tokens, and cannot be asked about id tokens. */
export function acceptOf(types: readonly TokenType[] | undefined, when: When): ReadonlySet<TokenType> {
  if (types === undefined) return new Set(when === 'never' ? tokenTypes : everyTokenType)
  const asks = types.includes('opaque')
  if (asks && when === 'never')
    throw invalidOption('accept', "names opaque, which needs introspection.when: 'opaque' or 'always'")
  if (!asks && when === 'opaque') throw invalidOption('accept', "leaves out opaque, and introspection.when is 'opaque'")
  const mute = types.find((type) => type === 'id_token' || type === 'user_token')
  if (mute !== undefined && when === 'always') {
    throw invalidOption(
      'accept',
      `names ${mute}, about which Authing does not answer, and introspection.when is 'always'`,
    )
  }
  return new Set(types)
}

/** The user pool whose legacy tokens are let in, where there is one. */
export function legacyPoolOf(pool: LegacyPool | undefined, algorithms: ReadonlySet<Algorithm>): LegacyPool | undefined {
  if (pool !== undefined && !algorithms.has('HS256'))
    throw invalidOption('algorithms', "leaves out 'HS256', which the tokens of userPool have")
  return pool
}
