import type { ObservedEvent } from 'authing-guard'
import { describe, expect, it, vi } from 'vitest'
import { tokenBy } from '../support/forge.js'
import { accessClaims, appId, home, idClaims, issuer, now } from '../support/world.js'

// Watching before guarding: what a guard would have done is told, and nothing is done.

const day = 86_400_000
const at = (time: number) => new Date(time)
const { key, token } = home()

/** A world whose clock the test sets, with its keys and no events yet. */
async function watched(more: Parameters<typeof home>[0] = {}) {
  const clock = { time: now }
  const world = home({ now: () => clock.time, ...more })
  await world.guard.ready()
  world.events.length = 0
  const observed = () => world.events.filter((event): event is ObservedEvent => event.type === 'observed')
  return { ...world, clock, observed }
}

describe('an observed event', () => {
  it('says which caller the guard would have admitted', async () => {
    const { guard, events } = await watched()
    const observer = guard.observe({ until: at(now + day) })
    await expect(observer.authenticate(`Bearer ${token(idClaims)}`)).resolves.toBeUndefined()
    await expect(observer.verifyToken(token(accessClaims))).resolves.toBeUndefined()
    const passed = { type: 'observed', wouldHave: 'passed', kind: 'user', issuer, appId }
    expect(events).toEqual([
      { ...passed, tokenType: 'id_token' },
      { ...passed, tokenType: 'access_token' },
    ])
  })

  it('says which request the guard would have refused, with its status and reason', async () => {
    const { guard, events } = await watched()
    const observer = guard.observe({ until: at(now + day) })
    await observer.authenticate(undefined)
    await observer.authenticate('Bearer')
    await observer.verifyToken(tokenBy({ ...key, kid: 'x' }, idClaims))
    expect(events.filter(({ type }) => type !== 'keys_refreshed')).toMatchObject([
      { type: 'observed', wouldHave: 'refused', reason: 'missing_token', status: 401, detail: expect.any(String) },
      { type: 'observed', wouldHave: 'refused', reason: 'invalid_request', status: 400 },
      { type: 'observed', wouldHave: 'refused', reason: 'unknown_key', status: 401 },
    ])
  })

  it('says what a stricter guard would have done, and calls its hooks', async () => {
    const check = vi.fn(async () => false)
    const { guard, events } = await watched({ checkPermission: { check } })
    const strict = guard.require({ action: 'book:delete', resource: (request: { id: string }) => `book:${request.id}` })
    await strict.observe({ until: at(now + day) }).authenticate(`Bearer ${token(accessClaims)}`, { id: '7' })
    expect(check).toHaveBeenCalledWith(
      expect.objectContaining({ kind: 'user' }),
      expect.objectContaining({ resource: 'book:7' }),
      expect.anything(),
    )
    expect(events).toMatchObject([
      { type: 'decided', allowed: false },
      { type: 'observed', wouldHave: 'refused', reason: 'permission_denied', status: 403 },
    ])
  })

  it('has no kind for an anonymous request, where credentials are optional', async () => {
    const { guard, events } = await watched({ credentials: 'optional' })
    await guard.observe({ until: at(now + day) }).authenticate(undefined)
    expect(events).toMatchObject([{ type: 'observed', wouldHave: 'passed', kind: undefined, tokenType: undefined }])
  })

  it('is a refusal while the keys cannot be fetched', async () => {
    const { guard, observed } = await watched({ jwks: undefined })
    await guard.observe({ until: at(now + day) }).verifyToken(token(idClaims))
    expect(observed()).toMatchObject([{ wouldHave: 'refused', reason: 'keys_unavailable', status: 503 }])
  })

  it('is a failure where a user function throws outside the guard’s own handling', async () => {
    const { guard, events, clock } = await watched()
    const observer = guard.observe({ until: at(now + day) })
    Object.defineProperty(clock, 'time', {
      get: () => {
        throw new Error('the clock is broken')
      },
    })
    await expect(observer.verifyToken(token(idClaims))).resolves.toBeUndefined()
    expect(events).toEqual([{ type: 'observed', wouldHave: 'failed' }])
  })
})

describe('an adapter of the other build (ESM or CJS) than its guard', () => {
  it('reports a refusal as a refusal', async () => {
    const { guard, observed } = await watched()
    vi.resetModules()
    const { authingGuard } = await import('authing-guard/express')
    authingGuard(guard).observe({ until: at(now + day) })({ headers: {} }, {}, () => {})
    await vi.waitFor(() => expect(observed()).toMatchObject([{ wouldHave: 'refused', reason: 'missing_token' }]))
  })
})

describe('an observer', () => {
  it('has no require, and resolves with undefined', async () => {
    const { guard } = await watched()
    const observer = guard.observe({ until: at(now + day) })
    expect(Object.keys(observer)).toEqual(['authenticate', 'verifyToken'])
    expect(await observer.authenticate(`Bearer ${token(idClaims)}`)).toBeUndefined()
  })

  it('does nothing without a listener', async () => {
    const check = vi.fn(async () => true)
    const { guard } = await watched({ checkPermission: { check }, onEvent: undefined })
    const observer = guard.require({ action: 'a', resource: 'b' }).observe({ until: at(now + day) })
    await observer.verifyToken(token(idClaims))
    expect(check).not.toHaveBeenCalled()
  })

  it('stops at its end, and emits observation_ended once', async () => {
    const { guard, events, clock } = await watched()
    const observer = guard.observe({ until: at(now + 10_000) })
    clock.time = now + 9_999
    await observer.verifyToken('x')
    clock.time = now + 10_000
    for (let request = 0; request < 3; request++) await observer.verifyToken('x')
    clock.time = now
    await observer.verifyToken('x')
    expect(events.map(({ type }) => type)).toEqual(['observed', 'observation_ended'])
  })

  it('does nothing where its end has passed at the start, so that a restart breaks nothing', async () => {
    const { guard, events } = await watched()
    const observer = guard.observe({ until: '2020-01-31' })
    await observer.verifyToken('x')
    expect(events).toEqual([{ type: 'observation_ended' }])
  })

  it('reads no environment variable', async () => {
    const read = vi.fn(() => undefined)
    const { guard } = await watched()
    vi.stubGlobal('process', { ...process, env: new Proxy({}, { get: read }) })
    try {
      guard.observe({ until: at(now + day) })
    } finally {
      vi.unstubAllGlobals()
    }
    expect(read).not.toHaveBeenCalled()
  })
})

describe('until', () => {
  const { guard } = home()

  it.each([
    at(now + 30 * day),
    '2023-12-01',
    '2023-12-01T08:00Z',
    '2023-12-01T08:00:00+08:00',
    '2023-12-01T08:00:00.000Z',
  ])('is a time within 30 days: %s', (until) => {
    expect(() => guard.observe({ until })).not.toThrow()
  })

  it.each<[string, unknown, string]>([
    ['left out', {}, 'observe.until must be a Date, or its text: 2026-01-31'],
    ['a number', { until: now }, 'observe.until must be a Date'],
    ['an invalid Date', { until: at(Number.NaN) }, 'observe.until must be a Date'],
    ['no time', { until: 'tomorrow' }, 'observe.until must be a Date'],
    ['no day of any month', { until: '2023-13-01' }, 'observe.until must be a Date'],
    ['a time of no zone', { until: '2023-12-01T08:00:00' }, 'observe.until must be a Date'],
    ['further ahead', { until: at(now + 30 * day + 1) }, 'observe.until must be at most 30 days ahead'],
    ['with another option', { until: at(now), require: {} }, 'there is no option observe.require'],
    ['no object', '2023-12-01', 'observe must be an object with until'],
  ])('is not %s', (_, options, message) => {
    expect(() => guard.observe(options as never)).toThrow(`authing-guard: ${message}`)
  })

  it('is checked again at each request where the clock is 0 while modules load, as on Workers', async () => {
    const { guard, events, clock } = await watched()
    clock.time = 0
    const [near, far] = [now + 30 * day, now + 32 * day].map((end) => guard.observe({ until: at(end) }))
    clock.time = now
    await near?.verifyToken('x')
    await far?.verifyToken('x')
    expect(events.map(({ type }) => type)).toEqual(['observed', 'observation_ended'])
  })
})
