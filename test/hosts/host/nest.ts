import 'reflect-metadata'
import { All, Controller, type INestApplication, Module, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Identity } from 'authing-guard'
import { AuthingFilter, AuthingGuard, CurrentIdentity, type NestRequest, Require } from 'authing-guard/nest'
import { bodyOf, type Host, type Route, type Routes, sessionIn } from './host.js'
import { type HttpHost, overHttp } from './http.js'

function controllerOf(name: string, route: Route) {
  const token = route.cookie ? { getToken: (request: NestRequest) => sessionIn(request.headers.cookie) } : {}

  @Controller(name)
  @UseGuards(new AuthingGuard(route.guard, token))
  class Handlers {
    @All()
    tell(@CurrentIdentity() identity: Identity | undefined) {
      return bodyOf(route, identity)
    }
  }
  if (route.requirement) Require(route.requirement)(Handlers)
  return Handlers
}

/** What Nest logs while the host runs: nothing of a refusal. */
export const logged: unknown[] = []

async function run(app: INestApplication) {
  app.useGlobalFilters(new AuthingFilter())
  await app.listen(0, '127.0.0.1')
  return overHttp(app.getHttpServer(), () => app.close())
}

function moduleOf(routes: Routes) {
  @Module({ controllers: Object.entries(routes).map(([name, route]) => controllerOf(name, route)) })
  class Doorway {}
  return Doorway
}

const log = (...words: unknown[]) => {
  logged.push(words)
}
const logger = { log: () => {}, warn: log, error: log, fatal: log }

export const nestExpressHost: Host<HttpHost> = {
  name: 'Nest on Express',
  open: async (routes) => run(await NestFactory.create(moduleOf(routes), new ExpressAdapter(), { logger })),
}
export const nestFastifyHost: Host<HttpHost> = {
  name: 'Nest on Fastify',
  open: async (routes) => run(await NestFactory.create(moduleOf(routes), new FastifyAdapter(), { logger })),
}
