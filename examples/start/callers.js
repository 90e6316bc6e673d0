// @ts-check
// Who calls the API of `npm start`: with which token, the status that it gets, and a part of the answer.

/**
 * @typedef {{ name: string, who: string, token: string | undefined, status: number, says: string, url: string }} Caller
 * `name` is that of its token
 */

/**
 * @param {import('authing-guard/testing').UserPool} pool
 * @param {string} api
 * @param {import('authing-guard/testing').UserPool} lostPool a pool that is out of reach
 * @param {string} lostApi an API that has no keys yet, and asks that pool for them
 */
export function callersOf(pool, api, lostPool, lostApi) {
  const me = `${api}/me`
  const books = `${api}/books`
  /** @type {(name: string, who: string, token: string | undefined, url: string, status: number, says: string) => Caller} */
  const caller = (name, who, token, url, status, says) => ({ name, who, token, url, status, says })
  const idToken = pool.mint({ type: 'id_token' })
  const reader = pool.mint({ type: 'access_token', scope: 'openid book:read' })
  const mole = pool.mint({ type: 'user_token', userId: 'mole' })
  const machine = pool.mint({ type: 'machine' })
  const lost = lostPool.mint()
  const unsigned = pool.mint({ defect: 'no_algorithm' })
  return [
    caller('none', 'No token', undefined, me, 401, 'WWW-Authenticate: Bearer realm="authing"'),
    caller('id', "A user's id token", idToken, me, 200, '"userId":"ratty"'),
    caller('user', "An older SDK's user.token", pool.mint({ type: 'user_token' }), me, 200, '"userId":"ratty"'),
    caller('machine', 'A machine whose access key is in accessKeys', machine, me, 200, '"kind":"machine"'),
    caller('reader', 'An access token with the scope', reader, books, 200, 'The Wind in the Willows'),
    caller('id', 'An id token there: it grants no scope', idToken, books, 403, 'error="insufficient_scope"'),
    caller('expired', 'An expired token', pool.mint({ defect: 'expired' }), me, 401, 'error="invalid_token"'),
    caller('mole', 'The token of a user', mole, me, 200, '"userId":"mole"'),
    caller('blocked', 'The same token after "block this user"', mole, me, 401, 'error="invalid_token"'),
    caller('forged', 'A forged token: alg is none', unsigned, me, 401, 'error="invalid_token"'),
    caller('lost', 'A good token, while Authing is down and no keys are there yet', lost, lostApi, 503, 'Retry-After'),
  ]
}
