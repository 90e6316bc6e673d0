import { Management } from '../authing/management.js'
import { managementSettingsOf } from '../authing/settings.js'
import type { ClockAndRandom } from '../common/clock.js'
import { configError } from '../common/config-error.js'
import { guardError } from '../common/errors.js'
import type { Identity } from '../common/identity.js'
import { Refusal } from '../common/refusal.js'
import type { AnyGuard } from '../guard/contract.js'
import { cancelsWorkAfterResponse } from '../guard/environment.js'
import { settingsOfGuard } from '../guard/guard.js'
import type { Caller } from '../guard/pipeline.js'
import type { Settings } from '../guard/settings.js'
import { Callers } from './callers.js'
import { ProfileLookup } from './lookup.js'
import { type ManagementProfileOptions, type ProfileOptions, profileSettingsOf } from './options.js'
import type { Profile } from './profile.js'
import { managementQuestion, type Person, userinfoQuestion } from './sources.js'

/** Looks up the profiles of callers. {@link createProfiles} makes one. */
export interface Profiles {
  /**
   * The profile of who calls: of the request that the guard has admitted, as an Express or Nest handler gets it, or a Koa
   * context; or of the value of an Authorization header, for fetch handlers and functions. The token is verified by the
   * guard again, from its caches where it can. Undefined for a machine and for an anonymous caller, who have no profile.
   *
   * @throws {ProfileError} where there is no profile now.
   * @throws {GuardError} where the token is not valid, or not any more: 401, or 503 for an outage.
   * @throws {TypeError} where the guard has not admitted the request.
   */
  of(caller: object | string | null | undefined): Promise<Profile | undefined>
}

/** Profiles by an access key, which need no token of the user. */
export interface ManagementProfiles extends Profiles {
  /**
   * The profile of an identity of the guard: where there is no request any more, as in a job. A user who was revoked with
   * `guard.revoke` has none; `isRevoked` and introspection need a token, and are not asked. Undefined for a machine.
   *
   * @throws {ProfileError} where there is no profile now.
   * @throws {GuardError} 401 where the identity was revoked, 503 where the store does not say.
   * @throws {TypeError} for what is no identity.
   */
  ofIdentity(identity: Identity<object>): Promise<Profile | undefined>
}

/**
 * Looks up who the caller is to people: name, picture, email, phone. Access tokens carry none of it. Nothing is asked
 * before a handler asks, and the guard admits requests without it. Make one when the process starts, not one per request.
 *
 * With `from: 'userinfo'` the caller's access token asks the issuer's userinfo endpoint (OpenID Connect Core, 5.3), which
 * answers what the token's scopes grant. With `from: 'management'` an access key asks Authing's management API, whatever
 * kind of token the caller sent.
 *
 * A profile is kept for 60 seconds (`cacheSeconds`), 10,000 of them at most; `guard.forget({ userId })` drops it. Callers
 * who want the same profile at the same time share one question. A question takes 3 seconds at most. After three failures
 * in a row questions fail at once, for 1 to 30 seconds.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong, or the first argument is not a guard.
 *
 * @example
 * ```ts
 * import { createProfiles, isProfileError } from 'authing-guard/profile'
 *
 * const profiles = createProfiles(guard, { from: 'userinfo' })
 * app.get('/me', guard, async (req, res) => res.json(await profiles.of(req)))
 * ```
 */
export function createProfiles(guard: AnyGuard, options: ManagementProfileOptions): ManagementProfiles
export function createProfiles(guard: AnyGuard, options: ProfileOptions): Profiles
export function createProfiles(guard: AnyGuard, options: ProfileOptions): Profiles | ManagementProfiles {
  const settings = settingsOfGuard(guard)
  return profilesOf(settings, options, { now: settings.verify.now, random: () => Math.random() })
}

function profilesOf(settings: Settings, options: unknown, clock: ClockAndRandom): Profiles | ManagementProfiles {
  const given = profileSettingsOf(options)
  const callers = new Callers(settings)
  const { cacheSeconds } = given
  const lookup = new ProfileLookup({ clock, cacheSeconds, canOutliveRequest: !cancelsWorkAfterResponse() })
  settings.onForget.push((whose) => lookup.forget(whose))
  if (given.from === 'userinfo') {
    checkAsksUserinfo(settings)
    return {
      of: async (caller) => {
        const proven = await callers.find(caller)
        if (!isPerson(proven.caller)) return undefined
        return lookup.find(await userinfoQuestion(proven.caller, proven.token, settings.fetch))
      },
    }
  }
  const management = new Management(managementSettingsOf(given, 'look up users', settings.fetch, clock.now))
  const find = async (caller: Caller) =>
    isPerson(caller) ? lookup.find(managementQuestion(caller, management)) : undefined
  return {
    of: async (caller) => find((await callers.find(caller)).caller),
    ofIdentity: async (identity) => {
      if (!isIdentity(identity)) throw configError('ofIdentity takes an identity of a guard; for a request call of')
      const checked = await settings.revocations.check(identity)
      if (checked instanceof Refusal) throw guardError(checked, settings.challenge)
      return find(identity)
    },
  }
}

/** @throws {TypeError} where no caller of the guard can ever have a token for the endpoint. */
function checkAsksUserinfo({ admission: { accept }, verify }: Settings): void {
  if (verify.applications.length > 0 && (accept.has('access_token') || accept.has('opaque'))) return
  throw configError(
    "profiles.from is 'userinfo', which takes access tokens, and the guard admits none: use 'management'",
  )
}

function isPerson(caller: Caller): caller is Person {
  return caller !== undefined && caller.kind !== 'machine'
}

function isIdentity(value: unknown): value is Identity {
  const { kind, userId, claims }: Partial<Identity> = Object(value)
  return typeof claims === 'object' && (kind === 'machine' || (typeof userId === 'string' && userId !== ''))
}

export type { ManagementOptions } from '../authing/settings.js'
export { isProfileError, ProfileError, type ProfileFault } from './error.js'
export type { ManagementProfileOptions, ProfileOptions, UserinfoProfileOptions } from './options.js'
export type { Profile } from './profile.js'
