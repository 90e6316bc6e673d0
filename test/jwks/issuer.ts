import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createGuard, type GuardEvent, type GuardOptions } from 'authing-guard'

/** One RSA key pair for a whole file: generating one takes a tenth of a second. */
export function keyPair(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } }
}

export type KeyPair = ReturnType<typeof keyPair>

const issuer = 'https://my-app.authing.cn/oidc'
const appId = '5f17a529f64fb009b794a2ff'

export function tokenBy(
  key: { readonly kid: string; readonly privateKey: KeyObject },
  at: number,
  claims: object = {},
) {
  const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = { alg: 'RS256', typ: 'JWT', kid: key.kid }
  const times = { iat: at / 1000, exp: at / 1000 + 30 * 86_400 }
  const input = `${segment(header)}.${segment({ iss: issuer, aud: appId, sub: 'user-1', ...times, ...claims })}`
  return `${input}.${sign('sha256', Buffer.from(input), key.privateKey).toString('base64url')}`
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
    cache: false,
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
