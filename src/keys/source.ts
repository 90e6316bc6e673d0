import type { Json } from '../core/claims.js'
import { withDeadline } from '../core/deadline.js'
import { type Fetch, FetchError, fetchJson } from '../core/http.js'
import type { Algorithm } from '../verify/algorithm.js'
import { type KeySet, readKeySet } from './key-set.js'

/** Where an application's keys come from: one call, one answer, or a {@link FetchError}. */
export type KeySource = () => Promise<KeySet>

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
export function jwksSource(
  urls: readonly [string, ...string[]],
  allowed: ReadonlySet<Algorithm>,
  { fetch, timeout, maxBytes }: FetchSettings,
): KeySource {
  const [first, second] = urls
  const tooLate = () => new FetchError(`${first} did not answer within ${timeout} s`, 'transport')
  return () =>
    withDeadline(timeout, tooLate, async (signal) => {
      const read = async (url: string) => {
        const set = await readKeySet(await fetchJson(url, fetch, signal, maxBytes), allowed)
        if (set === undefined) throw new FetchError(`${url} holds no key that verifies signatures here`, 'answer')
        return set
      }
      try {
        return await read(first)
      } catch (error) {
        if (second === undefined || !(error instanceof FetchError) || error.status !== 404) throw error
        return await read(second)
      }
    })
}

/** Keys that the options give: nothing is fetched. */
export function givenSource(document: Json, allowed: ReadonlySet<Algorithm>): KeySource {
  return async () => {
    const set = await readKeySet(document, allowed)
    if (set === undefined) throw new FetchError('the jwks option holds no key that the platform imports', 'answer')
    return set
  }
}
