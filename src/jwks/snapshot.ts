import { isObject, type Json, type JsonObject, own } from '../common/claims.js'
import type { Algorithm } from '../crypto/algorithm.js'
import type { SharedStore } from '../store/shared-store.js'
import { jwkOf } from './key.js'
import { type KeySet, readKeySet } from './key-set.js'
import type { KeyLifetimes } from './lifetimes.js'
import type { KeyFetcher, KeyRequest, KeyResult, KeySource } from './source.js'

/** Where and how the keys of one application are shared. */
export interface SnapshotSettings {
  readonly store: SharedStore
  /** Whose keys they are: everything on which it depends what a fetch brings. */
  readonly place: string
  readonly allowed: ReadonlySet<Algorithm>
  readonly lifetimes: KeyLifetimes
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Seconds by which clocks of instances may differ, and the part of `maxAge` that it is at the most. */
const mostSkew = 60
const skewShare = 0.1
/** The part of `maxAge` in which a snapshot is as good as a fetch. */
const youth = 0.5

/**
 * Keys that instances fetch for one another. A snapshot that another one has fetched a while ago stands for a fetch,
 * but not where a token has a `kid` that nobody knows here: that is for the issuer to say. An older one, by the time
 * that it was fetched, serves where the issuer fails, and only in place of one that is older still.
 */
export function sharedSource(fetch: KeyFetcher, settings: SnapshotSettings): KeySource {
  const { lifetimes, now } = settings
  return async (request) => {
    const found = request.isSought ? undefined : await snapshotFor(request, settings)
    if (found !== undefined && ageOf(found, now()) < youth * lifetimes.maxAge) return found
    const began = now()
    let set: KeySet
    try {
      set = await fetch()
    } catch (failure) {
      const other = found ?? (request.isSought ? await snapshotFor(request, settings) : undefined)
      if (other === undefined) throw failure
      return { ...other, failure }
    }
    const sharing = share(set, began, settings)
    // Where it would end with the request.
    if (!lifetimes.canOutliveRequest) await sharing
    return { set }
  }
}

/** What the store has, where it is newer than what there is and holds nothing that the issuer took away. */
async function snapshotFor(
  request: KeyRequest,
  settings: SnapshotSettings,
): Promise<Required<Pick<KeyResult, 'set' | 'fetchedAt'>> | undefined> {
  const { allowed, lifetimes, now } = settings
  const { maxAge, staleIfError } = lifetimes
  const found = await readSnapshot(settings)
  const time = now()
  const skew = 1000 * Math.min(mostSkew, skewShare * maxAge)
  if (found === undefined || found.at > time + skew || time - found.at >= 1000 * (maxAge + staleIfError))
    return undefined
  if (request.fetchedAt !== undefined && found.at <= request.fetchedAt + skew) return undefined
  const set = await readKeySet({ keys: found.keys }, allowed)
  if ('fault' in set || set.keys.some(({ kid }) => kid !== undefined && request.removed.has(kid))) return undefined
  return { set, fetchedAt: Math.min(found.at, time) }
}

/** Puts what was fetched there, for the others; never in place of what was fetched later. */
async function share({ keys }: KeySet, at: number, settings: SnapshotSettings): Promise<void> {
  const { store, place, lifetimes } = settings
  const there = await readSnapshot(settings)
  if (there !== undefined && there.at >= at) return
  await store.write('jwks', place, { at, keys: keys.map(jwkOf) }, lifetimes.maxAge + lifetimes.staleIfError)
}

async function readSnapshot({ store, place }: SnapshotSettings): Promise<{ at: number; keys: Json } | undefined> {
  const found = await store.read('jwks', place)
  return found.state === 'found' && isObject(found.value) ? partsOf(found.value) : undefined
}

function partsOf(value: JsonObject): { at: number; keys: Json } | undefined {
  const at = own(value, 'at')
  const keys = own(value, 'keys')
  return typeof at === 'number' && keys !== undefined ? { at, keys } : undefined
}

function ageOf({ fetchedAt }: { readonly fetchedAt: number }, now: number): number {
  return (now - fetchedAt) / 1000
}
