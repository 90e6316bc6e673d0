import { freezeDeep, type JsonObject, own } from '../common/claims.js'

/**
 * The profile of a user, frozen. What the user never filled in, and what is not of the type here, is absent. It is
 * personal data: log `userId`, not the profile.
 */
export interface Profile {
  /** The user's ID: always that of the caller's token. */
  readonly userId: string
  /** The full name. */
  readonly name?: string
  readonly nickname?: string
  readonly username?: string
  /** The address of a picture. Anyone may have chosen it. */
  readonly picture?: string
  readonly email?: string
  /** True only where Authing says so. */
  readonly emailVerified: boolean
  /** As Authing has it, mostly without a country code. */
  readonly phone?: string
  /** True only where Authing says so. */
  readonly phoneVerified: boolean
  /** `M`, `F` or `U` (unknown). */
  readonly gender?: string
  readonly birthdate?: string
  /**
   * All of Authing's answer, as it was sent, nulls kept: OIDC's claims with `'userinfo'`, the user object of the
   * management API with `'management'`. Left out of `JSON.stringify` and `util.inspect`.
   */
  readonly raw: JsonObject
}

type TextName = 'name' | 'nickname' | 'username' | 'picture' | 'email' | 'phone' | 'gender' | 'birthdate'

/** Where a kind of answer has the members of a profile: the first of the names that holds a text counts. */
interface Names extends Readonly<Record<TextName, readonly string[]>> {
  readonly id: string
  readonly emailVerified: string
  readonly phoneVerified: string
}

/** OpenID Connect Core, 5.1; `username` is Authing's own (docs: oidc-scope). */
const claimNames: Names = {
  id: 'sub',
  name: ['name'],
  nickname: ['nickname'],
  username: ['username', 'preferred_username'],
  picture: ['picture'],
  email: ['email'],
  emailVerified: 'email_verified',
  phone: ['phone_number'],
  phoneVerified: 'phone_number_verified',
  gender: ['gender'],
  birthdate: ['birthdate'],
}

/** `UserDto` of Authing's Node SDK, 4.0.2. */
const userNames: Names = {
  ...claimNames,
  id: 'userId',
  username: ['username', 'preferredUsername'],
  picture: ['photo'],
  emailVerified: 'emailVerified',
  phone: ['phone'],
  phoneVerified: 'phoneVerified',
}

/** Reads the claims of the userinfo endpoint; undefined where they are another user's (OIDC Core, 5.3.2). */
export function profileOfClaims(claims: JsonObject, userId: string): Profile | undefined {
  return profileOf(claims, userId, claimNames)
}

/** Reads a user object of the management API; undefined where it is another user's. */
export function profileOfUser(user: JsonObject, userId: string): Profile | undefined {
  return profileOf(user, userId, userNames)
}

function profileOf(raw: JsonObject, userId: string, names: Names): Profile | undefined {
  if (own(raw, names.id) !== userId) return undefined
  const text = (name: TextName): Partial<Record<TextName, string>> => {
    const value = names[name].map((one) => own(raw, one)).find((one) => typeof one === 'string' && one !== '')
    return typeof value === 'string' ? { [name]: value } : {}
  }
  const profile = {
    userId,
    ...text('name'),
    ...text('nickname'),
    ...text('username'),
    ...text('picture'),
    ...text('email'),
    emailVerified: own(raw, names.emailVerified) === true,
    ...text('phone'),
    phoneVerified: own(raw, names.phoneVerified) === true,
    ...text('gender'),
    ...text('birthdate'),
  }
  // Not enumerable: what an answer with a profile in it shows should be what the type names.
  Object.defineProperty(profile, 'raw', { value: freezeDeep(raw) })
  return Object.freeze(profile) as Profile
}
