import type { GuardOptions } from '../../guard/options.js'
import type { Json } from '../../testing/jws.js'
import type { UserPool } from '../../testing/user-pool.js'
import { mistake } from '../../testing/validation.js'
import { type Explanation, explain } from '../explain/explain.js'

/** The options of the guard that a token is held against: the simplest one for this pool, and what the page adds. */
function guardOptionsOf(pool: UserPool, { machines, legacy }: Json): GuardOptions {
  const { userPoolId: id, jwtSecret, guardOptions } = pool
  return {
    ...guardOptions,
    ...(machines === true ? { accessKeys: 'any', delegates: 'allow' } : {}),
    ...(legacy === true ? { userPool: { id, jwtSecret } } : {}),
  }
}

/** What is pasted is a token, or all of a header: the page asks about the one as a client sends it. */
const asHeader = (text: string): string => (/\s/.test(text) ? text : `Bearer ${text}`)

/** What a guard of this pool makes of a token, check by check. */
export async function explanationOf(pool: UserPool, given: Json): Promise<Explanation> {
  const { token, language, reveal } = given
  if (typeof token !== 'string') throw mistake('token must be a string')
  return explain(asHeader(token), guardOptionsOf(pool, given), {
    language: language === 'zh' ? 'zh' : 'en',
    reveal: reveal === true,
  })
}
