import { authingGuard, maybeIdentityOf } from 'authing-guard/express'
import express from 'express'
import express4 from 'express4'
import serverless from 'serverless-http'
import { restEvent } from './events.js'
import { fromFunction } from './function.js'
import { bodyOf, type Doors, type Host, sessionIn } from './host.js'
import { type HttpHost, serve } from './http.js'

function appOf(app: express.Express, doors: Doors): express.Express {
  for (const [name, door] of Object.entries(doors)) {
    const guard = authingGuard(door.guard, door.cookie ? { token: (request) => sessionIn(request.headers.cookie) } : {})
    const middleware = door.requirement ? guard.require(door.requirement) : guard
    app.all(`/${name}`, middleware, (request, response) => {
      response.json(bodyOf(door, maybeIdentityOf(request)))
    })
  }
  return app
}

export const express5Host: Host<HttpHost> = { name: 'Express 5', open: (doors) => serve(appOf(express(), doors)) }
export const express4Host: Host<HttpHost> = { name: 'Express 4', open: (doors) => serve(appOf(express4(), doors)) }

/** It leaves `rawHeaders` empty. */
export const serverlessHttpHost: Host = {
  name: 'serverless-http',
  open: async (doors) => {
    const handler = serverless(appOf(express(), doors))
    return fromFunction((call) => handler(restEvent(call), {}))
  },
}
