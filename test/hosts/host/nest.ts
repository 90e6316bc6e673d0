import 'reflect-metadata'
import { All, Controller, type INestApplication, Module, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Identity } from 'authing-guard'
import { AuthingFilter, AuthingGuard, CurrentIdentity, type NestRequest, Require } from 'authing-guard/nest'
import { bodyOf, type Door, type Doors, type Host, sessionIn } from './host.js'
import { type HttpHost, overHttp } from './http.js'

function controllerOf(name: string, door: Door) {
  const token = door.cookie ? { token: (request: NestRequest) => sessionIn(request.headers.cookie) } : {}

  @Controller(name)
  @UseGuards(new AuthingGuard(door.guard, token))
  class Handlers {
    @All()
    tell(@CurrentIdentity() identity: Identity | undefined) {
      return bodyOf(door, identity)
    }
  }
  if (door.requirement) Require(door.requirement)(Handlers)
  return Handlers
}

/** What Nest logs while the host runs: nothing of a refusal. */
export const logged: unknown[] = []

async function run(app: INestApplication) {
  app.useGlobalFilters(new AuthingFilter())
  await app.listen(0, '127.0.0.1')
  return overHttp(app.getHttpServer(), () => app.close())
}

function moduleOf(doors: Doors) {
  @Module({ controllers: Object.entries(doors).map(([name, door]) => controllerOf(name, door)) })
  class Doorway {}
  return Doorway
}

const log = (...words: unknown[]) => {
  logged.push(words)
}
const logger = { log: () => {}, warn: log, error: log, fatal: log }

export const nestExpressHost: Host<HttpHost> = {
  name: 'Nest on Express',
  open: async (doors) => run(await NestFactory.create(moduleOf(doors), new ExpressAdapter(), { logger })),
}
export const nestFastifyHost: Host<HttpHost> = {
  name: 'Nest on Fastify',
  open: async (doors) => run(await NestFactory.create(moduleOf(doors), new FastifyAdapter(), { logger })),
}
