/**
 * A WeakMap that every copy of this package in the process shares: the ESM build, the CJS build, other installed
 * versions. It is a property of `globalThis` under a registered symbol, which nobody can replace or delete.
 *
 * Where `globalThis` cannot be extended, or something else has taken the symbol, the map belongs to this copy alone:
 * copies then do not know of each other, which admits nobody.
 */
export function processWideMap<Value>(name: string): WeakMap<object, Value> {
  const key = Symbol.for(name)
  const existing = Object.getOwnPropertyDescriptor(globalThis, key)?.value
  if (existing instanceof WeakMap) return existing
  const map = new WeakMap<object, Value>()
  Reflect.defineProperty(globalThis, key, { value: map, enumerable: false, writable: false, configurable: false })
  return map
}

/** The same, looked up at the first call: importing the package changes nothing in the process. */
export function lazyProcessWideMap<Value>(name: string): () => WeakMap<object, Value> {
  let map: WeakMap<object, Value> | undefined
  return () => {
    map ??= processWideMap(name)
    return map
  }
}
