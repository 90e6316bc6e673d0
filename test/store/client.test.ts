import KeyvRedis from '@keyv/redis'
import { createGuard } from 'authing-guard'
import { sharedStore } from 'authing-guard/store'
import { Keyv } from 'keyv'
import { describe, expect, test } from 'vitest'
import { appId, issuer } from '../support/world.js'
import { secret } from './fleet.js'

describe('a Keyv', () => {
  test('tells its errors from then on: hidden, they would look like nobody is revoked', async () => {
    // Nothing listens there.
    const adapter = new KeyvRedis({ url: 'redis://127.0.0.1:1', socket: { reconnectStrategy: false } })
    const client = new Keyv(adapter)
    client.on('error', () => {})
    expect([client.throwOnErrors, adapter.throwOnErrors]).toEqual([false, false])
    expect(await client.get('x')).toBeUndefined()
    createGuard({ issuer, appId, store: sharedStore({ client, secret }) })
    expect([client.throwOnErrors, adapter.throwOnErrors]).toEqual([true, true])
    await expect(client.get('x')).rejects.toThrow()
  })

  test('in the memory of one process is a store too', async () => {
    const client = new Keyv()
    const guard = createGuard({ issuer, appId, store: sharedStore({ client, secret }) })
    await guard.revoke({ tokenId: 'x' })
    expect(guard.health().store).toEqual({ reads: 'up', writes: 'up' })
  })
})
