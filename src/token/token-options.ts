import type { TokenType } from '../common/identity.js'
import { OptionReader } from '../common/option-reader.js'
import { type Algorithm, isAlgorithm, publicKeyAlgorithms } from '../crypto/algorithm.js'
import { secretsOf } from '../crypto/secret.js'
import type { LegacyPool } from './legacy.js'

// The options that say which tokens are accepted. All throw a TypeError for what they do not understand.

const tokenTypes = ['id_token', 'access_token', 'user_token'] as const
const everyTokenType = [...tokenTypes, 'opaque'] as const
const everyAlgorithm: ReadonlySet<Algorithm> = new Set([...publicKeyAlgorithms, 'HS256'])

export function algorithmsOf(given: OptionReader): ReadonlySet<Algorithm> {
  if (given.get('algorithms') === undefined) return everyAlgorithm
  const known = `one or several of ${[...everyAlgorithm].join(', ')}`
  const named = given.texts('algorithms', known)
  const algorithms = named.filter(isAlgorithm)
  if (algorithms.length < named.length) throw given.invalid('algorithms', `must be ${known}`)
  return new Set(algorithms)
}

/** What a guard asks its issuers about by itself: nothing, opaque tokens, every token. */
export type When = 'never' | 'opaque' | 'always'

/** `when`: of what a guard asks its issuer. About opaque tokens it must, and about id tokens it cannot. */
export function acceptOf(given: OptionReader, when: When): ReadonlySet<TokenType> {
  if (given.get('accept') === undefined) return new Set(when === 'never' ? tokenTypes : everyTokenType)
  const known = `one or several of ${everyTokenType.join(', ')}`
  const named = given.texts('accept', known)
  const types = everyTokenType.filter((type) => named.includes(type))
  if (types.length < named.length) throw given.invalid('accept', `must be ${known}`)
  const asks = types.includes('opaque')
  if (asks && when === 'never')
    throw given.invalid('accept', "names opaque, which needs online.when: 'opaque' or 'always'")
  if (!asks && when === 'opaque') throw given.invalid('accept', "leaves out opaque, and online.when is 'opaque'")
  const mute = types.find((type) => type === 'id_token' || type === 'user_token')
  if (mute !== undefined && when === 'always') {
    throw given.invalid('accept', `names ${mute}, about which Authing does not answer, and online.when is 'always'`)
  }
  return new Set(types)
}

export function accessKeysOf(given: OptionReader): 'any' | ReadonlySet<string> {
  const value = given.get('accessKeys')
  if (value === undefined || value === 'none') return new Set()
  if (value === 'any') return 'any'
  if (!Array.isArray(value)) throw given.invalid('accessKeys', "must be 'none', 'any' or a list of access keys")
  return new Set(given.texts('accessKeys', 'a list of access keys'))
}

export function legacyPoolOf(given: OptionReader, algorithms: ReadonlySet<Algorithm>): LegacyPool | undefined {
  if (given.get('userPool') === undefined) return undefined
  const pool = new OptionReader(given.get('userPool'), 'userPool.', ['id', 'jwtSecret'])
  const id = pool.text('id', "the user pool's ID (Authing console > Settings)")
  const what = "the user pool's jwtSecret, which is not the pool's secret"
  const secrets = secretsOf(pool, 'jwtSecret', what)
  if (!algorithms.has('HS256'))
    throw given.invalid('algorithms', "leaves out 'HS256', which the tokens of userPool have")
  if (secrets.length === 0) throw pool.invalid('jwtSecret', `is missing. It must be ${what}`)
  return { id, secrets }
}
