// What the routes of both runtimes answer. The environment has the options; while `next build` runs, it has none.
import * as guards from 'authing-guard'
import * as adapter from 'authing-guard/fetch'
import { introspection } from 'authing-guard/introspection'
import { accept } from './acceptance.mjs'

const issuer = process.env.POOL_ISSUER ?? 'https://my-app.authing.cn/oidc'
const appId = process.env.POOL_APP_ID ?? '5f17a529f64fb009b794a2ff'
const clientSecret = process.env.POOL_APP_SECRET ?? 'there is none while Next.js builds'

const options = { issuer, appId, allowHttp: true }
const asked = introspection({ when: 'always', cacheSeconds: 0, clientSecret })
const handlers = {
  rotation: adapter.withIdentity(guards.createGuard(options), answer),
  revocation: adapter.withIdentity(guards.createGuard({ ...options, introspection: asked }), answer),
}

function answer(_request, { kind }) {
  return Response.json({ kind })
}

export async function GET(request, { params }) {
  const { part } = await params
  return handlers[part](request)
}

export async function POST(request) {
  return Response.json(await accept(guards, adapter, await request.json()))
}
