import { type Role, type RoleOptions, readRoles } from './grants.js'
import type { Json } from './jws.js'
import { objectId } from './random.js'
import { choice, invalid, members, text } from './validation.js'

/**
 * What can be said about a user, in the words of Authing's user object (SDK `User`, GraphQL v2): a string or null each,
 * null where nothing is known. The OIDC claims follow from it (`photo` is the claim `picture`).
 */
export interface UserProfile {
  readonly username: string | null
  readonly nickname: string | null
  readonly name: string | null
  readonly givenName: string | null
  readonly familyName: string | null
  readonly middleName: string | null
  readonly preferredUsername: string | null
  readonly profile: string | null
  /** The picture's URL. */
  readonly photo: string | null
  readonly website: string | null
  /** `'U'` (unknown) unless told, as at Authing. */
  readonly gender: string | null
  readonly birthdate: string | null
  readonly zoneinfo: string | null
  readonly locale: string | null
  readonly email: string | null
  readonly emailVerified: boolean
  readonly phone: string | null
  readonly phoneVerified: boolean
  /** WeChat's ids of the user. */
  readonly unionid: string | null
  readonly openid: string | null
  readonly externalId: string | null
}

/** Introspection with `strict` calls the tokens of a user who is not `'Activated'` inactive. */
export type UserStatus = 'Activated' | 'Suspended' | 'Resigned' | 'Archived'

/** One user of the pool. */
export interface PoolUser extends UserProfile {
  readonly id: string
  readonly status: UserStatus
  /** ISO 8601, as in the claim `updated_at`. */
  readonly updatedAt: string
}

/** One user to be; all optional. `id` defaults to a fresh 24 hex characters, `status` to `'Activated'`. */
export interface UserOptions extends Partial<UserProfile> {
  readonly id?: string
  readonly status?: UserStatus
  /** What `has-any-role` answers by; no token tells of them. Default: none. */
  readonly roles?: readonly RoleOptions[]
}

const blank: UserProfile = {
  username: null,
  nickname: null,
  name: null,
  givenName: null,
  familyName: null,
  middleName: null,
  preferredUsername: null,
  profile: null,
  photo: 'https://files.authing.co/authing-console/default-user-avatar.png',
  website: null,
  gender: 'U',
  birthdate: null,
  zoneinfo: null,
  locale: null,
  email: null,
  emailVerified: false,
  phone: null,
  phoneVerified: false,
  unionid: null,
  openid: null,
  externalId: null,
}

const flags: readonly string[] = ['emailVerified', 'phoneVerified']
const fits = (name: string, value: unknown): boolean =>
  flags.includes(name) ? typeof value === 'boolean' : value === null || typeof value === 'string'

/** The members of `given` that a profile has and that have the right type. */
export const profileOf = (given: Json): Partial<UserProfile> =>
  Object.fromEntries(Object.keys(blank).flatMap((name) => (fits(name, given[name]) ? [[name, given[name]]] : [])))

/** A user whose every field is the blank one's. */
export const blankUser = (id: string, now: number): PoolUser => ({
  id,
  status: 'Activated',
  ...blank,
  updatedAt: new Date(now).toISOString(),
})

/** One of the option `users`. */
interface ReadUser {
  readonly user: PoolUser
  readonly roles: readonly Role[]
}

/** Reads one of the option `users`. Throws a TypeError on a field that no user has, or of the wrong type. */
export const readUser = (value: unknown, now: number): ReadUser => {
  const given = members(value, ['id', 'status', 'roles', ...Object.keys(blank)], 'a user')
  const wrong = Object.keys(blank).find((name) => given[name] !== undefined && !fits(name, given[name]))
  if (wrong !== undefined) {
    throw invalid(`a user's ${wrong} must be ${flags.includes(wrong) ? 'true or false' : 'a string or null'}`)
  }
  const { id, status, roles = [] } = given
  const user = Object.freeze({
    ...blankUser(text(id, "a user's id", objectId), now),
    status: choice(status, ['Activated', 'Suspended', 'Resigned', 'Archived'], "a user's status"),
    ...profileOf(given),
  })
  return { user, roles: readRoles(roles) }
}

/** The OIDC claims of a user, nulls kept, in the order of Authing's own tokens. */
export const profileClaims = (user: PoolUser): Json => ({
  sub: user.id,
  birthdate: user.birthdate,
  family_name: user.familyName,
  gender: user.gender,
  given_name: user.givenName,
  locale: user.locale,
  middle_name: user.middleName,
  name: user.name,
  nickname: user.nickname,
  picture: user.photo,
  preferred_username: user.preferredUsername,
  profile: user.profile,
  updated_at: user.updatedAt,
  website: user.website,
  zoneinfo: user.zoneinfo,
  email: user.email,
  email_verified: user.emailVerified,
  phone_number: user.phone,
  phone_number_verified: user.phoneVerified,
})
