import { systemClock } from '../common/clock.js'
import type { Fetch } from '../common/http.js'
import { OptionReader } from '../common/option-reader.js'
import type { ManagementSettings } from './management.js'

/** The options of `authingPermissions`, checked and worked out once. */
export interface PermissionSettings {
  readonly management: ManagementSettings
  readonly model: 'acl' | 'data'
  readonly namespace: string
}

const names = [
  'accessKeyId',
  'accessKeySecret',
  'model',
  'namespace',
  'host',
  'headerPrefix',
  'fetch',
  'now',
  'onWarning',
] as const

const where = '(Authing console > Settings > Admins: an access key of a collaborator)'

/** Options to settings. @throws {TypeError} that says what is wrong with which option. */
export function permissionSettingsOf(options: unknown): PermissionSettings {
  const given = new OptionReader(options, 'authingPermissions.', names)
  if (given.get('model') === undefined) {
    throw given.invalid(
      'model',
      "is missing. It must be 'acl' (resources, roles and grants) or 'data' (data policies)",
      'missing',
    )
  }
  const model = given.choice('model', ['acl', 'data'])
  const namespace =
    given.get('namespace') === undefined ? 'default' : given.text('namespace', 'the code of a namespace')
  const host = hostOf(given)
  const accessKeyId = given.text('accessKeyId', `an access key ${where}`)
  const accessKeySecret = given.text('accessKeySecret', `the secret of that access key ${where}`)
  const warn = warningOf(given)
  let isWarned = false
  const management: ManagementSettings = {
    host: host.href.replace(/\/$/, ''),
    headerPrefix: headerPrefixOf(given, host),
    accessKeyId,
    accessKeySecret,
    fetch: functionOf<Fetch>(given, 'fetch') ?? ((url, init) => fetch(url, init)),
    now: functionOf<() => number>(given, 'now') ?? systemClock,
    onToken: ({ userPoolId }) => {
      if (isWarned || userPoolId !== accessKeyId) return
      isWarned = true
      warn(
        'authing-guard: accessKeyId is the user pool itself, and its secret can do everything in there. ' +
          `Use a key that may only look up permissions ${where}.`,
      )
    },
  }
  return { management, model, namespace }
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

function hostOf(given: OptionReader): URL {
  if (given.get('host') === undefined) return new URL('https://api.authing.cn')
  const text = given.text('host', 'the address of the management API, like https://api.authing.cn')
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname))
  if (url === undefined || !isSafe) {
    throw given.invalid('host', 'must be an https URL (http on loopback alone): the access key goes there')
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw given.invalid('host', 'must be a URL without user, password, query and fragment')
  }
  return url
}

const genauth = /(?:^|\.)genauth\.ai$/
const headerName = /^[a-z][a-z0-9-]*-$/

function headerPrefixOf(given: OptionReader, { hostname }: URL): string {
  if (given.get('headerPrefix') === undefined) return genauth.test(hostname) ? 'x-genauth-' : 'x-authing-'
  const prefix = given.text('headerPrefix', 'what the names of headers begin with, like "x-authing-"')
  if (headerName.test(prefix)) return prefix
  throw given.invalid('headerPrefix', 'must be small letters, digits and hyphens, with a hyphen at its end')
}

/** What the listener throws is its own affair. */
function warningOf(given: OptionReader): (message: string) => void {
  const listener = functionOf<(message: string) => void>(given, 'onWarning') ?? ((message) => console.warn(message))
  return (message) => {
    try {
      listener(message)
    } catch {
      // A warning must not decide a request.
    }
  }
}

function functionOf<F extends (...args: never[]) => unknown>(given: OptionReader, name: string): F | undefined {
  const value = given.get(name)
  if (value === undefined) return undefined
  if (isFunction<F>(value)) return value
  throw given.invalid(name, 'must be a function')
}

function isFunction<F>(value: unknown): value is F {
  return typeof value === 'function'
}
