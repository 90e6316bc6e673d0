import { type Algorithm, algorithms, isAlgorithm } from './algorithm.js'
import { type Grant, type Role, readGrants } from './grants.js'
import { isJson } from './jws.js'
import type { ClientAuthentication, Layout, UserPoolOptions } from './options.js'
import { objectId, secret } from './random.js'
import { type PoolUser, readUser } from './user.js'
import { choice, distinct, invalid, list, members, text } from './validation.js'
import { readWebhook, type WebhookSettings } from './webhook-options.js'

/** A guard refuses a shorter HS256 secret (RFC 7518 section 3.2), so the pool does not sign with one. */
const secretLength = 32

export interface AppSettings {
  readonly appId: string
  readonly appSecret: string
  readonly algorithm: Algorithm
  readonly introspectionAuth: ClientAuthentication
}

/** A programmatic access account of the pool. Without `scopes` it gets every requested scope. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly scopes?: readonly string[]
}

/** The options with every default filled in. */
export interface Settings {
  readonly userPoolId: string
  readonly jwtSecret: string
  readonly userPoolSecret: string
  readonly layout: Layout
  readonly apps: readonly [AppSettings, ...AppSettings[]]
  readonly accessKeys: readonly [AccessKey, ...AccessKey[]]
  readonly users: readonly [PoolUser, ...PoolUser[]]
  /** By user id. */
  readonly roles: ReadonlyMap<string, readonly Role[]>
  readonly grants: readonly Grant[]
  readonly miniProgramCodes: ReadonlyMap<string, string>
  readonly webhook: WebhookSettings | undefined
  readonly now: () => number
  readonly port: number
  readonly onRequest: UserPoolOptions['onRequest']
}

const layouts = ['domain-per-app', 'shared-issuer', 'path-per-app'] as const satisfies Layout[]
const clientAuthentications = [
  'any',
  'client_secret_post',
  'client_secret_basic',
  'none',
] as const satisfies ClientAuthentication[]

const each = <T>(given: readonly unknown[], read: (one: unknown) => T): [T, ...T[]] => {
  const [first, ...rest] = given
  return [read(first), ...rest.map(read)]
}

const readApp = (value: unknown): AppSettings => {
  const given = members(value, ['appId', 'appSecret', 'algorithm', 'introspectionAuth'], 'an application')
  const { appId, appSecret, algorithm = 'RS256', introspectionAuth } = given
  if (!isAlgorithm(algorithm)) throw invalid(`an application's algorithm must be one of ${algorithms.join(', ')}`)
  const id = text(appId, 'appId', objectId)
  if (!/^[\w-]+$/.test(id)) throw invalid("appId is part of URLs: use letters, digits, '_' and '-' only")
  return Object.freeze({
    appId: id,
    appSecret: text(appSecret, 'appSecret', secret, secretLength),
    algorithm,
    introspectionAuth: choice(introspectionAuth, clientAuthentications, 'introspectionAuth'),
  })
}

const isScope = (value: unknown): value is string => typeof value === 'string' && /^[^\s"\\]+$/.test(value)

const readAccessKey = (value: unknown): AccessKey => {
  const given = members(value, ['accessKeyId', 'accessKeySecret', 'scopes'], 'an access key')
  const { accessKeyId, accessKeySecret, scopes } = given
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every(isScope))) {
    throw invalid("an access key's scopes must be an array of strings without blanks, such as ['book:read']")
  }
  return Object.freeze({
    accessKeyId: text(accessKeyId, 'accessKeyId', objectId),
    accessKeySecret: text(accessKeySecret, 'accessKeySecret', secret, secretLength),
    ...(scopes ? { scopes: Object.freeze([...scopes]) } : {}),
  })
}

const readCodes = (value: unknown, users: readonly PoolUser[]): ReadonlyMap<string, string> => {
  if (!isJson(value)) throw invalid('miniProgramCodes must be an object from a code to a user id')
  const codes = Object.entries(value).map(([code, id]): [string, string] => {
    const user = users.find((one) => one.id === id)
    if (!user) throw invalid(`miniProgramCodes: '${code}' leads to no user of the option users`)
    return [code, user.id]
  })
  return new Map(codes)
}

const readClock = (value: unknown): (() => number) => {
  // Not `Date.now` itself, which would ignore fake timers that are set after the pool was made.
  if (value === undefined) return () => Date.now()
  if (typeof value !== 'function') throw invalid('now must be a function that returns milliseconds, like Date.now')
  return () => Number(value())
}

const isListener = (value: unknown): value is NonNullable<UserPoolOptions['onRequest']> => typeof value === 'function'

const readListener = (value: unknown): UserPoolOptions['onRequest'] => {
  if (value === undefined || isListener(value)) return value
  throw invalid('onRequest must be a function that takes a request, like those in pool.requests')
}

const readPort = (value: unknown): number => {
  if (value === undefined) return 0
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 65536) return value
  throw invalid('port must be a whole number from 0 (a free one) to 65535')
}

const names: readonly (keyof UserPoolOptions)[] = [
  'userPoolId',
  'jwtSecret',
  'userPoolSecret',
  'layout',
  'apps',
  'accessKeys',
  'users',
  'grants',
  'miniProgramCodes',
  'webhook',
  'now',
  'port',
  'onRequest',
]

const idsOf = {
  app: (app: AppSettings) => app.appId,
  accessKey: (key: AccessKey) => key.accessKeyId,
  user: (user: PoolUser) => user.id,
}

/** Checks the options and fills in the defaults. Throws a TypeError that says what to do. */
export const readOptions = (options: unknown): Settings => {
  const given = members(options, names, 'the options of createUserPool')
  const { userPoolId, jwtSecret, userPoolSecret, layout, miniProgramCodes = {}, port } = given
  const {
    apps: givenApps,
    accessKeys: givenKeys,
    users: givenUsers,
    grants = [],
    now: clock,
    onRequest,
    webhook,
  } = given
  const now = readClock(clock)
  const apps = each(list(givenApps, 'apps') ?? [{}], readApp)
  const accessKeys = each(list(givenKeys, 'accessKeys') ?? [{}], readAccessKey)
  const readUsers = each(list(givenUsers, 'users') ?? [{ nickname: 'Mick' }], (user) => readUser(user, now()))
  const [{ user: firstUser }, ...others] = readUsers
  const users: Settings['users'] = [firstUser, ...others.map(({ user }) => user)]
  distinct(apps.map(idsOf.app), 'appIds')
  distinct(accessKeys.map(idsOf.accessKey), 'accessKeyIds')
  distinct(users.map(idsOf.user), 'user ids')
  return {
    userPoolId: text(userPoolId, 'userPoolId', objectId),
    jwtSecret: text(jwtSecret, 'jwtSecret', secret, secretLength),
    userPoolSecret: text(userPoolSecret, 'userPoolSecret', secret, secretLength),
    layout: choice(layout, layouts, 'layout'),
    apps,
    accessKeys,
    users,
    roles: new Map(readUsers.map(({ user, roles }) => [user.id, roles])),
    grants: readGrants(grants),
    miniProgramCodes: readCodes(miniProgramCodes, users),
    webhook: readWebhook(webhook),
    now,
    port: readPort(port),
    onRequest: readListener(onRequest),
  }
}
