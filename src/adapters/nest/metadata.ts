import { configError } from '../../common/config-error.js'

// Writes the metadata that Nest's own decorators write, with reflect-metadata, which every Nest application loads.

/** Adds an enhancer (an interceptor, say) to a class or to a handler, as `@UseInterceptors()` does. */
export function enhance(name: '__interceptors__', enhancer: object, target: object): void {
  const others = metadata('getMetadata')(name, target)
  metadata('defineMetadata')(name, [...(Array.isArray(others) ? others : []), enhancer], target)
}

/** Sets which errors a filter catches, as `@Catch()` does. */
export function catches(errors: readonly object[], filter: { readonly prototype: object }): void {
  for (const target of [filter, filter.prototype])
    metadata('defineMetadata')('__filterCatchExceptions__', errors, target)
}

/** Sets what is injected as the first parameter of a class's constructor, as `@Inject()` does. */
export function injects(token: string, target: object): void {
  metadata('defineMetadata')('self:paramtypes', [{ index: 0, param: token }], target)
}

/** Called by Nest for the value of a handler's parameter. */
export type ParameterFactory<Context> = (data: unknown, context: Context) => unknown

/** Sets the factory of a parameter, as a decorator made by `createParamDecorator()` does. */
export function parameter<Context>(
  factory: ParameterFactory<Context>,
  controller: object,
  property: string | symbol,
  index: number,
): void {
  const others = metadata('getMetadata')('__routeArguments__', controller, property)
  const own = { [`authing__customRouteArgs__:${index}`]: { index, factory, data: undefined, pipes: [] } }
  metadata('defineMetadata')('__routeArguments__', { ...Object(others), ...own }, controller, property)
}

function metadata(name: 'defineMetadata' | 'getMetadata'): (...given: readonly unknown[]) => unknown {
  const method: unknown = Reflect.get(Reflect, name)
  if (typeof method !== 'function') throw configError('Nest is not loaded: import @nestjs/common first')
  return (...given) => Reflect.apply(method, Reflect, given)
}
