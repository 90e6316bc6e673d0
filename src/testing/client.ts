import type { Application } from './application.js'
import { type Answer, type Exchange, formOf, oauthError } from './route.js'
import type { AccessKey } from './settings.js'

interface Credentials {
  readonly id: string
  readonly secret: string
}

/** RFC 6749 section 2.3.1: id and secret are form-urlencoded before they are joined by a colon. */
const formDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return ''
  }
}

const basicCredentials = ({ headers }: Exchange): Credentials | undefined => {
  const encoded = /^basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const pair = Buffer.from(encoded, 'base64').toString()
  const colon = pair.indexOf(':')
  return { id: formDecoded(pair.slice(0, colon)), secret: formDecoded(pair.slice(colon + 1)) }
}

const formCredentials = (exchange: Exchange): Credentials => {
  const form = formOf(exchange)
  return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' }
}

const byMethod: Readonly<Record<Application['introspectionAuth'], (exchange: Exchange) => Credentials | undefined>> = {
  client_secret_post: formCredentials,
  client_secret_basic: basicCredentials,
  none: formCredentials,
  any: (exchange) => basicCredentials(exchange) ?? formCredentials(exchange),
}

/** The application that asks, authenticated by its configured method; undefined if that fails. */
export const introspectingClient = (exchange: Exchange): Application | undefined =>
  exchange.applications.find((application) => {
    const given = byMethod[application.introspectionAuth](exchange)
    const { introspectionAuth: method, appSecret } = application
    const isOpen = method === 'none' || (method === 'any' && given?.secret === '')
    return given?.id === application.appId && (isOpen || given.secret === appSecret)
  })

/** The application that asks, by header or body. A secret may be missing, as in a mini program, but not wrong. */
export const publicClient = (exchange: Exchange): Application | undefined => {
  const { id, secret } = basicCredentials(exchange) ?? formCredentials(exchange)
  return exchange.applications.find(({ appId, appSecret }) => id === appId && (!secret || secret === appSecret))
}

/** The application that the header `x-authing-app-id` names, whatever the address. */
export const namedApplication = ({ state, headers }: Exchange): Application | undefined =>
  state.applications.find(({ appId }) => appId === headers['x-authing-app-id'])

/** The access key that asks, by header or body. */
export const accessKeyClient = (exchange: Exchange): AccessKey | undefined => {
  const { id, secret } = basicCredentials(exchange) ?? formCredentials(exchange)
  const { accessKeys } = exchange.state.settings
  return accessKeys.find((key) => id === key.accessKeyId && secret === key.accessKeySecret)
}

/** RFC 6749 section 5.2. */
export const invalidClient = (): Answer =>
  oauthError(401, 'invalid_client', 'client authentication failed', { 'www-authenticate': 'Basic realm="authing"' })
