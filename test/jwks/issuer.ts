import { createGuard, type GuardEvent, type GuardOptions } from 'authing-guard'
import { keyPair, type Pair, tokenBy } from '../support/forge.js'

const issuer = 'https://my-app.authing.cn/oidc'
const appId = '5f17a529f64fb009b794a2ff'

/** An RS256 key of the issuer, or of somebody who uses its `kid`. */
export const issuerKey = (kid: string): Pair => keyPair('RS256', kid)

/** An id token of one user that such a key signs `at` this time, in milliseconds; it is good for 30 days. */
export function userToken(key: Pair, at: number, claims: object = {}): string {
  const times = { iat: at / 1000, exp: at / 1000 + 30 * 86_400 }
  return tokenBy(key, { iss: issuer, aud: appId, sub: 'user-1', ...times, ...claims })
}

export type Answer = () => Response | Promise<Response>

export const jwksAnswer =
  (...keys: readonly { readonly jwk: object }[]): Answer =>
  () =>
    Response.json({ keys: keys.map(({ jwk }) => jwk) })

/** The failure of a fetch as the platform tells it, with the code of its cause. */
export const failing =
  (code: string): Answer =>
  () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }))

/** A guard whose clock and issuer are the test's. */
export function guardAt(answer: Answer, options: Partial<GuardOptions> & { random?: never } = {}) {
  const world = {
    now: 1_700_000_000_000,
    answer,
    fetched: [] as string[],
    events: [] as GuardEvent[],
    wait(seconds: number) {
      world.now += seconds * 1000
    },
  }
  const guard = createGuard({
    issuer,
    appId,
    tokenCache: false,
    now: () => world.now,
    onEvent: (event: GuardEvent) => {
      world.events.push(event)
    },
    fetch: async (url: string) => {
      world.fetched.push(url)
      return world.answer()
    },
    ...options,
  } as GuardOptions)
  return { guard, world }
}

/** Lets everything that is under way settle, without any time. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
