import { contentsOf } from '../common/part.js'
import type { GuardOptions } from '../guard/options.js'
import type { IntrospectionContents } from '../introspection/contract.js'
import type { IntrospectionOptions } from '../introspection/options.js'

/** The options of a guard's introspection, as its part was made with; undefined if there is none. */
export function introspectionOptionsOf({ introspection }: GuardOptions): IntrospectionOptions | undefined {
  if (introspection === undefined) return undefined
  return contentsOf<IntrospectionContents>(introspection, 'introspection', 'introspection').options
}
