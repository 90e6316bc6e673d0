import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { answerCalls } from '../lib/child.js'

// An issuer on loopback, in a process of its own: real tokens begin with 'r', all others are made up.

const none = { real: 0, madeUp: 0, atOnce: 0 }
let asked = { ...none }
let underWay = 0

answerCalls({
  async open({ appId, delay }) {
    const server = createServer(async (request, response) => {
      const token = new URLSearchParams(await text(request)).get('token') ?? ''
      const active = token.startsWith('r')
      asked[active ? 'real' : 'madeUp']++
      asked.atOnce = Math.max(asked.atOnce, ++underWay)
      await setTimeout(delay)
      underWay--
      const exp = Math.floor(Date.now() / 1000) + 3600
      const reply = active
        ? { active, sub: 'user', client_id: appId, exp, token_type: 'Bearer', scope: 'user' }
        : { active }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
    })
    server.keepAliveTimeout = 60_000
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    return server.address().port
  },
  take() {
    const before = asked
    asked = { ...none }
    return before
  },
})
