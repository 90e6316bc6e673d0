import { isObject, type Json, own } from '../common/claims.js'
import { jwkOf } from '../jwks/key.js'
import { type KeySet, readKeySet } from '../jwks/key-set.js'
import type { KeyRequest, KeyResult, KeySource } from '../jwks/source.js'
import type { SharedKeySettings } from './contract.js'
import type { SharedStore } from './sealed-store.js'

/** Where and how the keys of one application are shared. */
interface SnapshotSettings extends SharedKeySettings {
  readonly store: SharedStore
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Seconds by which the clocks of instances may differ, and the part of `maxAge` that this is at most. */
const maxSkew = 60
const skewShare = 0.1
/** The part of `maxAge` in which a snapshot is as good as a fetch. */
const youth = 0.5

/**
 * Keys that instances fetch for one another. A young snapshot replaces a fetch, except where a token has an unknown
 * `kid`: only the issuer can answer that. An older snapshot serves while the issuer fails, in place of a set that was
 * fetched before it.
 */
export function sharedKeySource(issuer: KeySource, settings: SnapshotSettings): KeySource {
  const { lifetimes, now } = settings
  return async (request) => {
    const found = request.isSought ? undefined : await snapshotFor(request, settings)
    if (found !== undefined && now() - found.fetchedAt < 1000 * youth * lifetimes.maxAge) return found
    const began = now()
    try {
      const { set } = await issuer(request)
      const sharing = share(set, began, settings)
      // Otherwise the runtime would cancel it with the request.
      if (!lifetimes.canOutliveRequest) await sharing
      return { set }
    } catch (failure) {
      const other = found ?? (request.isSought ? await snapshotFor(request, settings) : undefined)
      if (other === undefined) throw failure
      return { ...other, failure }
    }
  }
}

/** The snapshot, if it is newer than the set in use and holds no key that the issuer has removed. */
async function snapshotFor(
  request: KeyRequest,
  settings: SnapshotSettings,
): Promise<Required<Pick<KeyResult, 'set' | 'fetchedAt'>> | undefined> {
  const { allowed, lifetimes, now } = settings
  const { maxAge, staleIfError } = lifetimes
  const found = await readSnapshot(settings)
  const time = now()
  const skew = 1000 * Math.min(maxSkew, skewShare * maxAge)
  if (found === undefined || found.at > time + skew || time - found.at >= 1000 * (maxAge + staleIfError))
    return undefined
  if (request.fetchedAt !== undefined && found.at <= request.fetchedAt + skew) return undefined
  const set = await readKeySet({ keys: found.keys }, allowed)
  if ('fault' in set || set.keys.some(({ kid }) => kid !== undefined && request.removed.has(kid))) return undefined
  return { set, fetchedAt: Math.min(found.at, time) }
}

/** Stores what was fetched, for the other instances; never in place of what was fetched later. */
async function share({ keys }: KeySet, at: number, settings: SnapshotSettings): Promise<void> {
  const { store, snapshotKey, lifetimes } = settings
  const there = await readSnapshot(settings)
  if (there !== undefined && there.at >= at) return
  await store.write('jwks', snapshotKey, { at, keys: keys.map(jwkOf) }, lifetimes.maxAge + lifetimes.staleIfError)
}

async function readSnapshot({ store, snapshotKey }: SnapshotSettings): Promise<{ at: number; keys: Json } | undefined> {
  const found = await store.read('jwks', snapshotKey)
  const value = found.state === 'found' && isObject(found.value) ? found.value : {}
  const at = own(value, 'at')
  const keys = own(value, 'keys')
  return typeof at === 'number' && keys !== undefined ? { at, keys } : undefined
}
