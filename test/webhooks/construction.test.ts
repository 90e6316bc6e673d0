import { createGuard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { authingWebhook, type WebhookOptions } from 'authing-guard/webhooks'
import { describe, expect, test, vi } from 'vitest'
import { fleet, token, verdictOf } from '../store/fleet.js'
import { appId, issuer } from '../support/world.js'
import { options, pair, privateTexts, user, webhookRequest, webhookSecret } from './world.js'

const shared = () => fleet(1).first
const alone = () => fleet(1, { store: undefined }).first
const make = (more: object, guard: unknown = shared()) =>
  authingWebhook(guard as ReturnType<typeof shared>, { ...options, ...more } as WebhookOptions)

describe('authingWebhook', () => {
  test.each([
    ['no secret', { secret: undefined }, /webhook\.secret is missing. It must be the webhook's request secret/],
    ['an empty secret', { secret: '' }, /webhook\.secret/],
    ['a secret of 15 characters', { secret: 'a'.repeat(15) }, /at least 16 characters/],
    ['a list with a short secret', { secret: [webhookSecret, 'short'] }, /at least 16 characters/],
    ['an empty list of secrets', { secret: [] }, /webhook\.secret/],
    ['no user pool', { userPoolId: undefined }, /webhook\.userPoolId is missing/],
    ['a blank header name', { header: ' ' }, /webhook\.header/],
    ['singleProcess as a text', { singleProcess: 'yes' }, /webhook\.singleProcess/],
    ['an unknown option', { secrets: webhookSecret }, /no option webhook\.secrets/],
  ])('throws for %s', (_, more, message) => {
    expect(() => make(more)).toThrow(TypeError)
    expect(() => make(more)).toThrow(message)
  })

  test('quotes no secret in its messages', () => {
    expect(() => make({ secret: 'hunter2' })).toThrow(/^(?!.*hunter2)/)
  })

  test.each([undefined, null, {}, { issuer: 'https://my-app.authing.cn/oidc' }])(
    'throws where the guard is %j',
    (guard) => {
      expect(() => authingWebhook(guard as never, options)).toThrow(/first argument must be a guard/)
    },
  )

  test('throws where the guard has no shared store, and works where singleProcess says that this is all there is', async () => {
    const guard = alone()
    expect(() => make({}, guard)).toThrow(/needs a guard with a store/)
    const webhook = make({ singleProcess: true }, guard)
    await webhook(webhookRequest({ eventName: 'kick', data: { users: [user()] } }))
    expect(await verdictOf(guard, token())).toBe('revoked_token')
  })

  test("takes an adapter's guard", async () => {
    const guard = authingGuard(shared())
    const webhook = authingWebhook(guard, options)
    expect((await webhook(webhookRequest({ eventName: 'kick', data: { users: [user()] } }))).status).toBe(200)
    expect(await verdictOf(guard, token())).toBe('revoked_token')
    expect(() => authingWebhook(createGuard(guardOptions), options)).toThrow(/store/)
  })

  test('a refused one is told to the terminal of a developer, without anything of its body', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    const write = vi.spyOn(console, 'warn').mockReturnValue()
    const webhook = make({ singleProcess: true }, createGuard({ issuer, appId }))
    const other = { eventName: 'kick', data: { users: [user(undefined, { userPoolId: 'another-pool' })] } }
    expect((await webhook(webhookRequest(other))).status).toBe(400)
    expect(write.mock.calls).toEqual([[expect.stringMatching(/^authing-guard: 400 webhook: .*another user pool/)]])
    expect(String(write.mock.calls)).not.toMatch(new RegExp(privateTexts.join('|')))
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })

  test('takes either secret while it is rotated', async () => {
    const next = 'the next secret of 30 characters'
    const { send } = pair({ secret: [webhookSecret, next] })
    const body = (at: number) => ({ eventName: 'kick', data: { users: [`user-${at}`] } })
    expect((await send(body(1))).status).toBe(200)
    expect((await send(body(2), { 'x-authing-webhook-secret': next })).status).toBe(200)
    expect((await send(body(3), { 'x-authing-webhook-secret': `${next}s` })).status).toBe(401)
  })

  test('reads the secret in the header that a private deployment has named', async () => {
    const { webhook } = pair({ header: 'X-Our-Secret' })
    const request = (headers: Record<string, string>) => {
      const made = webhookRequest({ eventName: 'test' }, headers)
      made.headers.delete('x-authing-webhook-secret')
      return made
    }
    expect((await webhook(request({ 'x-our-secret': webhookSecret }))).status).toBe(200)
    expect((await webhook(request({ 'x-our-secret': 'wrong' }))).status).toBe(401)
    expect((await pair().webhook(request({ 'x-our-secret': webhookSecret }))).status).toBe(401)
  })
})

const guardOptions = { issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' }
