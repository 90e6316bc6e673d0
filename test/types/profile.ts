import type { Guard, Identity, JsonObject } from 'authing-guard'
import type { ExpressGuard } from 'authing-guard/express'
import {
  createProfiles,
  isProfileError,
  type ManagementProfiles,
  type Profile,
  type ProfileFault,
  type Profiles,
} from 'authing-guard/profile'
import type { Request } from 'express'

// The types of profiles: what each source offers, and what a profile has.

declare const guard: ExpressGuard
declare const optional: ExpressGuard<Identity | undefined>
declare const request: Request
declare const identity: Identity
declare const typed: Identity<{ email: string }>
declare const typedGuard: Guard<{ email: string }>

const profiles: Profiles = createProfiles(guard, { from: 'userinfo', cacheSeconds: 30 })
createProfiles(optional, { from: 'userinfo' }) satisfies Profiles
const managed: ManagementProfiles = createProfiles(guard, {
  from: 'management',
  accessKeyId: '',
  accessKeySecret: '',
  host: undefined,
})

profiles.of(request) satisfies Promise<Profile | undefined>
profiles.of(request.headers.authorization) satisfies Promise<Profile | undefined>
profiles.of(new Headers().get('authorization')) satisfies Promise<Profile | undefined>
managed.ofIdentity(identity) satisfies Promise<Profile | undefined>
managed.ofIdentity(typed) satisfies Promise<Profile | undefined>
createProfiles(typedGuard, { from: 'userinfo' }) satisfies Profiles

declare const profile: Profile
profile.emailVerified satisfies boolean
profile.email satisfies string | undefined
profile.raw satisfies JsonObject
// @ts-expect-error: a user may have no email
profile.email satisfies string
// @ts-expect-error: a profile is frozen
profile.name = 'Mole'

export function faultOf(error: unknown): ProfileFault | undefined {
  return isProfileError(error) ? error.reason : undefined
}

// @ts-expect-error: the userinfo endpoint needs a token
profiles.ofIdentity(identity)
// @ts-expect-error: from must be named
createProfiles(guard, {})
// @ts-expect-error: an access key has a secret
createProfiles(guard, { from: 'management', accessKeyId: '' })
// @ts-expect-error: the access key is for the management API
createProfiles(guard, { from: 'userinfo', accessKeyId: '' })
// @ts-expect-error: options are not a guard
createProfiles({ issuer: '', appId: '' }, { from: 'userinfo' })
