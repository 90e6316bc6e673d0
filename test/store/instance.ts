import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import KeyvPostgres from '@keyv/postgres'
import KeyvRedis from '@keyv/redis'
import express from 'express'
import { Keyv } from 'keyv'
import type { GuardEvent } from '../../src/core/events.js'
import { answerRefusals, authingGuard, identityOf } from '../../src/express.js'
import type { Revoked } from '../../src/online/revocation.js'

// One process of a backend: an Express app behind a guard that shares a store. Its parent speaks with it.

/** What it is started with. */
export interface InstanceOptions {
  readonly issuer: string
  readonly appId: string
  readonly url: string
  readonly secret: string
}

/** What it tells of itself. */
export interface InstanceReport {
  readonly events: readonly GuardEvent[]
  readonly unhandled: readonly string[]
  readonly heap: number
  readonly store: string | undefined
}

const events: GuardEvent[] = []
const unhandled: string[] = []
const errors: string[] = []
// @keyv/postgres hears no errors of connections that are idle, and Node ends a process for that.
process.on('uncaughtException', (error) => errors.push(String(error)))
process.on('unhandledRejection', (error) => unhandled.push(String(error)))

async function main({ issuer, appId, url, secret }: InstanceOptions) {
  // As a user would write it: an adapter, and a Keyv around it.
  const client = new Keyv(url.startsWith('redis:') ? new KeyvRedis(url) : new KeyvPostgres({ uri: url }))
  client.on('error', () => {})
  const onEvent = (event: GuardEvent) => {
    if (event.type !== 'refused' && event.type !== 'verified') events.push(event)
  }
  const guard = authingGuard({ issuer, appId, onEvent, store: { client, secret, timeout: 1 } })
  await guard.ready()
  const app = express()
  app.get('/', guard, (req, res) => void res.json({ who: identityOf(req).userId }))
  app.use(answerRefusals)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const calls = {
    port: () => (server.address() as AddressInfo).port,
    revoke: (whose: Revoked) => guard.revoke(whose),
    report: (): InstanceReport => {
      globalThis.gc?.()
      return { events, unhandled, heap: process.memoryUsage().heapUsed, store: guard.health().store }
    },
  }
  process.on('message', async ({ id, name, given }: { id: number; name: keyof typeof calls; given: [never] }) => {
    try {
      process.send?.({ id, value: await calls[name](...given) })
    } catch (error) {
      process.send?.({ id, error: Reflect.get(Object(error), 'reason') ?? String(error) })
    }
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ id: 0 })
}

await main(JSON.parse(process.argv[2] ?? '{}'))
