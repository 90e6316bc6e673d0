import type { Server } from 'node:http'
import { type Application, createApplication, describeApplication, jwksOf, rotate } from './application.js'
import { readOutage } from './fault.js'
import { mintToken } from './mint.js'
import { mintOpaqueToken } from './opaque.js'
import type { UserPoolOptions } from './options.js'
import { isProduction } from './production.js'
import { hostileRoutes } from './routes-hostile.js'
import { managementRoutes } from './routes-management.js'
import { miniProgramRoutes } from './routes-mini-program.js'
import { oauthRoutes } from './routes-oauth.js'
import { oidcRoutes } from './routes-oidc.js'
import { signInRoutes } from './routes-signin.js'
import { listen, originOf, PoolServer } from './server.js'
import { type AppSettings, readOptions, type Settings } from './settings.js'
import { applicationOf, createState, type PoolState } from './state.js'
import { type PoolUser, readUser } from './user.js'
import type { PoolApplicationGuardOptions, PoolGuardOptions, UserPool } from './user-pool.js'
import { flag, invalid, maybeText, members } from './validation.js'
import { sendWebhook, webhookUser } from './webhook.js'

const routes = {
  ...oidcRoutes,
  ...oauthRoutes,
  ...miniProgramRoutes,
  ...signInRoutes,
  ...managementRoutes,
  ...hostileRoutes,
}

const guardOptionsFor = ({ issuer, appId, appSecret, algorithm }: Application): PoolApplicationGuardOptions =>
  Object.freeze(algorithm === 'HS256' ? { issuer, appId, appSecret } : { issuer, appId })

const guardOptionsOf = ({ applications }: PoolState): PoolGuardOptions => {
  const [first, ...others] = applications
  if (others.length === 0) return guardOptionsFor(first)
  return Object.freeze({ apps: Object.freeze(applications.map(guardOptionsFor)) })
}

/** Starts the servers of the applications: one each with 'domain-per-app', else one for all. */
const open = async (settings: Settings): Promise<{ readonly state: PoolState; readonly server: PoolServer }> => {
  const { apps, layout, port } = settings
  const [firstApp, ...otherApps] = apps
  const firstServer = await listen(port)
  const first = await createApplication(firstApp, layout, originOf(firstServer))
  const openOther = async (app: AppSettings): Promise<readonly [Server | undefined, Application]> => {
    const own = layout === 'domain-per-app' ? await listen(0) : undefined
    return [own, await createApplication(app, layout, originOf(own ?? firstServer))]
  }
  const others = await Promise.all(otherApps.map(openOther))
  const state = createState(settings, [first, ...others.map(([, application]) => application)])
  const server = new PoolServer(state, routes)
  server.serve(firstServer, first)
  for (const [own, application] of others) if (own) server.serve(own, application)
  return { state, server }
}

const seconds = (value: unknown): number => {
  if (typeof value === 'number' && value >= 0 && value <= 3600) return value
  throw invalid('slowDown takes seconds, from 0 (off) to 3600')
}

const knownUser = (state: PoolState, userId: string): PoolUser => {
  const user = state.users.get(userId)
  if (!user) throw invalid(`there is no user '${userId}'`)
  return user
}

const createFacade = (state: PoolState, server: PoolServer): UserPool => {
  const { settings, applications } = state
  const [first] = applications
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= server.close()
    return closed
  }
  return Object.freeze({
    ...describeApplication(first),
    userPoolId: settings.userPoolId,
    jwtSecret: settings.jwtSecret,
    userPoolSecret: settings.userPoolSecret,
    managementHost: first.host,
    apps: Object.freeze(applications.map(describeApplication)),
    accessKeys: Object.freeze([...settings.accessKeys]),
    guardOptions: guardOptionsOf(state),
    get users() {
      return [...state.users.values()]
    },
    get grants() {
      return state.access.grants
    },
    get requests() {
      return server.log.snapshot()
    },
    mint: (options = {}) => mintToken(state, options),
    mintOpaque: (options = {}) => mintOpaqueToken(state, options),
    jwks: (appId) => jwksOf(applicationOf(state, appId)),
    async rotateKeys(options = {}) {
      const { keepOld, appId } = members(options, ['keepOld', 'appId'], 'the options of rotateKeys')
      await rotate(applicationOf(state, maybeText(appId, 'appId')), flag(keepOld, 'keepOld'))
    },
    goDown(options = {}) {
      server.outage = readOutage(options)
    },
    comeUp() {
      server.outage = undefined
    },
    slowDown(delay) {
      server.delay = seconds(delay)
    },
    revoke(token) {
      state.revokedTokens.add(token)
    },
    addUser(given = {}) {
      const { user, roles } = readUser(given, settings.now())
      state.users.set(user.id, user)
      state.access.setRoles(user.id, roles)
      return user
    },
    removeUser(userId) {
      const user = knownUser(state, userId)
      state.users.delete(userId)
      state.access.setRoles(userId, [])
      return sendWebhook(state, 'user:deleted', { users: [webhookUser(state, user)] })
    },
    block(userId) {
      const updatedAt = new Date(settings.now()).toISOString()
      const user = Object.freeze({ ...knownUser(state, userId), status: 'Suspended', updatedAt } satisfies PoolUser)
      state.users.set(userId, user)
      return sendWebhook(state, 'user:blocked', { user: webhookUser(state, user) })
    },
    kick(userId, options = {}) {
      const { appId } = members(options, ['appId'], 'the options of kick')
      const users = [webhookUser(state, knownUser(state, userId))]
      const application = appId === undefined ? {} : { application: { id: applicationOf(state, String(appId)).appId } }
      return sendWebhook(state, 'kick', { users, ...application })
    },
    rolesOf: (userId) => state.access.rolesOf(userId),
    setRoles(userId, roles) {
      state.access.setRoles(userId, roles)
      return sendWebhook(state, 'role:assigned', { userIds: [userId], groupIds: [], nodeIds: [] })
    },
    grant(grant) {
      state.access.grant(grant)
      return sendWebhook(state, 'permission:add', { userPoolId: settings.userPoolId })
    },
    removeGrant(grant) {
      state.access.removeGrant(grant)
      return sendWebhook(state, 'permission:revoke', { userPoolId: settings.userPoolId })
    },
    clearRequests() {
      server.log.clear()
    },
    close,
    [Symbol.asyncDispose]: close,
  } satisfies UserPool)
}

/**
 * Starts a local Authing user pool on 127.0.0.1, with new keys. Rejects with Node's own error if `port` is in use.
 *
 * @example
 * const pool = await createUserPool({ users: [{ id: 'mole' }] })
 * const guard = createGuard(pool.guardOptions)
 * const identity = await guard.verifyToken(pool.mint({ userId: 'mole' }))
 * await pool.close()
 *
 * @throws {TypeError} On an unknown option or a bad value. Always if `NODE_ENV` is `production`, since everybody who can
 *   call `mint` can sign in as each of the users. The message begins with `authing-guard/testing:`.
 */
export const createUserPool = async (options: UserPoolOptions = {}): Promise<UserPool> => {
  if (isProduction(process.env)) {
    throw invalid('a local user pool signs tokens for everybody; it does not start under NODE_ENV=production')
  }
  const { state, server } = await open(readOptions(options))
  return createFacade(state, server)
}
