import 'reflect-metadata'
import { type INestApplication, Module, type ModuleMetadata, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'

/** A Nest application on loopback, and what it logs besides its start. */
export interface App {
  readonly url: string
  readonly logged: readonly string[]
  get(path: string, token?: string): Promise<Response>
  close(): Promise<void>
}

export type Platform = 'Express' | 'Fastify'

export async function start(
  metadata: ModuleMetadata,
  platform: Platform = 'Express',
  prepare: (app: INestApplication) => unknown = () => {},
): Promise<App> {
  const logged: string[] = []
  const log = (...words: unknown[]) => {
    logged.push(words.map(String).join(' '))
  }
  const options = { logger: { log: () => {}, warn: log, error: log, fatal: log }, abortOnError: false }
  const root = moduleOf(metadata)
  const app =
    platform === 'Express'
      ? await NestFactory.create(root, options)
      : await NestFactory.create(root, new FastifyAdapter(), options)
  prepare(app)
  await app.listen(0, '127.0.0.1')
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1')
  const get = (path: string, token?: string) =>
    fetch(url + path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  return { url, logged, get, close: () => app.close() }
}

function moduleOf(metadata: ModuleMetadata): Type {
  @Module(metadata)
  class Root {}
  return Root
}
