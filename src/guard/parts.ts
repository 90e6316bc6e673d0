import { configError } from '../common/config-error.js'
import { contentsOf } from '../common/part.js'
import type { IntrospectionContents } from '../introspection/contract.js'
import type { StoreContents } from '../store/contract.js'
import type { ConfiguredApplication } from '../token/application.js'

// The parts that a user passes to a guard. They are known by their contracts alone, which are types: a guard without a
// part must not carry its code.

/** The contents of the `store` option; undefined if it is left out. @throws {TypeError} */
export function storePartOf(value: unknown): StoreContents | undefined {
  return value === undefined ? undefined : contentsOf<StoreContents>(value, 'store', 'store')
}

/** The contents of the `introspection` option; undefined if it is left out. @throws {TypeError} */
export function introspectionPartOf(
  value: unknown,
  configured: readonly ConfiguredApplication[],
  hasLegacyPool: boolean,
): IntrospectionContents | undefined {
  if (value === undefined) {
    const own = configured.find((one) => one.given.get('introspection') !== undefined)
    const what = "needs the guard's option introspection: introspection({ ... }) of authing-guard/introspection"
    if (own !== undefined) throw own.given.invalid('introspection', what)
    return undefined
  }
  const part = contentsOf<IntrospectionContents>(value, 'introspection', 'introspection')
  if (part.when === 'always' && hasLegacyPool)
    throw configError("introspection.when is 'always', and the issuer cannot be asked about the tokens of userPool")
  return part
}
