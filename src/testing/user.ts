import { type Role, type RoleOptions, readRoles } from './grants.js'
import type { Json } from './jws.js'
import { objectId } from './random.js'
import { choice, invalid, members, text } from './validation.js'

/**
 * The profile of a user, with the fields of Authing's user object (SDK `User`, GraphQL v2). Null means unknown. The
 * OIDC claims come from it (`photo` is the claim `picture`).
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
  /** Default: `'U'` (unknown), as at Authing. */
  readonly gender: string | null
  readonly birthdate: string | null
  readonly zoneinfo: string | null
  readonly locale: string | null
  readonly email: string | null
  readonly emailVerified: boolean
  readonly phone: string | null
  readonly phoneVerified: boolean
  /** The ids of the user at WeChat. */
  readonly unionid: string | null
  readonly openid: string | null
  readonly externalId: string | null
}

/** With `strict`, introspection reports the tokens of a user as inactive unless the user is `'Activated'`. */
export type UserStatus = 'Activated' | 'Suspended' | 'Resigned' | 'Archived'

/** One user of the pool. */
export interface PoolUser extends UserProfile {
  readonly id: string
  readonly status: UserStatus
  /** ISO 8601, as in the claim `updated_at`. */
  readonly updatedAt: string
}

/** The options of a user. `id` defaults to 24 random hex characters, `status` to `'Activated'`. */
export interface UserOptions extends Partial<UserProfile> {
  readonly id?: string
  readonly status?: UserStatus
  /** For `has-any-role`; tokens do not contain them. Default: none. */
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

/** The profile fields in `given` that have the right type. */
export const profileOf = (given: Json): Partial<UserProfile> =>
  Object.fromEntries(Object.keys(blank).flatMap((name) => (fits(name, given[name]) ? [[name, given[name]]] : [])))

/** A user with an empty profile. */
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

/** Reads one of the option `users`. Throws a TypeError on an unknown field or a wrong type. */
export const readUser = (value: unknown, now: number): ReadUser => {
  const given = members(value, ['id', 'status', 'roles', ...Object.keys(blank)], 'a user')
  const mistyped = Object.keys(blank).find((name) => given[name] !== undefined && !fits(name, given[name]))
  if (mistyped !== undefined) {
    throw invalid(`a user's ${mistyped} must be ${flags.includes(mistyped) ? 'true or false' : 'a string or null'}`)
  }
  const { id, status, roles = [] } = given
  const user = Object.freeze({
    ...blankUser(text(id, "a user's id", objectId), now),
    status: choice(status, ['Activated', 'Suspended', 'Resigned', 'Archived'], "a user's status"),
    ...profileOf(given),
  })
  return { user, roles: readRoles(roles) }
}

/** Which of them each scope grants at the userinfo endpoint (OpenID Connect Core 1.0 section 5.4). */
const claimsOfScopes: Readonly<Record<string, RegExp>> = {
  profile: /^(?!email|phone)/,
  email: /^email/,
  phone: /^phone/,
}

/** The claims of a user that the scopes of an access token grant. */
export const grantedClaims = (user: PoolUser, scopes: readonly string[]): Json => {
  const granted = scopes.flatMap((scope) => (Object.hasOwn(claimsOfScopes, scope) ? [claimsOfScopes[scope]] : []))
  const claims = Object.entries(profileClaims(user))
  return Object.fromEntries(claims.filter(([name]) => name === 'sub' || granted.some((names) => names?.test(name))))
}

/** The OIDC claims of a user, null values included, in the order of Authing's tokens. */
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
