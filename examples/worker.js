// @ts-check
// A Cloudflare Worker. `createGuard` may run while the module loads: it uses no clock and no network.
import { createGuard, withIdentity } from 'authing-guard/fetch'

/**
 * `export default createWorker({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' })`
 *
 * @param {import('authing-guard/fetch').GuardOptions & { credentials?: 'required' }} options
 */
export function createWorker(options) {
  const guard = createGuard(options)
  return {
    fetch: withIdentity(guard, async (request, identity, /** @type {{ GREETING: string }} */ env) => {
      if (new URL(request.url).pathname === '/books') await guard.authorize(identity, { scope: 'book:read' })
      return Response.json({ greeting: env.GREETING, caller: identity })
    }),
  }
}
