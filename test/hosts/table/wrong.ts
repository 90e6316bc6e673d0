import type { Defect, UserPool } from 'authing-guard/testing'

/** Tokens of a pool that are bad, each in one way, which the challenge tells nobody. */
export function wrongTokens(pool: UserPool): readonly (readonly [title: string, token: string])[] {
  const wrongs: readonly (readonly [title: string, wrong: Defect])[] = [
    ['an expired token', 'expired'],
    ['a token for tomorrow', 'not_yet_valid'],
    ['a token without an end', 'no_expiry'],
    ['another issuer', 'other_issuer'],
    ['another application', 'other_application'],
    ['a flipped bit', 'bad_signature'],
    ['another key under the same kid', 'other_key'],
    ['a key that nobody published', 'unknown_key'],
    ['no algorithm', 'no_algorithm'],
    ['the public key for a secret', 'public_key_as_secret'],
    ['a key in the header', 'embedded_key'],
    ['an address of keys in the header', 'key_url'],
    ['a certificate in the header', 'certificate'],
    ['a critical extension', 'critical_header'],
    ['an unencoded payload', 'unencoded_payload'],
    ['an encrypted token', 'encrypted'],
    ['a token bound to its sender', 'sender_constrained'],
    ['another kind of JWT', 'other_token_type'],
    ['an access token under HS256', 'access_token_hs256'],
    ['half a token', 'truncated'],
    ['garbage', 'garbage'],
  ]
  return wrongs.map(([title, wrong]) => [title, pool.mint({ defect: wrong })])
}
