import { getRequestListener } from '@hono/node-server'
import { withIdentity } from 'authing-guard/fetch'
import { type Context, Hono } from 'hono'
import { bodyOf, type Call, callHook, type Door, type Host, sessionIn } from './host.js'
import { type HttpHost, serve } from './http.js'

function guarded<Rest extends readonly unknown[]>(door: Door) {
  const guard = door.requirement ? door.guard.require(door.requirement) : door.guard
  return withIdentity(
    guard,
    (_request: Request, identity, ..._rest: Rest) => Response.json(bodyOf(door, identity)),
    door.cookie ? { token: (request) => sessionIn(request.headers.get('cookie')) } : {},
  )
}

/** A handler of web requests by itself. */
export const fetchHost: Host = {
  name: 'a fetch handler',
  open: async (doors) => {
    const handlers = new Map(Object.entries(doors).map(([name, door]) => [name, guarded<[]>(door)]))
    return {
      call: async (call) => {
        const response = await handlers
          .get(call.door)?.(requestOf(call))
          .catch(() => new Response('', { status: 500 }))
        const { status = 0, headers = new Headers() } = response ?? {}
        return callHook(status, (name) => headers.get(name) ?? undefined, (await response?.text()) ?? '')
      },
      close: async () => {},
    }
  },
}

function requestOf({ door, lines, method, query }: Call): Request {
  const headers = new Headers()
  for (const [name, value] of lines) headers.append(name, value)
  return new Request(`https://api.example.com/${door}${query}`, { method, headers })
}

export const honoHost: Host<HttpHost> = {
  name: 'Hono',
  open: (doors) => {
    const app = new Hono()
    for (const [name, door] of Object.entries(doors)) {
      const handler = guarded<[Context]>(door)
      app.all(`/${name}`, (c) => handler(c.req.raw, c))
    }
    return serve(getRequestListener(app.fetch))
  },
}
