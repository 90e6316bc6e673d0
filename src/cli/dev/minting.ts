import type { Json } from '../../testing/jws.js'
import { parseJson } from '../../testing/jws.js'
import type { UserPool } from '../../testing/user-pool.js'
import { mistake } from '../../testing/validation.js'

/** A token of any kind, opaque ones too. Throws the pool's TypeError where it cannot be. */
export function mintFor(pool: UserPool, given: Json): string {
  const { type, ...rest } = given
  // The pool reads its options as unknown values, whatever their type says.
  return type === 'opaque' ? pool.mintOpaque(rest) : pool.mint(given)
}

const object = (text: string, name: string): Json => {
  const value = parseJson(text)
  if (value === undefined) throw mistake(`${name} must be a JSON object`)
  return value
}

const readers: Readonly<Record<string, (text: string, name: string) => unknown>> = {
  expiresIn: Number,
  claims: object,
  header: object,
}

/** What `mint` takes, from a query: `?type=id_token&expiresIn=60&claims={"nickname":"Ada"}`. */
export const mintOptionsOf = (query: URLSearchParams): Json =>
  Object.fromEntries([...query].map(([name, text]) => [name, readers[name]?.(text, name) ?? text]))
