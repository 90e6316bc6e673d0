import type { Application } from './application.js'
import type { Layout } from './options.js'
import type { Exchange } from './route.js'
import type { PoolState } from './state.js'

/** Where in the pool an address leads: the path as the routes know it, and whose it is. */
export interface Place {
  readonly path: string
  readonly applications: Exchange['applications']
}

/** What does not exist at the root of a host that several applications share. */
const hidden: Readonly<Record<Exclude<Layout, 'domain-per-app'>, (path: string) => boolean>> = {
  'shared-issuer': (path) => path === '/oidc/.well-known/jwks.json',
  'path-per-app': (path) => /^\/(oidc|oauth)\//.test(path),
}

/** `home` is the application whose port it is; only under 'domain-per-app' does that say anything. */
export const placeOf = (state: PoolState, home: Application, path: string): Place => {
  const { layout } = state.settings
  if (layout === 'domain-per-app') return { path, applications: [home] }
  const named = state.applications.find(({ appId }) => path.startsWith(`/${appId}/`))
  if (named) return { path: path.slice(named.appId.length + 1), applications: [named] }
  return { path: hidden[layout](path) ? '' : path, applications: state.applications }
}
