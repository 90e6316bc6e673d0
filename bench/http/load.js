import autocannon from 'autocannon'
import { answerCalls } from '../lib/child.js'

answerCalls({
  /** So many requests with this token: how many were answered, in how many milliseconds, and how fast. */
  async load(port, token, requests) {
    let [start, last] = [0, 0]
    const running = autocannon({
      url: `http://127.0.0.1:${port}/`,
      connections: 64,
      amount: requests,
      headers: { authorization: `Bearer ${token}` },
      // It ends at the next sample, and the time until then is nobody's.
      sampleInt: 50,
    })
    running.on('start', () => {
      start = performance.now()
    })
    running.on('response', () => {
      last = performance.now()
    })
    const { '2xx': good, non2xx, errors, timeouts, latency } = await running
    if (non2xx + errors + timeouts > 0) throw new Error(`${non2xx} refused, ${errors} errors, ${timeouts} time-outs`)
    return { good, ms: last - start, perSecond: (good / (last - start)) * 1000, p99: latency.p99 }
  },
})
