// Compiled, never run: what a developer writes against the adapter for Nest.
import {
  type CanActivate,
  Controller,
  type DynamicModule,
  type ExceptionFilter,
  Get,
  Module,
  UseFilters,
  UseGuards,
} from '@nestjs/common'
import { createGuard, type Identity } from 'authing-guard'
import {
  AuthingFilter,
  AuthingGuard,
  authingModule,
  CurrentIdentity,
  identityOf,
  Public,
  Require,
} from 'authing-guard/nest'
import type { Request } from 'express'

const issuer = 'https://my-app.authing.cn/oidc'
const appId = '5f17a529f64fb009b794a2ff'

// FITS
@Controller('books')
@UseGuards(AuthingGuard)
@UseFilters(AuthingFilter, new AuthingFilter())
@Require({ scope: 'book:read' })
export class Books {
  @Get()
  @Require({ kind: ['user', 'delegate'], when: (identity, request) => identity.kind === 'user' && request.url === '/' })
  list(@CurrentIdentity() identity: Identity) {
    return identity.tokenType
  }
  @Get('open')
  @Public()
  open(@CurrentIdentity() identity: Identity | undefined) {
    return identity?.kind
  }
  @Get(':id')
  @Require({ action: 'book:read', resource: (request: Request) => `book:${request.params['id']}` })
  read() {
    return identityOf({}).kind
  }
}
@Module({ imports: [authingModule({ issuer, appId })], controllers: [Books] })
export class App {}
@Module({ imports: [authingModule(createGuard({ issuer, appId }), { getToken: (request) => request.headers.cookie })] })
export class Other {}
export const guard: CanActivate = new AuthingGuard(createGuard({ issuer, appId, credentials: 'optional' }))
export const filter: ExceptionFilter = new AuthingFilter()
export const dynamic: DynamicModule = authingModule()

// DOES NOT COMPILE
// @ts-expect-error there is no such option
new AuthingGuard({ issuer, appId, audiences: 'a' })
// @ts-expect-error there is no such field
Require({ scopes: 'book:read' })
// @ts-expect-error one requirement
Require('book:read')
// @ts-expect-error a token is a text
authingModule({ issuer, appId }, { getToken: () => 7 })
