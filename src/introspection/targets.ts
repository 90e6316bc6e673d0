import { checkAddress } from '../common/address.js'
import type { OptionReader } from '../common/option-reader.js'
import type { ConfiguredApplication } from '../token/application.js'
import { type CallSettings, introspectionCall } from './call.js'
import type { IntrospectionContext } from './contract.js'
import { type AnswerSettings, Introspection } from './introspection.js'
import { type ClientSettings, clientSecretOf } from './options.js'
import type { IntrospectionTarget } from './token-introspection.js'

/** What all applications of a guard share when they ask. */
export interface QuestionSettings extends Pick<IntrospectionContext, 'emit' | 'isProduction'> {
  readonly call: CallSettings
  readonly answers: Omit<AnswerSettings, 'call' | 'report'>
}

/** Where one application asks. */
export interface ClientTargets {
  /** One for each of its issuers. */
  readonly forJwts: readonly IntrospectionTarget[]
  /** The same for opaque tokens, which do not say which issuer they are of. */
  readonly forOpaque: readonly IntrospectionTarget[]
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
  { call, answers, emit, isProduction }: QuestionSettings,
): ClientTargets {
  const { auth, protocol } = client
  const secret = clientSecretOf(client)
  const endpoint = endpointOf(client, given, isProduction)
  const byUrl = new Map<string, Introspection>()
  const targetAt = (application: IntrospectionTarget['application'], url: string): IntrospectionTarget => {
    const { issuer, appId } = application
    const settings: AnswerSettings = {
      ...answers,
      call: introspectionCall(url, { appId, auth, secret }, call),
      report: (event) => emit({ issuer, appId, ...event }),
    }
    const introspection = byUrl.get(url) ?? new Introspection(settings)
    byUrl.set(url, introspection)
    return { application, introspection }
  }
  return {
    forJwts: applications.map((one) => targetAt(one, endpoint ?? introspectionEndpoint(one.issuer, 'oidc'))),
    forOpaque: applications.map((one) => targetAt(one, endpoint ?? introspectionEndpoint(one.issuer, protocol))),
    hasSecret: secret !== '',
  }
}

function endpointOf(
  { reader, endpoint }: ClientSettings,
  application: OptionReader,
  isProduction: boolean,
): string | undefined {
  if (endpoint === undefined) return undefined
  const allowHttp = application.choice('allowHttp', [false, true])
  return checkAddress(reader, 'endpoint', endpoint, { allowHttp, isProduction }).href
}

/**
 * The introspection endpoint of an issuer: `https://my-app.authing.cn/oidc`, or in a pool with one domain
 * `https://pool.authing.cn/<appId>/oidc`. The one for OAuth 2.0 tokens is beside it.
 */
export function introspectionEndpoint(issuer: string, protocol: 'oidc' | 'oauth'): string {
  const base = issuer.replace(/\/$/, '')
  return `${protocol === 'oidc' ? base : `${base.replace(/\/oidc$/, '')}/oauth`}/token/introspection`
}
