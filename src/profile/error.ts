/**
 * Why there is no profile. `'unavailable'`: Authing did not answer, or with nothing that can be used; try again later.
 * `'refused'`: it answered, and gives no profile for this token or user.
 */
export type ProfileFault = 'unavailable' | 'refused'

/** Why a question was not answered. Shared by all who waited for the answer. */
export class Failure {
  constructor(
    readonly reason: ProfileFault,
    /** For the developer's log. It holds no token, no secret and nothing of a profile. */
    readonly detail: string,
    /** Seconds; undefined where trying again soon is of no use. */
    readonly retryAfter?: number,
  ) {}
}

/** Registered, so that all copies of the package in a process know each other's errors. */
const brand = Symbol.for('authing-guard.profile-error')

/**
 * There is no profile now. The request was admitted all the same: the handler decides whether it can go on without a
 * profile. Where it does not catch this, Express, Koa and Fastify answer 503 from `status` and `headers`.
 *
 * It holds no token, no secret and nothing of a profile; `detail` is not enumerable.
 */
export class ProfileError extends Error {
  override readonly name = 'ProfileError'
  /** Why, from a closed list. */
  readonly reason: ProfileFault
  /** The HTTP status of a request that cannot be answered without the profile. */
  readonly status = 503
  /** The same, under the name that Fastify and http-errors read. */
  readonly statusCode = 503
  /** `Cache-Control`, and `Retry-After` (1 to 30 s) where `reason` is `'unavailable'`. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether `message` may be shown to the client: no. */
  readonly expose = false
  readonly #failure: Failure

  /** @hidden Only `createProfiles` makes one. */
  constructor(failure: Failure) {
    super('The profile of the caller is not available.')
    const { reason, retryAfter } = failure
    this.reason = reason
    const retry = retryAfter === undefined ? {} : { 'Retry-After': `${retryAfter}` }
    this.headers = Object.freeze({ ...retry, 'Cache-Control': 'no-store' })
    this.#failure = failure
  }

  /** @hidden */
  get [brand](): true {
    return true
  }

  /** For the developer's log: the address that was asked, and what happened. Not enumerable. */
  get detail(): string {
    return this.#failure.detail
  }
}

/**
 * Whether an error says that there is no profile now, from any copy of this package in the process.
 *
 * @example
 * ```ts
 * import { isProfileError } from 'authing-guard/profile'
 *
 * const profile = await profiles.of(req).catch((error) => {
 *   if (!isProfileError(error)) throw error
 *   return undefined
 * })
 * ```
 */
export function isProfileError(error: unknown): error is ProfileError {
  return typeof error === 'object' && error !== null && Reflect.get(error, brand) === true
}
