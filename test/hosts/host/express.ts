import { authingGuard, maybeIdentityOf } from 'authing-guard/express'
import express from 'express'
import express4 from 'express4'
import serverless from 'serverless-http'
import { fromFunction } from './function.js'
import { bodyOf, type Host, type Routes, sessionIn } from './host.js'
import { type HttpHost, serve } from './http.js'
import { restEvent } from './http-events.js'

function appOf(app: express.Express, routes: Routes): express.Express {
  for (const [name, route] of Object.entries(routes)) {
    const guard = authingGuard(
      route.guard,
      route.cookie ? { getToken: (request) => sessionIn(request.headers.cookie) } : {},
    )
    const middleware = route.requirement ? guard.require(route.requirement) : guard
    app.all(`/${name}`, middleware, (request, response) => {
      response.json(bodyOf(route, maybeIdentityOf(request)))
    })
  }
  return app
}

export const express5Host: Host<HttpHost> = { name: 'Express 5', open: (routes) => serve(appOf(express(), routes)) }
export const express4Host: Host<HttpHost> = { name: 'Express 4', open: (routes) => serve(appOf(express4(), routes)) }

/** It leaves `rawHeaders` empty. */
export const serverlessHttpHost: Host = {
  name: 'serverless-http',
  open: async (routes) => {
    const handler = serverless(appOf(express(), routes))
    return fromFunction((call) => handler(restEvent(call), {}))
  },
}
