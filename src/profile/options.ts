import { type ManagementOptions, managementOptions } from '../authing/settings.js'
import { invalidOption } from '../common/config-error.js'
import { OptionReader } from '../common/option-reader.js'
import { choice, type Option, type OptionValues, refined, seconds, type TableOf } from '../common/options.js'

interface CommonProfileOptions {
  /** How long a profile is kept, in seconds; 0 asks each time. Default: 60. At most 300. */
  readonly cacheSeconds?: number | undefined
}

/** Profiles from the OpenID Connect userinfo endpoint, by the caller's own access token. */
export interface UserinfoProfileOptions extends CommonProfileOptions {
  /** Where profiles come from. */
  readonly from: 'userinfo'
}

/** Profiles from Authing's management API, by an access key. */
export interface ManagementProfileOptions extends CommonProfileOptions, ManagementOptions {
  /** Where profiles come from. */
  readonly from: 'management'
}

/** The options of {@link createProfiles}. */
export type ProfileOptions = UserinfoProfileOptions | ManagementProfileOptions

const from: Option<'userinfo' | 'management'> = refined(
  choice(['userinfo', 'management'], { default: undefined }),
  (value, name) => {
    if (value !== undefined) return value
    throw invalidOption(
      name,
      "is missing. It must be 'userinfo' (by the caller's access token) or 'management' (by an access key)",
    )
  },
)

/** The options of profiles from the userinfo endpoint. */
export const userinfoProfileOptions = {
  from,
  cacheSeconds: seconds({ min: 0, max: 300, default: 60 }),
} satisfies TableOf<UserinfoProfileOptions>

/** The options of profiles from the management API. */
export const managementProfileOptions = {
  ...userinfoProfileOptions,
  ...managementOptions,
} satisfies TableOf<ManagementProfileOptions>

/** The options, checked. */
export type ProfileSettings =
  | (OptionValues<typeof userinfoProfileOptions> & { readonly from: 'userinfo' })
  | (OptionValues<typeof managementProfileOptions> & { readonly from: 'management' })

/** Reads the options. @throws {TypeError} that says what is wrong with which option. */
export function profileSettingsOf(options: unknown): ProfileSettings {
  const given = new OptionReader(options, 'profiles.', Object.keys(managementProfileOptions))
  const source = given.read('from', from)
  if (source === 'management') return { ...given.values(managementProfileOptions), from: source }
  const misplaced = Object.keys(managementOptions).find((name) => given.get(name) !== undefined)
  if (misplaced !== undefined) throw given.invalid(misplaced, "is for from: 'management', and from is 'userinfo'")
  return { ...given.values(userinfoProfileOptions), from: source }
}
