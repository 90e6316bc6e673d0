import { createGuard } from 'authing-guard'
import { expect, test, vi } from 'vitest'
import { Refusal } from '../../src/common/refusal.js'
import { keyPair, tokenBy } from '../support/forge.js'
import { accessClaims, appId, issuer, now, userId } from '../support/world.js'
import { activeReply, clientSecret, opaqueToken } from './issuer.js'

// The guard is of one copy of the package and the part of another, as when one is loaded as ESM and the other as CJS.

vi.resetModules()
const another = await import('../../src/introspection/index.js')
const { Refusal: AnotherRefusal } = await import('../../src/common/refusal.js')

const key = keyPair('RS256', 'kid-1')
const tokens = { opaque: opaqueToken, JWT: tokenBy(key, accessClaims) }

function guardThatHears(reply: Response | object) {
  return createGuard({
    issuer,
    appId,
    jwks: { keys: [key.jwk] },
    now: () => now,
    fetch: async () => (reply instanceof Response ? reply : Response.json(reply)),
    introspection: another.introspection({ when: 'always', clientSecret }),
  })
}

test('the guard and the part are of two copies', () => {
  expect(AnotherRefusal).not.toBe(Refusal)
})

test.each(Object.entries(tokens))('refuses an inactive token with 401: %s', async (_, token) => {
  const refused = guardThatHears({ active: false }).verifyToken(token)
  await expect(refused).rejects.toMatchObject({ status: 401, reason: 'inactive_token' })
})

test.each(Object.entries(tokens))('answers 503 when the issuer fails: %s', async (_, token) => {
  const refused = guardThatHears(new Response('', { status: 500 })).verifyToken(token)
  await expect(refused).rejects.toMatchObject({ status: 503, reason: 'introspection_unavailable' })
})

test.each(Object.entries(tokens))('admits an active token: %s', async (_, token) => {
  await expect(guardThatHears(activeReply).verifyToken(token)).resolves.toMatchObject({ userId })
})
