import { tokenTypes } from '../../testing/claims.js'
import type { Json } from '../../testing/jws.js'
import { parseJson } from '../../testing/jws.js'
import type { UserPool } from '../../testing/user-pool.js'
import { invalid } from '../../testing/validation.js'

const types: readonly string[] = [...tokenTypes, 'opaque']

/**
 * Issues a token of any kind, opaque ones too, for a user and an access key of the pool: a mistyped id is an error here,
 * whereas a test may want a token of a user that the pool does not have. Throws the TypeError of the pool if it cannot.
 */
export function mintFor(pool: UserPool, given: Json): string {
  const { type, ...rest } = given
  const { userId, accessKeyId } = rest
  if (type !== undefined && !types.some((one) => one === type)) {
    throw invalid(`type must be one of ${types.map((one) => `'${one}'`).join(', ')}`)
  }
  const users = pool.users.map(({ id }) => id)
  const keys = pool.accessKeys.map((key) => key.accessKeyId)
  if (userId !== undefined && !users.some((id) => id === userId)) throw unknown('user', userId, users)
  if (accessKeyId !== undefined && !keys.some((id) => id === accessKeyId))
    throw unknown('access key', accessKeyId, keys)
  // The pool checks its options at run time as unknown values.
  return type === 'opaque' ? pool.mintOpaque(rest) : pool.mint(given)
}

const unknown = (what: string, id: unknown, ids: readonly string[]): TypeError =>
  invalid(`the pool has no ${what} '${id}'; it has ${ids.map((one) => `'${one}'`).join(', ')}`)

const object = (text: string, name: string): Json => {
  const value = parseJson(text)
  if (value === undefined) throw invalid(`${name} must be a JSON object`)
  return value
}

const readers = new Map<string, (text: string, name: string) => unknown>([
  ['expiresIn', Number],
  ['claims', object],
  ['header', object],
])

/** The options of `mint`, from a query: `?type=id_token&expiresIn=60&claims={"nickname":"Ada"}`. */
export const mintOptionsOf = (query: URLSearchParams): Json =>
  Object.fromEntries([...query].map(([name, text]) => [name, readers.get(name)?.(text, name) ?? text]))
