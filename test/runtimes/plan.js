// @ts-check
// What the runtimes are handed: tokens of local user pools, minted by the package that is on trial.

/** What is wrong with a token, and why a guard must refuse it. */
const wrongs = /** @type {const} */ ({
  expired: 'expired_token',
  not_yet_valid: 'not_yet_valid',
  no_expiry: 'wrong_claim',
  other_issuer: 'unknown_issuer',
  other_application: 'wrong_audience',
  bad_signature: 'bad_signature',
  other_key: 'bad_signature',
  no_algorithm: 'wrong_algorithm',
  critical_header: 'malformed_token',
  encrypted: 'encrypted_token',
  sender_constrained: 'wrong_claim',
  other_token_type: 'malformed_token',
  truncated: 'malformed_token',
  garbage: 'malformed_token',
})
/** What can be wrong only where there is a public key. */
const wrongKeys = /** @type {const} */ ({
  public_key_as_secret: 'wrong_algorithm',
  unknown_key: 'unknown_key',
  embedded_key: 'malformed_token',
})

/**
 * @param {typeof import('authing-guard/testing').createUserPool} createUserPool
 * @returns {Promise<{ plan: Omit<import('./acceptance.mjs').Plan, 'engine'>, close: () => Promise<void> }>}
 */
export async function makePlan(createUserPool) {
  const algorithms = /** @type {const} */ (['RS256', 'ES256', 'EdDSA', 'HS256'])
  const lost = await createUserPool()
  const pools = await Promise.all(algorithms.map((algorithm) => createUserPool({ apps: [{ algorithm }] })))
  const applications = pools.map((pool, at) => {
    const bad = Object.entries(algorithms[at] === 'HS256' ? wrongs : { ...wrongs, ...wrongKeys })
    return {
      name: String(algorithms[at]),
      options: pool.guardOptions,
      jwks: pool.jwks(),
      good: [pool.mint({ type: 'id_token' }), pool.mint({ type: 'user_token' }), pool.mint()],
      bad: bad.map(([wrong, reason]) => ({
        token: pool.mint({ type: 'id_token', defect: /** @type {keyof typeof wrongs} */ (wrong) }),
        reason,
      })),
    }
  })
  const reader = String(pools[0]?.mint({ scope: 'book:read' }))
  const plan = { applications, reader, lost: { options: lost.guardOptions, token: lost.mint() } }
  await lost.close()
  return { plan, close: async () => void (await Promise.all(pools.map((pool) => pool.close()))) }
}
