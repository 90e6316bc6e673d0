import { getRequestListener } from '@hono/node-server'
import { withIdentity } from 'authing-guard/fetch'
import { body } from './index.js'
import { listen } from './listen.js'

/** A function of a web request, behind one that does nothing or behind the guard. */
export function fetchFunctions(guard) {
  const bare = (_request) => Response.json(body)
  return { bare, empty: async (request) => bare(request), guarded: withIdentity(guard, bare) }
}

/** It runs on Node's HTTP by way of Hono's adapter. */
export const fetchHandler = {
  listen: (door, guard) => listen(getRequestListener(fetchFunctions(guard)[door])),
}
