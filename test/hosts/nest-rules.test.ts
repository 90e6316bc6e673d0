import 'reflect-metadata'
import { Controller, Get } from '@nestjs/common'
import { AuthingFilter, AuthingGuard, authingModule, CurrentIdentity, Public, Require } from 'authing-guard/nest'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { type App, start } from './nest/app.js'

// What decorators say of handlers that are inherited, replaced or wrapped. None of it makes a handler public by mistake.

const pool = await createUserPool()
afterAll(() => pool.close())
const reader = pool.mint({ scope: 'book:read' })
const both = pool.mint({ scope: 'book:read book:write' })

let app: App | undefined
afterEach(() => app?.close())

const open = async (...controllers: (new () => object)[]) => {
  app = await start({ imports: [authingModule(pool.guardOptions)], controllers })
}
const statusOf = async (path: string, token?: string) => (await app?.get(path, token))?.status

test('rules of another version of the package throw: taken for absent, they would leave the handler open', () => {
  class Foreign {
    handler() {}
  }
  const value = { version: 2, byMethod: new Map() }
  Object.defineProperty(Foreign.prototype, Symbol.for('authing-guard.nest'), { value, configurable: true })
  const decorate = () => Reflect.decorate([Public()], Foreign.prototype, 'handler', undefined)
  expect(decorate).toThrow(/^authing-guard: two copies of authing-guard are loaded/)
})

@Require({ scope: 'book:read' })
class Base {
  @Get('list')
  @Require({ scope: 'book:write' })
  list() {
    return {}
  }
  @Get('open')
  @Public()
  open() {
    return {}
  }
  @Get('other')
  other() {
    return {}
  }
}

describe('a derived controller', () => {
  test('inherits the requirements of its base class and of each method', async () => {
    @Controller('derived')
    class Derived extends Base {}
    await open(Derived)
    expect(await statusOf('/derived/list', reader)).toBe(403)
    expect(await statusOf('/derived/list', both)).toBe(200)
    expect(await statusOf('/derived/other', pool.mint())).toBe(403)
    expect(await statusOf('/derived/open')).toBe(200)
  })

  test('inherits the requirements of a method that it overrides, which is public only with its own @Public()', async () => {
    @Controller('replaced')
    class Replaced extends Base {
      @Get('list')
      override list() {
        return {}
      }
      @Get('open')
      override open() {
        return {}
      }
    }
    await open(Replaced)
    expect(await statusOf('/replaced/list', reader)).toBe(403)
    expect(await statusOf('/replaced/open')).toBe(401)
    expect(await statusOf('/replaced/open', reader)).toBe(200)
  })

  test('is not public because its base class is', async () => {
    @Public()
    class Open {
      @Get()
      tell() {
        return {}
      }
    }
    @Controller('closed')
    class Closed extends Open {}
    await open(Closed)
    expect(await statusOf('/closed')).toBe(401)
  })
})

describe('a handler that something wraps', () => {
  const wrapping = (target: object) => {
    const handler: () => unknown = Reflect.get(target, 'tell')
    const wrapped = function (this: unknown) {
      return handler.call(this)
    }
    for (const key of Reflect.getMetadataKeys(handler))
      Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), wrapped)
    return wrapped
  }

  test('keeps its requirement where a decorator replaced it', async () => {
    const Wrapped: MethodDecorator = (target, _, descriptor) => {
      Object.assign(descriptor, { value: wrapping(target) })
    }
    @Controller('wrapped')
    class Handlers {
      @Wrapped
      @Get()
      @Require({ scope: 'book:read' })
      tell() {
        return {}
      }
    }
    await open(Handlers)
    expect(await statusOf('/wrapped', pool.mint())).toBe(403)
    expect(await statusOf('/wrapped', reader)).toBe(200)
  })

  test('is refused where the instance replaced it and methods have rules', async () => {
    @Controller('instance')
    class Handlers {
      constructor() {
        Object.assign(this, { tell: wrapping(Handlers.prototype) })
      }
      @Get()
      @Require({ scope: 'book:read' })
      tell() {
        return {}
      }
    }
    await open(Handlers)
    expect(await statusOf('/instance', reader)).toBe(500)
    expect(app?.logged.join()).toContain('its @Require() cannot be found')
  })

  test('has the requirements of its class where methods have no rules', async () => {
    @Controller('class')
    @Require({ scope: 'book:read' })
    class Handlers {
      constructor() {
        Object.assign(this, { tell: wrapping(Handlers.prototype) })
      }
      @Get()
      tell() {
        return {}
      }
    }
    await open(Handlers)
    expect(await statusOf('/class', pool.mint())).toBe(403)
    expect(await statusOf('/class', reader)).toBe(200)
  })
})

describe('a method that has two names', () => {
  const handlerOf = (decorate: (prototype: object) => void) => {
    class Handlers {
      one() {}
    }
    const value = Handlers.prototype.one
    Object.defineProperty(Handlers.prototype, 'two', { value, configurable: true })
    decorate(Handlers.prototype)
    const guard = new AuthingGuard(pool.guardOptions)
    const request = { headers: { authorization: `Bearer ${reader}` } }
    const context = {
      getType: () => 'http',
      getArgs: () => [request, {}],
      getClass: () => Handlers,
      getHandler: () => value,
    }
    return () => guard.canActivate(context)
  }

  test.each<[string, (prototype: object) => void]>([
    [
      '@Public() and @Require()',
      (prototype) => {
        Public()(prototype, 'one', {})
        Require({ scope: 'book:write' })(prototype, 'two', {})
      },
    ],
    ['@Public() on one', (prototype) => Public()(prototype, 'one', {})],
    ['@Require() on one', (prototype) => Require({ scope: 'book:read' })(prototype, 'two', {})],
  ])('is refused with %s: its routes cannot be told apart', (_, decorate) => {
    expect(handlerOf(decorate)).toThrow('the methods one and two of Handlers are one function')
  })

  test('is refused where a derived class makes an inherited one public under another name', () => {
    class Base {
      three() {}
    }
    Require({ scope: 'book:write' })(Base.prototype, 'three', {})
    class Derived extends Base {}
    Object.defineProperty(Derived.prototype, 'open', { value: Base.prototype.three })
    Public()(Derived.prototype, 'open', {})
    const guard = new AuthingGuard(pool.guardOptions)
    const getHandler = () => Base.prototype.three
    const context = { getType: () => 'http', getArgs: () => [{ headers: {} }], getClass: () => Derived, getHandler }
    expect(() => guard.canActivate(context)).toThrow('the methods open and three of Derived are one function')
  })

  test('is guarded like any other where neither has rules', async () => {
    expect(await handlerOf(() => {})()).toBe(true)
  })
})

describe('a wrong use of a decorator throws', () => {
  test('for a requirement that is not understood', () => {
    expect(() => Reflect.apply(Require, undefined, [{ scopes: 'book:read' }])).toThrow(/^authing-guard: .*scopes/)
    expect(() => Reflect.apply(Require, undefined, ['book:read', 'book:write'])).toThrow(/one object/)
    expect(() => Require({})).toThrow(/^authing-guard: a requirement must ask for something/)
    expect(() => Require({ action: 'a', resource: 'b', context: {} })).not.toThrow()
    expect(() => Require({ role: 'editor' })).not.toThrow()
  })

  test('for a handler with both @Public() and @Require()', () => {
    const declare = (first: MethodDecorator, second: MethodDecorator) => () => {
      class Handlers {
        tell() {}
      }
      for (const decorate of [first, second]) decorate(Handlers.prototype, 'tell', { value: Handlers.prototype.tell })
    }
    expect(declare(Public(), Require({ kind: 'user' }))).toThrow('use one of them')
    expect(declare(Require({ kind: 'user' }), Public())).toThrow('use one of them')
    expect(declare(Require({ kind: 'user' }), Require({ scope: 'a' }))).not.toThrow()
  })

  test('for @CurrentIdentity() outside a handler', () => {
    expect(() => CurrentIdentity()({}, undefined, 0)).toThrow('for the parameters of handlers')
  })

  test('for a requirement that the guard cannot check, and no caller is admitted', async () => {
    @Controller('roles')
    @Require({ role: 'editor' })
    class Handlers {
      @Get()
      tell() {
        return {}
      }
    }
    await open(Handlers)
    expect(await statusOf('/roles', reader)).toBe(500)
  })

  test('where Nest is not loaded', () => {
    const { defineMetadata } = Reflect
    Reflect.deleteProperty(Reflect, 'defineMetadata')
    expect(() => new AuthingFilter()).toThrow('authing-guard: Nest is not loaded: import @nestjs/common first')
    Object.assign(Reflect, { defineMetadata })
    expect(() => new AuthingGuard(pool.guardOptions)).not.toThrow()
  })
})
