// A Nest API where every route needs a valid token, except public ones; on Express and on Fastify. The guard reads
// AUTHING_ISSUER and AUTHING_APP_ID.
import { Controller, Get, Module } from '@nestjs/common'
import type { Identity } from 'authing-guard'
import { authingModule, CurrentIdentity, Public, Require } from 'authing-guard/nest'

@Controller()
class BooksController {
  @Get('me')
  me(@CurrentIdentity() identity: Identity) {
    return identity
  }

  @Get('books')
  @Require({ scope: 'book:read' })
  list() {
    return ['The Wind in the Willows']
  }

  @Get('health')
  @Public()
  health() {
    return { ok: true }
  }
}

@Module({ imports: [authingModule()], controllers: [BooksController] })
export class AppModule {}
