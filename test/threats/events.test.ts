import diagnostics from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { createGuard, type Guard, type GuardEvent, type GuardOptions, type Identity } from 'authing-guard'
import { introspection } from 'authing-guard/introspection'
import { authingPermissions } from 'authing-guard/permissions'
import { sharedStore } from 'authing-guard/store'
import { createUserPool, type MintOptions } from 'authing-guard/testing'
import { authingWebhook } from 'authing-guard/webhooks'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { reasons } from '../../src/common/reasons.js'
import { defectNames } from '../../src/testing/attack.js'
import { tokenTypes } from '../../src/testing/claims.js'
import { leakIn, secretsOf } from '../support/leaks.js'
import { eventTypes } from '../support/union.js'

// J4 for events: no event contains a token, a secret or personal data.

const person = {
  id: 'user-of-secrets',
  username: 'ada-login',
  nickname: 'Countess',
  name: 'Ada Lovelace',
  givenName: 'Ada-given',
  familyName: 'Lovelace-family',
  email: 'ada@example.com',
  phone: '+8613800138000',
  photo: 'https://example.com/ada.png',
  birthdate: '1815-12-10',
  unionid: 'union-of-ada',
  openid: 'openid-of-ada',
  externalId: 'external-ada',
}
const told = {
  jti: 'jti-of-secrets',
  nonce: 'nonce-of-secrets',
  address: { street: '北京路 1' },
  scope: 'scope:of-ada',
}
const secrets = {
  app: 'the-secret-of-the-application-xx',
  pool: 'the-jwt-secret-of-the-user-pool-x',
  key: 'the-secret-of-the-access-key-xxxx',
  client: 'the-app-secret-to-ask-online-xxxx',
  wrong: 'another-app-secret-to-ask-online-x',
  store: 'the-secret-that-seals-the-store-x',
  webhook: 'the-secret-of-the-webhooks-of-a-pool',
  address: 'redis://:hunter2@store-of-secrets',
}

const heard: GuardEvent[] = []
const published: unknown[] = []
const tokens: string[] = []
const subscriber = (message: unknown) => {
  published.push(message)
}

const pool = await createUserPool({
  userPoolId: 'user-pool-1',
  jwtSecret: secrets.pool,
  apps: [
    { appId: 'app-1', appSecret: secrets.client },
    { appId: 'app-2', appSecret: secrets.app, algorithm: 'HS256' },
  ],
  accessKeys: [{ accessKeyId: 'access-key-1', accessKeySecret: secrets.key }],
  users: [{ ...person, roles: ['admin'] }],
  grants: [{ userId: person.id, resource: 'diary:of-ada', action: 'diary:read' }],
})
afterAll(() => pool.close())

function mint(options: MintOptions): string | undefined {
  try {
    // A nonce would make an id token of every kind.
    const nonce = options.type === 'id_token' ? 'nonce-of-secrets' : undefined
    const token = pool.mint({ ...options, claims: { ...told, nonce, ...options.claims } })
    tokens.push(token)
    return token
  } catch {
    // This kind of wrong has no meaning for this type.
    return undefined
  }
}

const permissions = authingPermissions({
  accessKeyId: 'access-key-1',
  accessKeySecret: secrets.key,
  model: 'acl',
  host: pool.managementHost,
})
const [first, second] = pool.apps
const options = {
  apps: [
    { issuer: first?.issuer ?? '', appId: 'app-1' },
    { issuer: second?.issuer ?? '', appId: 'app-2', appSecret: secrets.app },
  ],
  userPool: { id: 'user-pool-1', jwtSecret: secrets.pool },
  checkPermission: permissions,
  roles: 'authing',
  onEvent: (event: GuardEvent) => heard.push(event),
} as const satisfies GuardOptions

/** Shows a token to a guard in every way there is. */
async function show(guard: Guard<Identity | undefined>, token: string) {
  const headers = [`Bearer ${token}`, `Bearer ${token} ${token}`, token, `Basic ${token}`]
  for (const header of headers) await guard.authenticate(header).catch(() => {})
}

beforeAll(async () => {
  vi.spyOn(process, 'emitWarning').mockReturnValue()
  diagnostics.subscribe('authing-guard', subscriber)
  const open = createGuard({ ...options, accessKeys: 'any', delegates: 'allow', credentials: 'optional' })
  const guards = [createGuard(options), open]
  const until = new Date(Date.now() + 86_400_000)
  for (const type of tokenTypes) {
    for (const appId of ['app-1', 'app-2']) {
      for (const wrong of [undefined, ...defectNames]) {
        const token = mint({ type, appId, ...(wrong && { defect: wrong as never }) })
        if (token === undefined) continue
        for (const guard of guards) await show(guard, token)
        await open.observe({ until }).verifyToken(token)
      }
    }
  }
  // Claims and headers that are no good, and have a person in them.
  for (const name of ['sub', 'aud', 'exp', 'jti', 'scope', 'data', 'userpool_id', 'tenant_id', 'cnf', 'azp', 'nbf']) {
    for (const value of [{ id: person.id }, [person.email, 7], null]) {
      const token = mint({ type: 'id_token', claims: { [name]: value } })
      if (token !== undefined) await show(open, token)
    }
  }
  const good = mint({ type: 'access_token' }) ?? ''
  await open.authenticate(undefined)
  const opaque = pool.mintOpaque()
  tokens.push(opaque)
  await show(open, opaque)
  const requirements = [
    { scope: 'diary:read' },
    { action: 'diary:read', resource: () => 'diary:of-ada' },
    { action: 'diary:write', resource: () => 'diary:of-ada', context: undefined },
    { role: 'admin' },
    { anyRole: ['owner', 'editor'] },
    { when: async () => Promise.reject(new Error(`no such user: ${person.email}`)) },
    { tenantId: 'tenant-1' },
  ].map(({ context: _, ...requirement }: Record<string, unknown>) => requirement)
  const ask = async () => {
    for (const requirement of requirements) {
      const strict = open.require(requirement as never)
      await strict.verifyToken(good).catch(() => {})
      await strict.observe({ until }).verifyToken(good)
    }
  }
  await ask()
  pool.goDown()
  open.forget({ userId: person.id })
  await ask()
  const cold = createGuard(options)
  await cold.ready()
  await show(cold, good)
  pool.comeUp()
  await open.observe({ until: '2020-01-31' }).verifyToken(good)
  createGuard({
    issuer: first?.issuer ?? '',
    appId: 'app-1',
    audience: first?.issuer,
    appSecret: secrets.app,
    onEvent: options.onEvent,
  })
  await askOnline()
  await shareAndRevoke()
  diagnostics.unsubscribe('authing-guard', subscriber)
}, 60_000)

const mintJwt = () => mint({ type: 'access_token' }) ?? ''
function mintOpaque(): string {
  const token = pool.mintOpaque({ scope: told.scope })
  tokens.push(token)
  return token
}

function guardOnline(more: object = {}, asking: object = {}): Guard {
  return createGuard({
    issuer: first?.issuer ?? '',
    appId: 'app-1',
    onEvent: options.onEvent,
    introspection: introspection({ when: 'always', protocol: 'oauth', clientSecret: secrets.client, ...asking }),
    ...more,
  })
}

/** The issuer says yes and no, fails, and does not know who asks; and a hook does what it may not. */
async function askOnline() {
  const kinds = [mintJwt, mintOpaque]
  for (const make of kinds) {
    const [good, bad, late] = [make(), make(), make()]
    const guard = guardOnline()
    pool.revoke(bad)
    for (const token of [good, bad]) await show(guard, token)
    pool.goDown({ path: '/token/introspection' })
    await show(guard, late)
    pool.comeUp()
    await show(guardOnline({}, { clientSecret: secrets.wrong }), late)
    await show(guardOnline({ isRevoked: async () => Promise.reject(new Error(person.email)) }), late)
    await show(guardOnline({ isRevoked: () => person.email as never }), late)
    await show(guardOnline({ isRevoked: () => true }), late)
  }
}

/** A store that works, holds what is none of the guard's, and fails; and revocations of all kinds through it. */
async function shareAndRevoke() {
  const values = new Map<string, unknown>()
  let fault: (() => unknown) | undefined
  const answer = async (work: () => unknown) => (fault ?? work)()
  const client = {
    get: (name: string) => answer(() => values.get(name)),
    set: (name: string, value: string) => answer(() => values.set(name, value)),
    delete: (name: string) => answer(() => values.delete(name)),
  }
  const guardSharing = () => guardOnline({ store: sharedStore({ client, secret: secrets.store, timeout: 0.05 }) })
  const faults = [
    () => Promise.reject(new Error(secrets.address)),
    () => Promise.reject(Object.assign(new Error(secrets.address), { code: secrets.address })),
    () => new Promise(() => {}),
  ]
  for (const make of [mintJwt, mintOpaque]) {
    values.clear()
    fault = undefined
    const token = make()
    await show(guardSharing(), token)
    await show(guardSharing(), token)
    for (const spoilt of [person.email, { user: person }, `1.1.${'0'.repeat(64)}.${JSON.stringify(person)}`]) {
      for (const name of values.keys()) values.set(name, spoilt)
      await show(guardSharing(), token)
    }
    values.clear()
    for (const whose of [{ tokenId: told.jti }, { userId: person.id }, { clientId: 'access-key-of-ada' }]) {
      const guard = guardSharing()
      await guard.revoke(whose)
      await show(guard, token)
    }
    await receiveWebhooks(guardSharing())
    for (const one of faults) {
      fault = one
      const guard = guardSharing()
      await show(guard, token)
      await guard.revoke({ tokenId: told.jti }).catch(() => {})
    }
  }
}

/** Events of Authing that hold all that must not be told, and what becomes of them. */
async function receiveWebhooks(guard: Guard): Promise<void> {
  const webhook = authingWebhook(guard, { secret: secrets.webhook, userPoolId: 'pool' })
  for (const [secret, eventName, data] of [
    [secrets.webhook, 'login', { ...person, token: tokens[0] }],
    [secrets.webhook, 'user:blocked', { user: { ...person, password: secrets.wrong } }],
    [secrets.webhook, 'role:assigned', { userIds: [person.id] }],
    [secrets.webhook, 'kick', { users: [person, { ...person, id: person }] }],
    [secrets.wrong, 'kick', { users: [person] }],
    [secrets.webhook, person.email, person],
  ] as const) {
    const headers = { 'content-type': 'application/json', 'x-authing-token': secret }
    const body = JSON.stringify({ eventName, data })
    await webhook(new Request('https://api.example.com/', { method: 'POST', headers, body }))
  }
}

describe('events', () => {
  const markers = () => [
    ...Object.values(person),
    ...['jti-of-secrets', 'nonce-of-secrets', '北京路', 'of-ada', 'no such user'],
    ...Object.values(secrets).flatMap((secret) => [secret, secret.slice(0, 12)]),
  ]

  it('J4: no event, to onEvent or on the diagnostics channel, contains a token, a secret or personal data', () => {
    const log = [heard, published]
      .map(
        (events) =>
          `${JSON.stringify(events)}\n${inspect(events, { depth: 9, maxArrayLength: null, maxStringLength: null, showHidden: true })}`,
      )
      .join('\n')
    expect(leakIn(log, markers())).toBeUndefined()
    expect(leakIn(log, [...new Set(tokens.flatMap((token) => secretsOf(token)))])).toBeUndefined()
    expect(tokens.length).toBeGreaterThan(150)
    // The same words are there to be found where they may be.
    expect(leakIn(JSON.stringify(pool.users), markers())).toBe(person.id)
  })

  it('J4: the events that were searched for secrets include every event type and refusal reason', () => {
    const all = [...eventTypes().keys()].sort()
    expect([...new Set(heard.map(({ type }) => type))].sort()).toEqual(all)
    const refused = new Set(heard.flatMap((event) => (event.type === 'refused' ? [event.reason] : [])))
    expect([...refused].sort()).toEqual(Object.keys(reasons).sort())
    expect(published).toHaveLength(heard.length)
  })
})
