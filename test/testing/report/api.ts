import { createServer, type RequestListener } from 'node:http'
import * as forExpress from 'authing-guard/express'
import * as forKoa from 'authing-guard/koa'
import express from 'express'
import Koa from 'koa'

// An API in a process of its own, on Express or on Koa, as an application is: it knows nothing of the report.

const { AUTHING_ISSUER: issuer = '', AUTHING_APP_ID: appId = '' } = process.env
const options = { issuer, appId, developmentLog: false }

function onExpress(): RequestListener {
  const app = express()
  app.get('/open', (_request, response) => void response.json({}))
  const optional = forExpress.authingGuard({ ...options, credentials: 'optional' })
  app.get('/optional', optional, (_request, response) => void response.json({}))
  const guard = forExpress.authingGuard(options)
  app.use(guard)
  app.get('/me', (_request, response) => void response.json({}))
  app.post('/books', guard.require({ scope: 'book:write' }), (_request, response) => void response.json({}))
  return app
}

function onKoa(): RequestListener {
  const app = new Koa()
  app.silent = true
  const answer: Koa.Middleware = (context) => {
    context.body = {}
  }
  const guard = forKoa.authingGuard(options)
  const optional = forKoa.authingGuard({ ...options, credentials: 'optional' })
  app.use(async (context, next) => {
    if (context.path === '/open') return answer(context, next)
    if (context.path === '/optional') return optional(context, async () => answer(context, next))
    return guard(context, async () => {
      if (context.path === '/books')
        await guard.require({ scope: 'book:write' })(context, async () => answer(context, next))
      else await answer(context, next)
    })
  })
  return app.callback()
}

const server = createServer(process.argv[2] === 'koa' ? onKoa() : onExpress())
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 })
})
// Ends by itself once its server is closed: nothing else may keep it.
process.on('message', () => {
  process.disconnect()
  server.close()
  server.closeAllConnections()
})
