import 'reflect-metadata'
import { Controller, Get } from '@nestjs/common'
import type { Identity } from 'authing-guard'
import { CurrentIdentity, Public, Require } from 'authing-guard/nest'

@Controller('books')
@Require({ scope: 'book:read' })
export class Books {
  @Get()
  list(@CurrentIdentity() identity: Identity) {
    return identity
  }
  @Get('new')
  @Require({ scope: 'book:write' })
  create(@CurrentIdentity() { kind }: Identity) {
    return { kind }
  }
  @Get('titles')
  @Public()
  titles(@CurrentIdentity() identity: Identity | undefined) {
    return { identity: identity ?? null }
  }
}

@Controller('health')
@Public()
export class Health {
  @Get()
  check() {
    return { ok: true }
  }
  @Get('details')
  @Require({ kind: 'user' })
  details() {
    return { ok: true }
  }
}

@Controller('me')
export class Me {
  @Get()
  me(@CurrentIdentity() identity: Identity) {
    return { me: identity.kind }
  }
  @Get('plain')
  plain() {
    return { ok: true }
  }
}
