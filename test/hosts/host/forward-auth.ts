import diagnostics from 'node:diagnostics_channel'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { GuardMessage, Identity } from 'authing-guard'
import { forwardAuth } from 'authing-guard/forward-auth'
import { portOf } from '../../support/http.js'
import { bodyOf, type Host, type Route, type Routes, sessionIn } from './host.js'
import { type HttpHost, listen, serve } from './http.js'

// A proxy in front of an API that is not in Node, as far as the table can see: each route of the proxy asks the address
// of its name, and the API knows the caller by the headers of the answer alone.

function answering(routes: Routes) {
  const guardOf = ({ guard, requirement }: Route) => (requirement ? guard.require(requirement) : guard)
  const handlerFor = (wanted: boolean) => {
    const chosen = Object.entries(routes).filter(([, { cookie = false }]) => cookie === wanted)
    if (chosen.length === 0) return undefined
    const addresses = Object.fromEntries(chosen.map(([name, route]) => [`/${name}`, guardOf(route)]))
    return forwardAuth(addresses, wanted ? { getToken: ({ headers }) => sessionIn(headers.cookie) } : {})
  }
  const [byHeader, byCookie] = [handlerFor(false), handlerFor(true)]
  return (name: string) => (routes[name]?.cookie ? byCookie : byHeader)
}

/** The identity that the headers tell. The kind of token is not among them: the guard's event has it. */
function identityIn(headers: IncomingMessage['headers'], tokenType: unknown): Identity | undefined {
  const value = (name: string) => decodeURIComponent(String(headers[`x-auth-${name}`]))
  const scopes = String(headers['x-auth-scopes']).split(' ').filter(Boolean).map(decodeURIComponent)
  const named = { userId: value('user-id'), clientId: value('client-id'), tenantId: value('tenant-id') }
  const told = Object.fromEntries(Object.entries(named).filter(([, text]) => text !== ''))
  return value('kind') === '' ? undefined : (Object.assign(told, { kind: value('kind'), scopes, tokenType }) as never)
}

export const forwardAuthHost: Host<HttpHost> = {
  name: 'forward-auth',
  open: async (routes) => {
    let tokenType: unknown
    const note = (message: unknown) => {
      const { event } = message as GuardMessage
      if (event.type === 'verified') tokenType = event.tokenType
    }
    diagnostics.subscribe('authing-guard', note)
    const handlerOf = answering(routes)
    const asked = await listen(createServer((sub, answer) => void handlerOf(sub.url?.slice(1) ?? '')?.(sub, answer)))
    return serve(
      (incoming, response) => {
        const [path = ''] = (incoming.url ?? '').split('?')
        const lines = incoming.rawHeaders.filter((_, at, all) => !/^connection$/i.test(all[at - (at % 2)] ?? ''))
        const options = { host: '127.0.0.1', port: portOf(asked), path, agent: false, headers: lines }
        request(options, (answer) => {
          if (answer.statusCode !== 200)
            return void answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers))
          answer.resume()
          try {
            const route = routes[path.slice(1)]
            if (route !== undefined) response.end(JSON.stringify(bodyOf(route, identityIn(answer.headers, tokenType))))
          } catch {
            response.writeHead(500).end()
          }
        }).end()
      },
      async () => {
        diagnostics.unsubscribe('authing-guard', note)
        asked.closeAllConnections()
        await new Promise((resolve) => asked.close(resolve))
      },
    )
  },
}
