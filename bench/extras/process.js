import { answerCalls } from '../lib/child.js'
import { events } from './events.js'
import { expressMiddleware } from './express.js'
import { requirePermission } from './require-permission.js'
import { requireScope } from './require-scope.js'

/** By the name under which the report shows it; each gives a race's times. */
const workloads = {
  'a scope required, hot access token': requireScope,
  'a remembered permission, hot token': requirePermission,
  'events, hot token': events,
  'in Express 5, hot token': expressMiddleware,
}

answerCalls({
  async extras(quick) {
    const settings = quick ? { rounds: 3, warmUps: 2, roundMs: 8 } : { rounds: 15, warmUps: 4, roundMs: 40 }
    const results = {}
    for (const [name, workload] of Object.entries(workloads)) results[name] = await workload(settings)
    return results
  },
})
