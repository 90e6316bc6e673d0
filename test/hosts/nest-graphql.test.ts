import 'reflect-metadata'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import type { ExecutionContext } from '@nestjs/common'
import { GqlExecutionContext, GraphQLModule, Mutation, Query, Resolver } from '@nestjs/graphql'
import type { Identity } from 'authing-guard'
import {
  AuthingFilter,
  AuthingGuard,
  authingModule,
  CurrentIdentity,
  type NestContext,
  Public,
  Require,
} from 'authing-guard/nest'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { type App, start } from './nest/app.js'

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
afterAll(() => pool.close())
const reader = pool.mint({ scope: 'book:read' })

@Resolver()
class Books {
  @Query(() => String)
  me(@CurrentIdentity() identity: Identity) {
    return identity.userId
  }
  @Query(() => String)
  @Require({ scope: 'book:write' })
  write() {
    return 'written'
  }
  @Query(() => String)
  @Public()
  time(@CurrentIdentity() identity: Identity | undefined) {
    return `tea for ${identity?.userId ?? 'anybody'}`
  }
  @Mutation(() => String)
  enter(@CurrentIdentity() identity: Identity) {
    return identity.userId
  }
  @Mutation(() => String)
  @Public()
  pour(@CurrentIdentity() identity: Identity | undefined) {
    return this.time(identity)
  }
}

let app: App | undefined
afterEach(() => app?.close())

async function ask(fields: string, token?: string, operation = 'query') {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const response = await fetch(`${app?.url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query: `${operation} { ${fields} }` }),
  })
  return response.json()
}

const getRequest = (context: ExecutionContext) => GqlExecutionContext.create(context).getContext().req
const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
  driver: ApolloDriver,
  autoSchemaFile: true,
  playground: false,
})

describe('GraphQL with Apollo', () => {
  test('is guarded with getRequest: the caller, requirements and public fields', async () => {
    app = await start({ imports: [authingModule(pool.guardOptions, { getRequest }), graphql], providers: [Books] })
    expect(await ask('me', reader)).toEqual({ data: { me: 'ratty' } })
    // The fields of a mutation are resolved one after the other, those of a query at once.
    expect(await ask('enter pour', reader, 'mutation')).toEqual({ data: { enter: 'ratty', pour: 'tea for ratty' } })
    expect(await ask('me time', reader)).toEqual({
      data: { me: 'ratty', time: expect.stringMatching(/^tea for (ratty|anybody)$/) },
    })
    expect(await ask('me again: me', reader)).toEqual({ data: { me: 'ratty', again: 'ratty' } })
    expect(await ask('me write', reader)).toEqual({
      data: null,
      errors: [
        expect.objectContaining({ path: ['write'], extensions: expect.objectContaining({ code: 'FORBIDDEN' }) }),
      ],
    })
    expect(await ask('time')).toEqual({ data: { time: 'tea for anybody' } })
    const refusals = [await ask('me'), await ask('me', pool.mint({ defect: 'expired' })), await ask('write', reader)]
    expect(refusals).toEqual([
      { data: null, errors: [expect.objectContaining({ path: ['me'] })] },
      { data: null, errors: [expect.objectContaining({ path: ['me'] })] },
      { data: null, errors: [expect.objectContaining({ path: ['write'] })] },
    ])
    expect(refusals.map(({ errors }) => errors[0].extensions.code)).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
      'FORBIDDEN',
    ])
    expect(JSON.stringify(refusals)).not.toMatch(/exp is|eyJ/)
  })

  test('is guarded by @UseGuards without the filter too', async () => {
    app = await start({ imports: [graphql], providers: [Books] }, 'Express', (nest) =>
      nest.useGlobalGuards(new AuthingGuard(pool.guardOptions, { getRequest })),
    )
    expect(await ask('me', reader)).toEqual({ data: { me: 'ratty' } })
    expect((await ask('me')).errors[0].extensions.code).toBe('UNAUTHENTICATED')
  })

  test('without getRequest admits nobody but to public fields, and the log says what to do', async () => {
    app = await start({ imports: [authingModule(pool.guardOptions), graphql], providers: [Books] })
    expect(await ask('time')).toEqual({ data: { time: 'tea for anybody' } })
    expect((await ask('me', reader)).errors[0].message).toContain(
      'pass getRequest, which returns an object with headers',
    )
  })
})

describe('a handler of another kind', () => {
  class Handlers {
    read() {}
    open() {}
  }
  Public()(Handlers.prototype, 'open', {})
  const contextOf = (name: 'read' | 'open', args: readonly unknown[] = ['data', {}]): NestContext => ({
    getType: () => 'rpc',
    getArgs: () => args,
    getClass: () => Handlers,
    getHandler: () => Handlers.prototype[name],
  })

  test('is admitted where it is public, and is refused where it is not', () => {
    const guard = new AuthingGuard(pool.guardOptions)
    expect(guard.canActivate(contextOf('open'))).toBe(true)
    expect(() => guard.canActivate(contextOf('read'))).toThrow(/no request in a context of type rpc: pass getRequest, /)
  })

  test.each([[undefined], [null], ['a string'], [{}]])('is refused where getRequest returns %j', (request) => {
    const guard = new AuthingGuard(pool.guardOptions, { getRequest: () => request })
    expect(() => guard.canActivate(contextOf('read'))).toThrow(/no request in a context of type rpc/)
  })

  test('is verified by the request that getRequest makes of it', async () => {
    const getRequest = (context: NestContext) => ({ headers: { authorization: context.getArgs()[0] } })
    const guard = new AuthingGuard(pool.guardOptions, { getRequest })
    expect(await guard.canActivate(contextOf('read', [`Bearer ${reader}`]))).toBe(true)
    await expect(async () => guard.canActivate(contextOf('read', ['Bearer x']))).rejects.toMatchObject({ status: 401 })
  })

  test('is answered by Nest itself', async () => {
    const host = { getType: () => 'rpc', getArgs: () => [] }
    const guard = new AuthingGuard(pool.guardOptions, { getRequest: () => ({ headers: {} }) })
    const refusal = await Promise.resolve()
      .then(() => guard.canActivate(contextOf('read')))
      .catch((thrown) => thrown)
    expect(new AuthingFilter().catch(refusal, host)).toBeUndefined()
  })
})
