// What every runtime must show. Runs anywhere: no import, and nothing of Node.

/**
 * @typedef {{ token: string, reason: string }} Bad
 * @typedef {{ name: string, options: object, jwks: object, good: readonly string[], bad: readonly Bad[] }} Application
 * @typedef {object} Plan
 * @property {'node' | 'web'} engine that the package must take
 * @property {readonly Application[]} applications
 * @property {string} reader a token of the first application, with the scope `book:read`
 * @property {{ options: object, token: string }} lost of an issuer that is down
 */

/** Counts what Web Crypto is asked to verify: the engine for Node asks it nothing. */
function watchWebCrypto() {
  let count = 0
  const { prototype } = SubtleCrypto
  const { verify } = prototype
  prototype.verify = function (...given) {
    count++
    return verify.apply(this, given)
  }
  return () => count
}

/**
 * Checks a package; resolves with how many facts hold, and those that do not.
 *
 * @param {typeof import('authing-guard')} guards
 * @param {typeof import('authing-guard/fetch')} adapter
 * @param {Plan} plan
 */
export async function accept({ createGuard, GuardError, errorResponse }, { withIdentity, GuardError: same }, plan) {
  const webVerifications = watchWebCrypto()
  let held = 0
  /** @type {string[]} */
  const failed = []
  const check = (/** @type {string} */ fact, /** @type {unknown} */ found, /** @type {unknown} */ wanted) => {
    if (JSON.stringify(found) === JSON.stringify(wanted)) held++
    else failed.push(`${fact}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`)
  }
  const reasonOf = async (/** @type {Promise<unknown>} */ verdict) => {
    try {
      return Object(await verdict).kind
    } catch (error) {
      return error instanceof GuardError ? error.reason : String(error)
    }
  }

  check('one GuardError', same === GuardError, true)
  for (const { name, options, jwks, good, bad } of plan.applications) {
    const fetching = createGuard(/** @type {never} */ (options))
    const given = createGuard(/** @type {never} */ ({ ...options, jwks }))
    check(`${name}: no keys yet`, fetching.health().state, 'unavailable')
    for (const guard of [fetching, given]) {
      for (const token of [...good, ...good]) check(`${name}: good`, await reasonOf(guard.verifyToken(token)), 'user')
      for (const { token, reason } of bad) check(`${name}: ${reason}`, await reasonOf(guard.verifyToken(token)), reason)
    }
    check(`${name}: keys`, fetching.health().state, 'fresh')

    const handler = withIdentity(fetching, (_request, identity) => Response.json({ kind: identity?.kind }))
    const call = async (/** @type {string} */ authorization) => {
      const { status, headers } = await handler(new Request('http://localhost/', { headers: { authorization } }))
      return [status, headers.get('www-authenticate')?.slice(0, 22)]
    }
    check(`${name}: let in`, await call(`Bearer ${good[0]}`), [200, undefined])
    check(`${name}: kept out`, await call(`Bearer ${bad[0]?.token}`), [401, 'Bearer realm="authing"'])
    check(`${name}: no token`, await call('Basic eDp5'), [401, 'Bearer realm="authing"'])
    check(`${name}: no token at all`, await call('Bearer'), [400, 'Bearer realm="authing"'])
  }
  const lost = createGuard(/** @type {never} */ (plan.lost.options))
  const outage = await lost.verifyToken(plan.lost.token).catch((error) => error)
  // A bundler may have renamed the class.
  check('the name of an error', outage.name, 'GuardError')
  check('an outage', errorResponse(outage).status, 503)
  check('the engine', webVerifications() > 0 ? 'web' : 'node', plan.engine)
  return { held, failed }
}
