import type { ServerResponse } from 'node:http'
import { createGuard } from 'authing-guard'
import { expect, test } from 'vitest'
import { appId, expect401, issuer, userId } from '../support/world.js'
import { activeReply, issuerThat, opaqueToken, opaqueTokens } from './issuer.js'

// guard.forget({ everyone: true }): what Authing has changed must not be hidden by a cached reply.

test('a token that was cached as active is asked about again after forget', async () => {
  let active = true
  const { guard, asked, access } = await issuerThat(() => ({ ...activeReply, active }), {
    introspection: { when: 'always' },
  })
  const jwt = access({ jti: activeReply.jti })
  for (const token of [opaqueToken, jwt]) await expect(guard.verifyToken(token)).resolves.toMatchObject({ userId })
  active = false
  for (const token of [opaqueToken, jwt]) await expect(guard.verifyToken(token)).resolves.toMatchObject({ userId })
  expect(asked).toHaveLength(2)
  guard.forget({ everyone: true })
  for (const token of [opaqueToken, jwt]) await expect401(guard, token, 'inactive_token')
  expect(asked).toHaveLength(4)
})

test('a guard without opaque tokens, and one without introspection, forget too', async () => {
  const { guard, asked, access } = await issuerThat(() => activeReply, { introspection: { when: 'never' } })
  const jwt = access({ jti: activeReply.jti })
  const strict = guard.require({ introspection: true })
  for (let turn = 1; turn < 3; turn++) {
    await strict.verifyToken(jwt)
    expect(asked).toHaveLength(turn)
    guard.forget({ everyone: true })
  }
  expect(() => createGuard({ issuer, appId }).forget({ everyone: true })).not.toThrow()
})

test('a reply that was under way is answered, and neither kept nor shared with later requests', async () => {
  const waiting: ServerResponse[] = []
  const { guard, asked } = await issuerThat(() => (response: ServerResponse) => void waiting.push(response))
  const answer = (at: number, active: boolean) =>
    waiting[at]?.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...activeReply, active }))
  const before = guard.verifyToken(opaqueToken)
  await expect.poll(() => asked.length).toBe(1)
  guard.forget({ everyone: true })
  const later = guard.verifyToken(opaqueToken).catch((error: { reason: string }) => error.reason)
  await expect.poll(() => asked.length).toBe(2)
  answer(1, false)
  expect(await later).toBe('inactive_token')
  answer(0, true)
  await expect(before).resolves.toMatchObject({ userId })
  await expect401(guard, opaqueToken, 'inactive_token')
  expect(asked).toHaveLength(2)
})

test('tokens that were active stay known: a flood of made-up ones does not hold them up', async () => {
  const { guard, tokens } = await issuerThat(({ form }) =>
    form.get('token') === opaqueToken ? activeReply : { active: false },
  )
  await guard.verifyToken(opaqueToken)
  guard.forget({ everyone: true })
  const flood = opaqueTokens(0, 500).map((token) => guard.verifyToken(token).catch(() => {}))
  await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ userId })
  await Promise.all(flood)
  expect(tokens().filter((token) => token === opaqueToken)).toHaveLength(2)
})
