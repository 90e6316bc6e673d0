import { express4Host, express5Host, serverlessHttpHost } from './express.js'
import { fastifyHost } from './fastify.js'
import { fetchHost, honoHost } from './fetch.js'
import { forwardAuthHost } from './forward-auth.js'
import { h3v1Host, h3v2Host } from './h3.js'
import { koa2Host, koa3Host } from './koa.js'
import { nestExpressHost, nestFastifyHost } from './nest.js'
import { fcHost, httpApiHost, restHost, scfHost } from './serverless.js'

/** Those that a client connects to. */
export const httpHosts = [
  ...[express5Host, express4Host, koa3Host, koa2Host, nestExpressHost, nestFastifyHost, fastifyHost, honoHost],
  ...[h3v2Host, h3v1Host],
] as const

/** Those that are called, with no client to hang up. */
export const functionHosts = [serverlessHttpHost, fetchHost, restHost, httpApiHost, scfHost, fcHost] as const

/** The adapter for proxies is behind one: its client is the proxy. */
export const hosts = [...httpHosts, ...functionHosts, forwardAuthHost] as const
