import type { GuardOptions } from '../../guard/options.js'
import type { Json } from '../../testing/jws.js'
import type { UserPool } from '../../testing/user-pool.js'
import { invalid } from '../../testing/validation.js'
import { type Explanation, explain } from '../explain/explain.js'

/** The options of the guard that explains: the smallest ones for this pool, and what the page adds. */
function guardOptionsOf(pool: UserPool, { machines, legacy }: Json): GuardOptions {
  const { userPoolId: id, jwtSecret, guardOptions } = pool
  return {
    ...guardOptions,
    ...(machines === true ? { accessKeys: 'any', delegates: 'allow' } : {}),
    ...(legacy === true ? { userPool: { id, jwtSecret } } : {}),
  }
}

/** The pasted text is a token or a whole header. A token is explained as a client sends it. */
const asHeader = (text: string): string => (/\s/.test(text) ? text : `Bearer ${text}`)

/** Explains a token with a guard of this pool, check by check. */
export async function explanationOf(pool: UserPool, given: Json): Promise<Explanation> {
  const { token, language, reveal } = given
  if (typeof token !== 'string') throw invalid('token must be a string')
  return explain(asHeader(token), guardOptionsOf(pool, given), {
    language: language === 'zh' ? 'zh' : 'en',
    reveal: reveal === true,
  })
}
