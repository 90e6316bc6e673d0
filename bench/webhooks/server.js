import express from 'express'
import { answerCalls } from '../lib/child.js'

// An API with one hot route and the webhook, on Express. The store is a Map in this process, so that only the guard and
// the host are measured.

const { authingGuard } = await import('../../dist/express.js')
const { sharedStore } = await import('../../dist/store.js')
const { createUserPool } = await import('../../dist/testing.js')
const { authingWebhook } = await import('../../dist/webhooks.js')

const client = new Map()
const secret = 'a secret of the webhook, and of nothing else'

answerCalls({
  async open() {
    const pool = await createUserPool()
    const store = sharedStore({ client, secret: 'a secret that only the instances know' })
    const guard = authingGuard({ ...pool.guardOptions, store })
    const app = express()
    app.post('/webhook', authingWebhook(guard, { secret, userPoolId: pool.userPoolId }))
    app.get('/', guard, (_request, response) => response.end('ok'))
    const server = app.listen(0, '127.0.0.1')
    // Longer than a spell: a connection that is closed while it is used again would end the load.
    server.keepAliveTimeout = 120_000
    await new Promise((resolve) => server.once('listening', resolve))
    // From here on each request is checked for revocations.
    await guard.revoke({ userId: 'somebody-else' })
    return { port: server.address().port, token: pool.mint(), secret, userPoolId: pool.userPoolId }
  },
  /** Microseconds of CPU since the process began. */
  cpu: () => process.cpuUsage().user + process.cpuUsage().system,
  heap() {
    globalThis.gc?.()
    return { heapUsed: process.memoryUsage().heapUsed, records: client.size }
  },
})
