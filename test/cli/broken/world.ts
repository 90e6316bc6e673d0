import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { GuardOptions } from 'authing-guard'
import { createUserPool, type PoolApplication, type UserPool, type UserPoolOptions } from 'authing-guard/testing'
import { certificateOf } from '../../../src/testing/certificate.js'
import { createSigningKey } from '../../../src/testing/key.js'
import { closed, listening, portOf } from '../../support/http.js'
import { withParts } from '../../support/parts.js'

/** The user pools of the table of broken configurations: real ones, over HTTP. */
export interface World {
  /** An RS256 application and an HS256 one, each at its own domain. */
  readonly pool: UserPool
  readonly rs: PoolApplication
  readonly hs: PoolApplication
  /** Two applications with one host and one issuer; the JWKS is at Authing's other address. */
  readonly shared: UserPool
  /** Two applications with one host, each with its own issuer. */
  readonly unified: UserPool
  /** Another environment. */
  readonly stranger: UserPool
  /** Starts a user pool for one row, for an outage or a key rotation. */
  readonly own: (options?: UserPoolOptions) => Promise<UserPool>
  /** Starts a server that answers every path with a document; returns its origin. */
  readonly serve: (document: unknown, headers?: Readonly<Record<string, string>>) => Promise<string>
  /** The same over TLS, with a self-signed certificate. */
  readonly serveSelfSigned: () => Promise<string>
  readonly close: () => Promise<void>
}

/** The input of `explain`. */
export interface Question {
  readonly token: string
  readonly options: GuardOptions
  readonly now?: () => number
  readonly poolSecrets?: readonly string[]
  /** Whether NODE_ENV is production. */
  readonly production?: boolean
}

/** The expected cause and fix. */
export type Expected = readonly [cause: RegExp, fix: RegExp]

/** One broken configuration. */
export interface Row {
  readonly broken: string
  readonly ask: (world: World) => Question | Promise<Question>
  /** The guard's reason; undefined if the options do not make a guard or the token is accepted. */
  readonly reason?: string
  /** The failed check; undefined if none fails. */
  readonly check?: string
  readonly en: Expected
  readonly zh: Expected
}

export async function openWorld(): Promise<World> {
  const two = [{}, {}]
  const [pool, shared, unified, stranger] = await Promise.all([
    createUserPool({ apps: [{}, { algorithm: 'HS256' }] }),
    createUserPool({ layout: 'shared-issuer', apps: two }),
    createUserPool({ layout: 'path-per-app', apps: two }),
    createUserPool(),
  ])
  const [rs, hs] = pool.apps
  if (rs === undefined || hs === undefined) throw new Error('the pool has two applications')
  const opened = [pool, shared, unified, stranger]
  const own = async (options: UserPoolOptions = {}) => {
    const one = await createUserPool(options)
    opened.push(one)
    return one
  }
  const servers: Server[] = []
  const listen = async (server: Server) => {
    await listening(server)
    servers.push(server)
    return portOf(server)
  }
  const serve = async (document: unknown, headers = {}) => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(document))
    })
    return `http://127.0.0.1:${await listen(server)}`
  }
  const serveSelfSigned = async () => {
    const key = await createSigningKey('RS256')
    const der = certificateOf(key).toString('base64')
    const cert = `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`
    const pem = key.privateKey.export({ format: 'pem', type: 'pkcs8' })
    return `https://127.0.0.1:${await listen(createSecureServer({ key: pem, cert }))}`
  }
  const close = async () => {
    await Promise.all([...opened.map((one) => one.close()), ...servers.map(closed)])
  }
  return { pool, rs, hs, shared, unified, stranger, own, serve, serveSelfSigned, close }
}

/** Options of one application. */
export function optionsOf({ issuer, appId }: PoolApplication, more: object = {}): GuardOptions {
  return withParts({ issuer, appId, ...more })
}

export const bearer = (token: string) => `Bearer ${token}`
