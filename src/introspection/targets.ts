import { checkAddress } from '../common/address.js'
import type { OptionReader } from '../common/option-reader.js'
import type { SharedStore } from '../store/shared-store.js'
import type { ConfiguredApplication } from '../token/application.js'
import { type CallSettings, type Client, clientAuths, introspectionCall } from './call.js'
import { Introspection, type IntrospectionEvent, type IntrospectionSettings } from './introspection.js'
import type { Place } from './token-introspection.js'

export const clientNames = ['clientSecret', 'clientAuth', 'endpoint', 'protocol'] as const

/** What all applications of a guard share when they ask. */
export interface Asking {
  readonly call: CallSettings
  readonly questions: Omit<IntrospectionSettings, 'call' | 'report'>
  readonly emit: (event: IntrospectionEvent & { readonly issuer: string; readonly appId: string }) => void
  readonly isProduction: boolean
  readonly store: SharedStore | undefined
}

/** Where one application asks. */
export interface ClientPlaces {
  /** One for each of its issuers. */
  readonly forJwts: readonly Place[]
  /** The same for opaque tokens; which issuer one is of, it does not say. */
  readonly forOpaque: readonly Place[]
  readonly hasSecret: boolean
}

/**
 * One application's `online` to where it asks. JWTs are OpenID Connect's whatever `protocol` says: that is where opaque
 * tokens come from.
 *
 * @throws {TypeError}
 */
export function placesOf(
  online: OptionReader,
  { given, applications }: ConfiguredApplication,
  asking: Asking,
): ClientPlaces {
  const { auth, secret } = credentialsOf(online)
  const endpoint = endpointOf(online, given, asking.isProduction)
  const protocol = online.choice('protocol', ['oidc', 'oauth'])
  const made = new Map<string, Introspection>()
  const placeAt = (application: Place['application'], url: string): Place => {
    const introspection = made.get(url) ?? introspectionBy(url, application, auth, secret, asking)
    made.set(url, introspection)
    return { application, introspection }
  }
  return {
    forJwts: applications.map((one) => placeAt(one, endpoint ?? introspectionAt(one.issuer, 'oidc'))),
    forOpaque: applications.map((one) => placeAt(one, endpoint ?? introspectionAt(one.issuer, protocol))),
    hasSecret: secret !== '',
  }
}

function introspectionBy(
  url: string,
  { issuer, appId }: Place['application'],
  auth: Client['auth'],
  secret: string,
  { call, questions, emit, store }: Asking,
): Introspection {
  const settings: IntrospectionSettings = {
    ...questions,
    call: introspectionCall(url, { appId, auth, secret }, call),
    report: (event) => emit({ issuer, appId, ...event }),
  }
  return new Introspection(settings, JSON.stringify([url, appId, auth, call.isStrict]), store)
}

/** Never the appSecret in silence: to have one verifies HS256, and to ask needs none. */
function credentialsOf(online: OptionReader): Pick<Client, 'auth' | 'secret'> {
  const auth = online.choice('clientAuth', clientAuths)
  if (auth !== 'none') return { auth, secret: online.text('clientSecret', secretAdvice) }
  if (online.get('clientSecret') !== undefined)
    throw online.invalid('clientSecret', "is given, and clientAuth is 'none': name one")
  return { auth, secret: '' }
}

const secretAdvice =
  "your application's App Secret (Authing console > Applications > your application), unless clientAuth is 'none'"

function endpointOf(online: OptionReader, application: OptionReader, isProduction: boolean): string | undefined {
  if (online.get('endpoint') === undefined) return undefined
  if (online.get('protocol') !== undefined)
    throw online.invalid('protocol', 'and endpoint are both given: name one of them')
  const allowHttp = application.choice('allowHttp', [false, true])
  const endpoint = online.text('endpoint', 'the address for introspection')
  return checkAddress(online, 'endpoint', endpoint, { allowHttp, isProduction }).href
}

/**
 * Where an issuer is asked about tokens: `https://my-app.authing.cn/oidc`, or in a pool with one domain
 * `https://pool.authing.cn/<appId>/oidc`, to its endpoint or its twin's.
 */
export function introspectionAt(issuer: string, protocol: 'oidc' | 'oauth'): string {
  const base = issuer.replace(/\/$/, '')
  return `${protocol === 'oidc' ? base : `${base.replace(/\/oidc$/, '')}/oauth`}/token/introspection`
}
