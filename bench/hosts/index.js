/**
 * A host, alone (`bare`), with a middleware or hook that does nothing (`empty`), and with the guard (`guarded`). Each
 * answers the same body.
 *
 * @typedef {'bare' | 'empty' | 'guarded'} Door
 * @typedef {import('authing-guard').Guard} Guard
 * @typedef {object} Host
 * @property {(door: Door, guard: Guard) => Promise<import('node:http').Server>} listen on a free port of loopback
 */

/** Hosts of HTTP, by name; each is loaded where it runs, and nothing of the others. @type {Record<string, () => Promise<Host>>} */
export const httpHosts = {
  'Express 5': async () => (await import('./express.js')).express5,
  'Express 4': async () => (await import('./express.js')).express4,
  'Koa 3': async () => (await import('./koa.js')).koa3,
  'Koa 2': async () => (await import('./koa.js')).koa2,
  Fastify: async () => (await import('./fastify.js')).fastifyHost,
  Hono: async () => (await import('./hono.js')).hono,
  'h3 2': async () => (await import('./h3.js')).h3,
  'h3 1': async () => (await import('./h3.js')).h3v1,
  'Nest on Express': async () => (await import('./nest.js')).nestExpress,
  'Nest on Fastify': async () => (await import('./nest.js')).nestFastify,
  'a fetch handler': async () => (await import('./fetch.js')).fetchHandler,
}

/** What each answers. */
export const body = { hello: 'world' }
