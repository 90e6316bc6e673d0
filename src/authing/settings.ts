import { isLocal } from '../common/address.js'
import { invalidOption } from '../common/config-error.js'
import type { Fetch } from '../common/http.js'
import { readOptions } from '../common/option-reader.js'
import {
  callback,
  choice,
  clock,
  type Option,
  type OptionValues,
  refined,
  type TableOf,
  text,
} from '../common/options.js'
import { safely } from '../telemetry/events.js'
import type { ManagementSettings } from './management.js'

/** With which access key to ask Authing's management API, and where. */
export interface ManagementOptions {
  /**
   * An access key that may look up what is asked about. A collaborator's; the user pool's own (its ID and secret) works,
   * can do everything in the pool, and is warned about.
   */
  readonly accessKeyId: string
  /** The secret of that access key. */
  readonly accessKeySecret: string
  /**
   * Where the management API is: Authing's in China where it is left out, `https://api.genauth.ai`, or your own.
   * `https`, except on loopback.
   */
  readonly host?: string | undefined
  /** What the names of its headers begin with. Default: `x-genauth-` at genauth.ai, else `x-authing-`. */
  readonly headerPrefix?: string | undefined
  /** Told once where the access key is the user pool's own. Default: `console.warn`. */
  readonly onWarning?: ((message: string) => void) | undefined
}

/** How to ask Authing. Read once, own properties alone; unknown ones are refused. */
export interface AuthingPermissionsOptions extends ManagementOptions {
  /**
   * Which of Authing's two models the permissions are in: `'acl'`, resources, roles and grants, asked by
   * `is-action-allowed`; or `'data'`, data policies, asked by `check-permission`. The one knows nothing of the other.
   */
  readonly model: 'acl' | 'data'
  /** The namespace (permission space) of resources and roles where a requirement names none. */
  readonly namespace?: string | undefined
  /** The `fetch` to ask with, for a proxy or a private certificate authority. Default: the platform's. */
  readonly fetch?: Fetch | undefined
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** The options of `authingPermissions`, checked and worked out once. */
export interface PermissionSettings extends ManagementSettings {
  readonly model: 'acl' | 'data'
  readonly namespace: string
}

const where = '(Authing console > Settings > Admins: an access key of a collaborator)'
const genauth = /(?:^|\.)genauth\.ai$/
const headerName = /^[a-z][a-z0-9-]*-$/

const model: Option<'acl' | 'data'> = refined(choice(['acl', 'data'], { default: undefined }), (model, name) => {
  if (model !== undefined) return model
  throw invalidOption(name, "is missing. It must be 'acl' (resources, roles and grants) or 'data' (data policies)")
})

const host: Option<URL> = refined(
  text('the address of the management API, like https://api.authing.cn', { default: 'https://api.authing.cn' }),
  (address, name) => {
    const url = URL.canParse(address) ? new URL(address) : undefined
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal(address))
    if (url === undefined || !isSafe) {
      throw invalidOption(name, 'must be an https URL (http on loopback alone): the access key goes there')
    }
    if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
      throw invalidOption(name, 'must be a URL without user, password, query and fragment')
    }
    return url
  },
)

const headerPrefix: Option<string | undefined> = refined(
  text('what the names of headers begin with, like "x-authing-"', { default: undefined }),
  (prefix, name) => {
    if (prefix === undefined || headerName.test(prefix)) return prefix
    throw invalidOption(name, 'must be small letters, digits and hyphens, with a hyphen at its end')
  },
)

/** The options of a client of the management API. */
export const managementOptions = {
  accessKeyId: text(`an access key ${where}`),
  accessKeySecret: text(`the secret of that access key ${where}`),
  host,
  headerPrefix,
  onWarning: callback<(message: string) => void>(),
} satisfies TableOf<ManagementOptions>

export const permissionOptions = {
  accessKeyId: managementOptions.accessKeyId,
  accessKeySecret: managementOptions.accessKeySecret,
  model,
  namespace: text('the code of a namespace', { default: 'default' }),
  host,
  headerPrefix,
  fetch: callback<Fetch>(),
  now: clock,
  onWarning: managementOptions.onWarning,
} satisfies TableOf<AuthingPermissionsOptions>

/** Options to settings. @throws {TypeError} that says what is wrong with which option. */
export function permissionSettingsOf(options: unknown): PermissionSettings {
  const given = readOptions(permissionOptions, options, 'authingPermissions.')
  const { fetch: ask = (url, init) => fetch(url, init), now } = given
  return {
    ...managementSettingsOf(given, 'look up permissions', ask, now),
    model: given.model,
    namespace: given.namespace,
  }
}

/** The settings of a client. `what` is what it does, for the warning. */
export function managementSettingsOf(
  { accessKeyId, accessKeySecret, host, headerPrefix, onWarning }: OptionValues<typeof managementOptions>,
  what: string,
  fetch: Fetch,
  now: () => number,
): ManagementSettings {
  const warn = onWarning ?? ((message) => console.warn(message))
  let isWarned = false
  return {
    accessKeyId,
    accessKeySecret,
    host: host.href.replace(/\/$/, ''),
    headerPrefix: headerPrefix ?? (genauth.test(host.hostname) ? 'x-genauth-' : 'x-authing-'),
    fetch,
    now,
    onToken: ({ userPoolId }) => {
      if (isWarned || userPoolId !== accessKeyId) return
      isWarned = true
      const advice =
        'accessKeyId is the user pool itself, and its secret can do everything in there. ' +
        `Use a key that may only ${what} ${where}.`
      safely(() => warn(`authing-guard: ${advice}`))
    },
  }
}
