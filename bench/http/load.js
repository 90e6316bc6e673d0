import autocannon from 'autocannon'
import { answerCalls } from '../lib/child.js'

answerCalls({
  /** Requests with this token for a while; how many were answered, and how fast. */
  async load(port, token, seconds) {
    const result = await autocannon({
      url: `http://127.0.0.1:${port}/`,
      connections: 64,
      duration: seconds,
      headers: { authorization: `Bearer ${token}` },
    })
    const { '2xx': good, non2xx, errors, timeouts } = result
    if (non2xx + errors + timeouts > 0) throw new Error(`${non2xx} refused, ${errors} errors, ${timeouts} time-outs`)
    return { good, perSecond: good / result.duration, p99: result.latency.p99 }
  },
})
