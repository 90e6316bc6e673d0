import type { Identity } from '../common/identity.js'

/**
 * Works something out once per identity, which all requests with the same token share. Not for one that somebody could
 * change: an identity that a guard made is frozen.
 */
export function memo<T extends {}>(make: (identity: Identity) => T): (identity: Identity) => T {
  const known = new WeakMap<Identity, T>()
  return (identity) => {
    const before = known.get(identity)
    if (before !== undefined) return before
    const made = make(identity)
    if (Object.isFrozen(identity)) known.set(identity, made)
    return made
  }
}
