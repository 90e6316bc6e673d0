import { type ApplicationOptions, createGuard, type Guard, GuardError, type GuardEvent } from 'authing-guard'
import { expect } from 'vitest'
import { type Jwk, keyPair, type Pair, type Part, tokenBy } from './forge.js'

// One application as all these tests know it, and what a guard of it must answer.

export const issuer = 'https://my-app.authing.cn/oidc'
export const appId = '5f17a529f64fb009b794a2ff'
export const accessKey = '6050751aed0f29bf7723c7a8'
export const userId = '5f719946524ee1099229496b'
/** The tests' present, in milliseconds and in seconds. */
export const now = 1_700_000_000_000
export const today = now / 1000

const times = { iat: today - 60, exp: today + 3600 }
/** What Authing puts into an id token, an access token, and an access key's token. */
export const idClaims = { iss: issuer, aud: appId, sub: userId, ...times, nonce: 'n-0S6_WzA2Mj', name: null }
export const accessClaims = { iss: issuer, aud: appId, sub: userId, ...times, jti: 'rpGXWLAt0Ud0', scope: 'openid' }
export const machineClaims = { iss: issuer, aud: accessKey, azp: appId, ...times, jti: 'IvY41hMW', scope: 'order:read' }

/** Claims without some of them. */
export function without(claims: object, ...names: readonly string[]): object {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)))
}

export interface World {
  readonly guard: Guard
  readonly events: GuardEvent[]
  /** Addresses that were asked for: none, where the keys are given. */
  readonly fetched: string[]
}

type Options = Partial<ApplicationOptions> & { readonly [option: string]: unknown }

/** The options of a guard that trusts these keys; more options go on top, undefined ones out. */
export function optionsWith(keys: readonly Jwk[], more: Options = {}): ApplicationOptions {
  const options = { issuer, appId, jwks: { keys }, now: () => now, ...more }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}

/** A guard that trusts these keys, at `now`, with the network pulled out. */
export function worldWith(keys: readonly Jwk[], more: Options = {}): World {
  const events: GuardEvent[] = []
  const fetched: string[] = []
  const guard = createGuard(
    optionsWith(keys, {
      onEvent: (event: GuardEvent) => events.push(event),
      fetch: async (url: string) => {
        fetched.push(url)
        throw new TypeError('there is no network here')
      },
      ...more,
    }),
  )
  return { guard, events, fetched }
}

export const challengeOf401 =
  'Bearer realm="authing", error="invalid_token", error_description="The access token is malformed, expired, or not valid here."'
export const challengeOf400 =
  'Bearer realm="authing", error="invalid_request", error_description="The Authorization header is malformed, or there is more than one."'

/** The error that a promise is rejected with, which must be a guard's. */
export async function refusalOf(verdict: Promise<unknown>): Promise<GuardError> {
  const error = await verdict.then(
    (identity) => new Error(`this was let in: ${JSON.stringify(identity)}`),
    (reason: unknown) => reason,
  )
  if (error instanceof GuardError) return error
  throw error
}

/** A token is refused with the one 401 there is, and for one of these reasons where any are given. */
export async function expect401(guard: Guard, token: string, ...reasons: readonly string[]): Promise<GuardError> {
  const error = await refusalOf(guard.verifyToken(token))
  expect(error.status, error.detail).toBe(401)
  expect(error.toJSON().error).toBe('invalid_token')
  expect(error.headers).toEqual({ 'WWW-Authenticate': challengeOf401, 'Cache-Control': 'no-store' })
  if (reasons.length > 0) expect(reasons, error.detail).toContain(error.reason)
  return error
}

/** A guard that lets this token in: else a test of what it refuses says nothing. */
export async function expectAdmitted(guard: Guard, token: string): Promise<void> {
  await expect(guard.verifyToken(token)).resolves.toMatchObject({ claims: { iss: issuer } })
}

const homeKeys = new Map<string, Pair>()

/** A world of one key, which is the same in a whole file, and tokens by it. */
export function home(more: Options = {}, alg = 'RS256') {
  const key = homeKeys.get(alg) ?? keyPair(alg, `kid-${alg}`)
  homeKeys.set(alg, key)
  const token = (claims: Part = idClaims, header: object = {}) => tokenBy(key, claims, header)
  return { key, token, ...worldWith([key.jwk], more) }
}
