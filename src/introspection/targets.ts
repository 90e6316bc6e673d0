import { checkAddress } from '../common/address.js'
import { flag } from '../common/options.js'
import type { Application, ConfiguredApplication } from '../token/application.js'
import { introspectionCall } from './call.js'
import type { IntrospectionContext } from './context.js'
import { Introspection } from './introspection.js'
import { type ClientSettings, clientSecretOf, type IntrospectionSettings } from './options.js'

/** An application, and where it asks about its tokens. */
export interface IntrospectionTarget {
  readonly application: Pick<Application, 'issuer' | 'appId' | 'audience'>
  readonly introspection: Introspection
}

/** Where one application asks. */
export interface ClientTargets {
  /** One for each of its issuers. */
  readonly forJwts: readonly IntrospectionTarget[]
  /** For opaque tokens, which do not say which issuer they are of: at the first issuer. */
  readonly forOpaque: IntrospectionTarget | undefined
  readonly hasSecret: boolean
}

/**
 * Where one application asks. JWTs are OpenID Connect's whatever `protocol` says: that is where opaque tokens come from.
 *
 * @throws {TypeError}
 */
export function targetsOf(
  client: ClientSettings,
  { given, applications }: ConfiguredApplication,
  { timeout, strict: isStrict, cacheSeconds, maxConcurrency, maxRate }: IntrospectionSettings,
  { fetch, times, clock, emit, isProduction, canOutliveRequest }: IntrospectionContext,
): ClientTargets {
  const { clientAuth: auth, protocol } = client
  const secret = clientSecretOf(client)
  const allowHttp = given.read('allowHttp', flag)
  const endpoint =
    client.endpoint && checkAddress(client.reader, 'endpoint', client.endpoint, { allowHttp, isProduction }).href
  const byUrl = new Map<string, Introspection>()
  const targetAt = (application: Application, kind: 'oidc' | 'oauth'): IntrospectionTarget => {
    const { issuer, appId } = application
    const url = endpoint ?? introspectionEndpoint(issuer, kind)
    const introspection =
      byUrl.get(url) ??
      new Introspection({
        call: introspectionCall(url, { appId, auth, secret }, { fetch, timeout, isStrict }),
        cacheSeconds,
        abandonAfter: timeout + 1,
        maxConcurrency,
        maxRate,
        canOutliveRequest,
        times,
        clock,
        report: (event) => emit({ issuer, appId, ...event }),
      })
    byUrl.set(url, introspection)
    return { application, introspection }
  }
  const forJwts = applications.map((one) => targetAt(one, 'oidc'))
  const [first] = applications
  return { forJwts, forOpaque: first && targetAt(first, protocol), hasSecret: secret !== '' }
}

/**
 * The introspection endpoint of an issuer: `https://my-app.authing.cn/oidc`, or in a pool with one domain
 * `https://pool.authing.cn/<appId>/oidc`. The one for OAuth 2.0 tokens is beside it.
 */
export function introspectionEndpoint(issuer: string, protocol: 'oidc' | 'oauth'): string {
  const base = issuer.replace(/\/$/, '')
  return `${protocol === 'oidc' ? base : `${base.replace(/\/oidc$/, '')}/oauth`}/token/introspection`
}
