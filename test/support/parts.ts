import { introspection } from 'authing-guard/introspection'
import { sharedStore } from 'authing-guard/store'
import { isPart } from '../../src/common/part.js'

const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null && !isPart(value)

/** Options as a user writes them, from options whose `introspection` and `store` hold what their parts are made of. */
export function withParts<Options>(options: Options): Options {
  if (!isPlain(options)) return options
  const asking: unknown = Reflect.get(options, 'introspection')
  const store: unknown = Reflect.get(options, 'store')
  if (!isPlain(asking) && !isPlain(store)) return options
  return {
    ...options,
    ...(isPlain(asking) && { introspection: introspection(asking) }),
    ...(isPlain(store) && { store: sharedStore(store as never) }),
  }
}
