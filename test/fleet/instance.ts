import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import KeyvPostgres from '@keyv/postgres'
import KeyvRedis from '@keyv/redis'
import express from 'express'
import { Keyv } from 'keyv'
import { authingErrorHandler, authingGuard, identityOf } from '../../src/adapters/express/index.js'
import type { Guard } from '../../src/guard/contract.js'
import type { Revoked } from '../../src/revocation/revocation.js'
import { sharedStore } from '../../src/store/index.js'
import type { GuardEvent } from '../../src/telemetry/events.js'
import { authingWebhook, type WebhookOptions } from '../../src/webhooks/index.js'

// One process of a backend: an Express app behind a guard that shares a store. Its parent speaks with it, and may have it
// begin anew, with nothing that it knew.

/** What it begins with. */
export interface InstanceOptions {
  readonly issuer: string
  readonly appId: string
  readonly url: string
  readonly secret: string
  /** What its keys in the store begin with. */
  readonly prefix: string
  /** Seconds that a call of the store may take. Default: 5, so that a busy machine is no fault of the store. */
  readonly timeout?: number
  /** Where it listens. Default: a free port. */
  readonly port?: number
  /** Whose webhooks it receives, at /webhook. */
  readonly webhook?: WebhookOptions
}

/** What it tells of itself. */
export interface InstanceReport {
  readonly events: readonly GuardEvent[]
  readonly unhandled: readonly string[]
  readonly heap: number
  readonly store: string | undefined
}

const unhandled: string[] = []
const errors: string[] = []
// @keyv/postgres hears no errors of connections that are idle, and Node ends a process for that.
process.on('uncaughtException', (error) => errors.push(String(error)))
process.on('unhandledRejection', (error) => unhandled.push(String(error)))

/** A backend that serves. */
interface Backend {
  readonly guard: Guard
  readonly server: Server
  readonly client: Keyv
  readonly events: GuardEvent[]
}

let backend: Backend | undefined
const running = (): Backend => {
  if (backend === undefined) throw new Error('it has not begun')
  return backend
}

async function start({
  issuer,
  appId,
  url,
  secret,
  prefix,
  timeout = 5,
  port = 0,
  webhook,
}: InstanceOptions): Promise<Backend> {
  // As a user would write it: an adapter, and a Keyv around it.
  const client = new Keyv(url.startsWith('redis:') ? new KeyvRedis(url) : new KeyvPostgres({ uri: url }))
  client.on('error', () => {})
  const events: GuardEvent[] = []
  const onEvent = (event: GuardEvent) => {
    if (event.type !== 'refused' && event.type !== 'verified') events.push(event)
  }
  const store = sharedStore({ client, secret, prefix, timeout })
  const guard = authingGuard({ issuer, appId, onEvent, store })
  await guard.ready()
  const app = express()
  if (webhook !== undefined) app.post('/webhook', authingWebhook(guard, webhook))
  app.get('/', guard, (req, res) => void res.json({ who: identityOf(req).userId }))
  app.use(authingErrorHandler)
  const server = app.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { guard, server, client, events }
}

async function stop({ server, client }: Backend): Promise<void> {
  server.close()
  server.closeAllConnections()
  // Waited for, since @keyv/postgres has one pool for all of a process; but one whose store is gone may never settle.
  const late = new Promise((resolve) => setTimeout(resolve, 1000).unref())
  await Promise.race([client.disconnect().catch(() => {}), late])
}

const calls = {
  begin: async (options: InstanceOptions) => {
    if (backend !== undefined) await stop(backend)
    backend = await start(options)
    return (backend.server.address() as AddressInfo).port
  },
  revoke: (whose: Revoked) => running().guard.revoke(whose),
  report: (): InstanceReport => {
    globalThis.gc?.()
    const { events, guard } = running()
    return {
      events,
      unhandled,
      heap: process.memoryUsage().heapUsed,
      store: Object.values(guard.health().store ?? {}).includes('down') ? 'down' : 'up',
    }
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
