import { own } from '../../common/claims.js'
import { FetchError } from '../../common/http.js'
import type { ApplicationOptions, GuardOptions } from '../../guard/options.js'
import { type Client, clientAuths, introspectionCall } from '../../introspection/call.js'
import type { ApplicationIntrospectionOptions, OneOfSeveralIntrospectionOptions } from '../../introspection/options.js'
import { introspectionEndpoint } from '../../introspection/targets.js'
import type { Watch } from '../explain/watch.js'
import { introspectionOptionsOf } from '../introspection-options.js'
import type { Find, Finding } from './finding.js'
import { isPlain } from './issuer.js'

/** No token, so that nothing is told of anybody. */
const token = '0'.repeat(40)
/** A secret and an App ID that nobody has. */
const wrongSecret = '0'.repeat(32)
const wrongAppId = '0'.repeat(24)

/** Whether the issuer lets the application ask about tokens: it is asked about one that nobody has, as a guard would. */
export async function onlineFindings(
  options: GuardOptions,
  issuer: string,
  application: ApplicationOptions,
  watch: Watch,
  find: Find,
): Promise<readonly Finding[]> {
  const client = clientOf(options, application)
  if (client === undefined) return []
  const places = placesOf(options, issuer, client)
  return Promise.all(places.map((place) => placeFinding(place, options, application, client, watch, find)))
}

async function placeFinding(
  place: string,
  options: GuardOptions,
  { appId }: ApplicationOptions,
  { clientAuth: auth = clientAuths[0], clientSecret: secret = '' }: ApplicationIntrospectionOptions,
  { fetch }: Watch,
  find: Find,
): Promise<Finding> {
  if (secret !== '' && isPlain(place)) return find('unproven', 'onlinePlain', { place })
  const { timeout = 3, strict = false } = { ...introspectionOptionsOf(options) }
  const settings = { fetch, timeout, isStrict: strict }
  const ask = (caller: Partial<Client>) =>
    introspectionCall(place, { appId: String(appId), auth, secret, ...caller }, settings)(token)
  const reply = await ask({})
  if (reply instanceof FetchError) {
    const { status, message: error } = reply
    if (status === 401 || status === 403) return find('wrong', 'onlineRefused', { place, status })
    return status === 400 ? find('unproven', 'onlineUnread', { place }) : find('wrong', 'onlineDown', { error })
  }
  const active = own(reply, 'active')
  if (active !== false) return find('wrong', active === true ? 'onlineActive' : 'onlineOther', { place })
  // If a made-up caller may ask too, the answer proves nothing about this one.
  const toAnybody = await ask(secret === '' ? { appId: wrongAppId } : { secret: wrongSecret })
  if (toAnybody instanceof FetchError) {
    return toAnybody.isTransient
      ? find('wrong', 'onlineDown', { error: toAnybody.message })
      : find('ok', 'onlineOk', { place })
  }
  if (own(toAnybody, 'active') !== false) return find('ok', 'onlineOk', { place })
  return secret === '' ? find('ok', 'onlineAnybody', { place }) : find('warning', 'onlineOpen', { place })
}

/** How an application asks; undefined if it does not. */
function clientOf(
  options: GuardOptions,
  application: ApplicationOptions,
): OneOfSeveralIntrospectionOptions | undefined {
  if (options.apps === undefined) return introspectionOptionsOf(options)
  return options.apps.find((one) => one === application)?.introspection
}

/** Where it asks: about JWTs, and about opaque tokens where those are let in and are this application's. */
function placesOf(
  options: GuardOptions,
  issuer: string,
  { endpoint, protocol = 'oidc', opaque }: OneOfSeveralIntrospectionOptions,
): readonly string[] {
  const { accept, apps } = options
  const { when = 'never' } = { ...introspectionOptionsOf(options) }
  if (endpoint !== undefined) return [endpoint]
  const isMarked = apps === undefined || apps.length === 1 || opaque === true
  const letsIn = when !== 'never' && (accept === undefined || accept.includes('opaque')) && isMarked
  const protocols = [...(letsIn && when === 'opaque' ? [] : (['oidc'] as const)), ...(letsIn ? [protocol] : [])]
  return [...new Set(protocols.map((one) => introspectionEndpoint(issuer, one)))]
}
