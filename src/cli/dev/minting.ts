import type { Json } from '../../testing/jws.js'
import { parseJson } from '../../testing/jws.js'
import type { UserPool } from '../../testing/user-pool.js'
import { invalid } from '../../testing/validation.js'

/** Issues a token of any kind, opaque ones too. Throws the TypeError of the pool if it cannot. */
export function mintFor(pool: UserPool, given: Json): string {
  const { type, ...rest } = given
  // The pool checks its options at run time as unknown values.
  return type === 'opaque' ? pool.mintOpaque(rest) : pool.mint(given)
}

const object = (text: string, name: string): Json => {
  const value = parseJson(text)
  if (value === undefined) throw invalid(`${name} must be a JSON object`)
  return value
}

const readers: Readonly<Record<string, (text: string, name: string) => unknown>> = {
  expiresIn: Number,
  claims: object,
  header: object,
}

/** The options of `mint`, from a query: `?type=id_token&expiresIn=60&claims={"nickname":"Ada"}`. */
export const mintOptionsOf = (query: URLSearchParams): Json =>
  Object.fromEntries([...query].map(([name, text]) => [name, readers[name]?.(text, name) ?? text]))
