import type { Application } from './application.js'
import type { Layout } from './options.js'
import type { Exchange } from './route.js'
import type { PoolState } from './state.js'

/** The target of a request path: the path of a route, and the applications that it belongs to. */
export interface Target {
  readonly path: string
  readonly applications: Exchange['applications']
}

/** Paths that do not exist at the root of a host that several applications share. */
const hidden: Readonly<Record<Exclude<Layout, 'domain-per-app'>, (path: string) => boolean>> = {
  'shared-issuer': (path) => path === '/oidc/.well-known/jwks.json',
  'path-per-app': (path) => /^\/(oidc|oauth)\//.test(path),
}

/** `home` is the application of the port. It matters with 'domain-per-app' only. */
export const resolveAddress = (state: PoolState, home: Application, path: string): Target => {
  const { layout } = state.settings
  if (layout === 'domain-per-app') return { path, applications: [home] }
  const named = state.applications.find(({ appId }) => path.startsWith(`/${appId}/`))
  if (named) return { path: path.slice(named.appId.length + 1), applications: [named] }
  return { path: hidden[layout](path) ? '' : path, applications: state.applications }
}
