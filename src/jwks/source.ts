import type { Json } from '../common/claims.js'
import { withDeadline } from '../common/deadline.js'
import { type Fetch, FetchError, fetchJson } from '../common/http.js'
import type { Algorithm } from '../crypto/algorithm.js'
import { type KeySet, readKeySet } from './key-set.js'

/** What a source is asked for, and what is known already. */
export interface KeyRequest {
  /** When it was fetched, in milliseconds since the epoch; undefined where it never was. */
  readonly fetchedAt: number | undefined
  /** Whether a token has a `kid` that the known keys lack: only the issuer can say whether it is a new one. */
  readonly isSought: boolean
  /** The `kid`s of keys that the issuer removed. */
  readonly removed: ReadonlySet<string | undefined>
}

/** The keys that a source found. */
export interface KeyResult {
  readonly set: KeySet
  /** When somebody else fetched it, in milliseconds since the epoch; left out where it was fetched now. */
  readonly fetchedAt?: number
  /** The error of the issuer, where it was asked first and failed. */
  readonly failure?: unknown
}

/**
 * Where an application's keys come from: the issuer, or another instance that has fetched them. One call, one answer, or
 * a {@link FetchError}.
 */
export type KeySource = (request: KeyRequest) => Promise<KeyResult>

/** How a JWKS is fetched. */
export interface FetchSettings {
  readonly fetch: Fetch
  /** Seconds for all of it: connecting, headers, body, and the second layout. */
  readonly timeout: number
  /** Bytes of the body, after any inflation. */
  readonly maxBytes: number
}

/**
 * The JWKS at the first of these URLs that is there. Authing has two layouts in the field,
 * `<issuer>/.well-known/jwks.json` and `<origin>/<appId>/oidc/.well-known/jwks.json`: only a 404 leads to the second.
 */
export function remoteSource(
  [first, second]: readonly [string, ...string[]],
  allowed: ReadonlySet<Algorithm>,
  { fetch, timeout, maxBytes }: FetchSettings,
): KeySource {
  const tooLate = () => new FetchError(`${first} did not answer within ${timeout} s`, 'timeout')
  return () =>
    withDeadline(timeout, tooLate, async (signal) => {
      const read = async (url: string) => resultOf(await fetchJson(url, fetch, signal, maxBytes), url, allowed)
      try {
        return await read(first)
      } catch (error) {
        if (second === undefined || !(error instanceof FetchError) || error.status !== 404) throw error
        return await read(second)
      }
    })
}

/** Keys that the options give: nothing is fetched. */
export function staticSource(document: Json, allowed: ReadonlySet<Algorithm>): KeySource {
  return () => resultOf(document, 'the jwks option', allowed)
}

async function resultOf(document: Json, place: string, allowed: ReadonlySet<Algorithm>): Promise<KeyResult> {
  const set = await readKeySet(document, allowed)
  if ('fault' in set) throw new FetchError(`${place} ${set.words}`, set.fault)
  return { set }
}
