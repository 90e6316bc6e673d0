import 'reflect-metadata'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { AuthingGuard } from 'authing-guard/nest'
import { body } from './index.js'

class Hello {
  tell() {
    return body
  }
}
// Decorators by hand: this is JavaScript.
Get()(Hello.prototype, 'tell', Object.getOwnPropertyDescriptor(Hello.prototype, 'tell'))
Controller()(Hello)
class App {}
Module({ controllers: [Hello] })(App)

const hostOf = (Adapter) => ({
  async listen(door, guard) {
    const app = await NestFactory.create(App, new Adapter(), { logger: false })
    if (door === 'empty') app.useGlobalGuards({ canActivate: () => true })
    if (door === 'guarded') app.useGlobalGuards(new AuthingGuard(guard))
    await app.listen(0, '127.0.0.1')
    return app.getHttpServer()
  },
})

export const nestExpress = hostOf(ExpressAdapter)
export const nestFastify = hostOf(FastifyAdapter)
