import diagnostics from 'node:diagnostics_channel'
import { createGuard, type Guard, type GuardEvent, type GuardMessage, type PermissionHookObject } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { user } from '../authorization/callers.js'
import { throwingProcess } from '../support/throwing-process.js'
import { accessClaims, appId, home, idClaims, issuer, machineClaims, optionsWith, refusalOf } from '../support/world.js'

// What a guard tells, to onEvent and to the process's channel.

const { key, token } = home()
const identified = { type: 'verified', kind: 'user', issuer, appId }

/** A guard that has its keys, and has told so. */
async function warm(more: Parameters<typeof home>[0] = {}) {
  const world = home(more)
  await world.guard.ready()
  world.events.length = 0
  return world
}

/** Listens on the channel for as long as the test runs. */
function subscribed(listen?: (message: GuardMessage) => void) {
  const messages: GuardMessage[] = []
  const subscriber = (message: unknown) => {
    messages.push(message as GuardMessage)
    listen?.(message as GuardMessage)
  }
  diagnostics.subscribe('authing-guard', subscriber)
  unsubscribe.push(() => diagnostics.unsubscribe('authing-guard', subscriber))
  return messages
}
const unsubscribe: (() => unknown)[] = []
afterEach(() => {
  for (const leave of unsubscribe.splice(0)) leave()
  vi.unstubAllGlobals()
})

describe('verified', () => {
  it('has the kind of caller and of token, and whether the token was cached', async () => {
    const { guard, events } = await warm({ accessKeys: 'any' })
    const id = token(idClaims)
    for (let round = 0; round < 3; round++) await guard.verifyToken(id)
    await guard.authenticate(`Bearer ${token(machineClaims)}`)
    expect(events).toEqual([
      { ...identified, tokenType: 'id_token', remembered: false },
      { ...identified, tokenType: 'id_token', remembered: false },
      { ...identified, tokenType: 'id_token', remembered: true },
      { ...identified, kind: 'machine', tokenType: 'access_token', remembered: false },
    ])
  })

  it('is emitted only for callers who meet the requirements', async () => {
    const { guard, events } = await warm()
    const readers = guard.require({ scope: 'book:read' })
    await readers.verifyToken(token({ ...accessClaims, scope: 'book:read' }))
    await refusalOf(readers.verifyToken(token(accessClaims)))
    expect(events.map(({ type }) => type)).toEqual(['verified', 'refused'])
    expect(events[1]).toMatchObject({ reason: 'insufficient_scope', status: 403 })
  })

  it('is emitted once for a request that passes two middlewares of one guard', async () => {
    const { guard, events } = await warm()
    const adapter = authingGuard(guard)
    const request = { headers: { authorization: `Bearer ${token({ ...accessClaims, scope: 'book:read' })}` } }
    const through = (one: typeof adapter) => new Promise((next) => one(request, {}, next))
    expect(await through(adapter)).toBeUndefined()
    expect(await through(adapter.require({ scope: 'book:read' }))).toBeUndefined()
    expect(events.map(({ type }) => type)).toEqual(['verified'])
    expect(await through(adapter.require({ scope: 'book:write' }))).toMatchObject({ status: 403 })
    expect(events.map(({ type }) => type)).toEqual(['verified', 'refused'])
  })
})

describe('anonymous', () => {
  it('is emitted for a request without credentials where they are optional', async () => {
    const { guard, events } = await warm({ credentials: 'optional' })
    await expect(guard.authenticate(undefined)).resolves.toBeUndefined()
    await refusalOf(guard.authenticate('Bearer x'))
    expect(events).toMatchObject([{ type: 'anonymous' }, { type: 'refused', reason: 'malformed_token' }])
  })

  it('is not emitted where credentials are required: the request is refused', async () => {
    const { guard, events } = await warm()
    await refusalOf(guard.authenticate(undefined))
    expect(events).toMatchObject([{ type: 'refused', reason: 'missing_token', status: 401 }])
  })
})

describe('decided', () => {
  const checkPermission: PermissionHookObject = {
    check: async (_, { action }) => action === 'book:read',
    hasRole: async () => true,
    cacheSeconds: 60,
  }

  it('is emitted for each answer of the hook, cached ones too, and names no resource', async () => {
    const { guard, events } = await warm({ checkPermission, roles: 'authing' })
    const ask = (requirement: object) => guard.authorize(user(), requirement)
    await ask({ action: 'book:read', resource: 'book:of-ada' })
    await ask({ action: 'book:read', resource: 'book:of-ada' })
    await refusalOf(ask({ action: 'book:delete', resource: 'book:of-ada' }))
    await ask({ role: ['admin', 'editor'] })
    const decided = { type: 'decided', hook: 'checkPermission', action: 'book:read', allowed: true }
    const role = { type: 'decided', hook: 'hasRole', action: undefined, allowed: true, remembered: false }
    expect(events.filter(({ type }) => type === 'decided')).toEqual([
      { ...decided, remembered: false },
      { ...decided, remembered: true },
      { ...decided, action: 'book:delete', allowed: false, remembered: false },
      role,
      role,
    ])
    expect(JSON.stringify(events)).not.toContain('of-ada')
  })

  it('is not emitted where the hook gave no answer: the request is refused as an outage', async () => {
    const { guard, events } = await warm({ checkPermission: async () => 'yes' })
    await refusalOf(guard.authorize(user(), { action: 'book:read', resource: 'book:1' }))
    expect(events).toMatchObject([{ type: 'refused', reason: 'permission_unavailable', status: 503 }])
  })
})

describe('the channel authing-guard', () => {
  it('has the events of onEvent, and names the guard', async () => {
    const one = await warm()
    const other = await warm({
      appId: 'another',
      userPool: { id: 'pool-1', jwtSecret: 'a secret of more than 32 bytes...' },
    })
    const messages = subscribed()
    await one.guard.verifyToken(token(idClaims))
    await refusalOf(one.guard.verifyToken('x'))
    await refusalOf(other.guard.verifyToken(token(idClaims)))
    expect(messages.map(({ event }) => event)).toEqual([...one.events, ...other.events])
    const guards = messages.map(({ guard }) => guard)
    expect(guards[0]).toEqual({ applications: [{ issuer, appId }], userPoolId: undefined })
    expect(guards[2]).toEqual({ applications: [{ issuer, appId: 'another' }], userPoolId: 'pool-1' })
    expect(guards[1]).toBe(guards[0])
  })

  it('delivers events to a subscriber from subscribing until unsubscribing', async () => {
    const guard = createGuard(optionsWith([key.jwk]))
    await guard.verifyToken(token(idClaims))
    const messages = subscribed()
    await guard.verifyToken(token(idClaims))
    for (const leave of unsubscribe.splice(0)) leave()
    await guard.verifyToken(token(idClaims))
    expect(messages).toMatchObject([{ event: { type: 'verified' } }])
  })

  it('changes no verdict where a subscriber throws, and the other subscribers get the event', async () => {
    const thrown: unknown[] = []
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', (error) => thrown.push(error.message))
    try {
      const { guard, events } = await warm()
      subscribed(() => {
        throw new Error('the subscriber is broken')
      })
      const later = subscribed()
      await expect(guard.verifyToken(token(idClaims))).resolves.toMatchObject({ kind: 'user' })
      expect(await refusalOf(guard.verifyToken('x'))).toMatchObject({ status: 401 })
      expect(later.map(({ event }) => event)).toEqual(events)
      await new Promise((resolve) => setImmediate(resolve))
      // As on every channel, Node takes it for an exception that nobody caught.
      expect(thrown).toEqual(['the subscriber is broken', 'the subscriber is broken'])
    } finally {
      process.removeAllListeners('uncaughtException')
      for (const listener of listeners) process.on('uncaughtException', listener)
    }
  })

  it.each([
    ['no process', undefined],
    ['a process of an older Node', { env: {} }],
    ['a process without that module', { env: {}, getBuiltinModule: (): undefined => undefined }],
    ['a process whose members throw', throwingProcess],
  ])('is not there, and not missed, where there is %s', async (_, host) => {
    const messages = subscribed()
    vi.stubGlobal('process', host)
    const events: GuardEvent[] = []
    const made: Guard[] = []
    try {
      made.push(createGuard(optionsWith([key.jwk], { onEvent: (event: GuardEvent) => events.push(event) })))
      made.push(createGuard(optionsWith([key.jwk])))
    } finally {
      vi.unstubAllGlobals()
    }
    for (const guard of made) {
      await expect(guard.verifyToken(token(idClaims))).resolves.toMatchObject({ kind: 'user' })
      expect(await refusalOf(guard.verifyToken('x'))).toMatchObject({ status: 401 })
    }
    expect(events.map(({ type }) => type)).toEqual(['keys_refreshed', 'verified', 'refused'])
    expect(messages).toEqual([])
  })
})

describe('without a listener', () => {
  it('no event is published', async () => {
    const publish = vi.spyOn(diagnostics.Channel.prototype, 'publish')
    const identities: unknown[] = []
    const guard = createGuard(optionsWith([key.jwk]))
    const text = token(idClaims)
    for (let round = 0; round < 3; round++) identities.push(await guard.verifyToken(text))
    await refusalOf(guard.verifyToken('x'))
    expect(publish).not.toHaveBeenCalled()
    expect(identities[2]).toBe(identities[1])
  })
})
