import type { IncomingHttpHeaders } from 'node:http'
import type { GuardOptions } from 'authing-guard'
import { type AuthingPermissionsOptions, authingPermissions } from 'authing-guard/permissions'
import { gate } from '../authorization/callers.js'
import { serving } from '../support/http.js'

// Authing's management API as a script: it answers what a test wants it to, over HTTP.

export interface Request {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** An answer that is no JSON with status 200, which any other object is. */
export class Raw {
  constructor(
    readonly status: number,
    readonly text: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}
export type Script = (request: Request, before: number) => object | undefined

export const poolId = '59f86b4832eb28071bdd9214'
export const accessKeyId = '6229ffaec1b9a3cade3e3d90'
export const accessKeySecret = 'wIuQ2Ja0dEXq6FzYhR9mTn4sKcLb8vGp'

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** A management token; its end is for Authing to know, in `expires_in`. */
export const managementToken = (claims: object = { scoped_userpool_id: poolId }) =>
  `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}.c2lnbmF0dXJl`

export const ok = (data: object) => ({ statusCode: 200, message: '操作成功', data })
export const tokenReply = (more: object = {}) => ok({ access_token: managementToken(), expires_in: 7200, ...more })

/** What Authing answers to a good question, by path. */
export const yes: Readonly<Record<string, (request: Request) => object>> = {
  '/api/v3/get-management-token': () => tokenReply(),
  '/api/v3/is-action-allowed': () => ok({ allowed: true }),
  '/api/v3/has-any-role': () => ok({ hasAnyRole: true }),
  '/api/v3/check-permission': ({ body }) => {
    const { namespaceCode, action, resources } = body as { namespaceCode: string; action: string; resources: string[] }
    const checkResultList = resources.map((resource) => ({ namespaceCode, resource, action, enabled: true }))
    return { ...ok({ checkResultList }), apiCode: 20001 }
  },
}

/** Starts it for the tests of a file. `script` answers first; undefined leaves it to {@link yes}. */
export function authing() {
  const log: Request[] = []
  const world: { script: Script; readonly requests: Request[]; options: (more?: object) => AuthingPermissionsOptions } =
    {
      script: () => undefined,
      requests: log,
      options: (more = {}) => ({ accessKeyId, accessKeySecret, model: 'acl', host: server.origin, ...more }),
    }
  const server = serving((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const path = String(incoming.url)
      const request = {
        method: String(incoming.method),
        path,
        headers: incoming.headers,
        body: text === '' ? undefined : JSON.parse(text),
      }
      const before = log.filter((one) => one.path === path).length
      log.push(request)
      const reply = world.script(request, before) ?? yes[path]?.(request) ?? new Raw(404, '')
      if (reply instanceof Raw) {
        outgoing.writeHead(reply.status, reply.headers)
        outgoing.end(reply.text)
      } else outgoing.end(JSON.stringify(reply))
    })
  })
  return world
}

export const paths = (requests: readonly Request[]) => requests.map(({ path }) => path.replace('/api/v3/', ''))

/** A guard that asks there. */
export function asking(options: AuthingPermissionsOptions, more: Partial<GuardOptions> = {}) {
  return gate({ checkPermission: authingPermissions(options), roles: 'authing', ...more })
}
