import { withIdentity } from 'authing-guard/serverless'
import { fromFunction } from './function.js'
import { bodyOf, type Call, type Host, type Route, sessionIn } from './host.js'
import { fcEvent, httpEvent, restEvent, scfEvent } from './http-events.js'

interface Event {
  readonly headers: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
}

function cookieOf({ headers, cookies }: Event): string | undefined {
  return cookies ? cookies.join('; ') : (headers['Cookie'] ?? headers['cookie'])
}

function functionOf(route: Route) {
  const guard = route.requirement ? route.guard.require(route.requirement) : route.guard
  return withIdentity(
    guard,
    async (_event: Event, identity, _context: object) => ({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(bodyOf(route, identity)),
    }),
    route.cookie ? { getToken: (event) => sessionIn(cookieOf(event)) } : {},
  )
}

const hostOf = (name: string, eventOf: (call: Call) => Event | Uint8Array): Host => ({
  name,
  open: async (routes) => {
    const functions = new Map(Object.entries(routes).map(([path, route]) => [path, functionOf(route)]))
    return fromFunction(async (call) => functions.get(call.route)?.(eventOf(call), { requestId: '1' }))
  },
})

export const restHost = hostOf('Lambda REST', restEvent)
export const httpApiHost = hostOf('Lambda HTTP', httpEvent)
export const scfHost = hostOf('Tencent SCF', scfEvent)
export const fcHost = hostOf('Aliyun FC', fcEvent)
