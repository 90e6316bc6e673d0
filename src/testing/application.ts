import type { Algorithm } from './algorithm.js'
import { pairAlgorithm } from './algorithm.js'
import { createSigningKey, type PublicJwk, type SigningKey } from './key.js'
import type { Layout } from './options.js'
import type { AppSettings } from './settings.js'

/** One application of the pool, with the values that a guard is configured with. */
export interface PoolApplication {
  readonly appId: string
  readonly appSecret: string
  /** The algorithm of the id tokens. With `'HS256'` the access tokens are RS256. */
  readonly algorithm: Algorithm
  /** The exact `iss` of its tokens. */
  readonly issuer: string
  /** Its origin, without a path: `host` or `appHost` in Authing's SDKs. */
  readonly host: string
  readonly jwksUri: string
}

/** The JWKS of an application, as served. */
export interface Jwks {
  readonly keys: readonly PublicJwk[]
}

/** An application with its private keys. `rotate` changes the keys. */
export interface Application extends PoolApplication, AppSettings {
  signingKey: SigningKey
  publishedKeys: readonly SigningKey[]
}

const paths: Readonly<Record<Layout, (appId: string) => { readonly issuer: string; readonly jwks: string }>> = {
  'domain-per-app': () => ({ issuer: '/oidc', jwks: '/oidc' }),
  'shared-issuer': (appId) => ({ issuer: '/oidc', jwks: `/${appId}/oidc` }),
  'path-per-app': (appId) => ({ issuer: `/${appId}/oidc`, jwks: `/${appId}/oidc` }),
}

export const createApplication = async (settings: AppSettings, layout: Layout, host: string): Promise<Application> => {
  const signingKey = await createSigningKey(pairAlgorithm(settings.algorithm))
  const { issuer, jwks } = paths[layout](settings.appId)
  return {
    ...settings,
    issuer: host + issuer,
    host,
    jwksUri: `${host}${jwks}/.well-known/jwks.json`,
    signingKey,
    publishedKeys: [signingKey],
  }
}

/** Makes a new signing key. The old ones leave the JWKS unless `keepOld` is true. */
export const rotate = async (application: Application, keepOld: boolean): Promise<void> => {
  const signingKey = await createSigningKey(pairAlgorithm(application.algorithm))
  application.publishedKeys = [signingKey, ...(keepOld ? application.publishedKeys : [])]
  application.signingKey = signingKey
}

export const jwksOf = (application: Application): Jwks => ({ keys: application.publishedKeys.map((key) => key.jwk) })

export const describeApplication = (application: Application): PoolApplication => {
  const { appId, appSecret, algorithm, issuer, host, jwksUri } = application
  return Object.freeze({ appId, appSecret, algorithm, issuer, host, jwksUri })
}
