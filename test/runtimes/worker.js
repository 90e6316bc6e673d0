// Run by workerd, bundled: what it has at a request it lacks where the module is loaded.
import * as guards from 'authing-guard'
import * as adapter from 'authing-guard/fetch'
import { accept } from './acceptance.mjs'

// Neither clock, random source nor network is to be had here.
const early = guards.createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' })

/** @type {import('authing-guard').Guard<import('authing-guard').Identity | undefined>} */
let kept

export default {
  /** @param {Request} request */
  async fetch(request) {
    if (early.health().state !== 'unavailable') return new Response('a guard of the module is broken', { status: 500 })
    const { pathname } = new URL(request.url)
    if (pathname === '/begin') {
      kept = guards.createGuard(await request.json())
      // Nobody waits: the fetch of the keys ends with this request.
      void kept.ready()
      return new Response('begun')
    }
    if (pathname === '/go-on') return new Response((await kept.verifyToken(await request.text())).kind)
    return Response.json(await accept(guards, adapter, await request.json()))
  },
}
