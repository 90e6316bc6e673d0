import { configError } from '../../common/config-error.js'

/**
 * Reads or writes the metadata that Nest's own decorators write, with reflect-metadata, which every Nest application
 * loads.
 *
 * @throws {TypeError} where Nest is not loaded.
 */
export function metadata(method: 'defineMetadata' | 'getMetadata', ...given: readonly unknown[]): unknown {
  const reflect: unknown = Reflect.get(Reflect, method)
  if (typeof reflect !== 'function') throw configError('Nest is not loaded: import @nestjs/common first')
  return Reflect.apply(reflect, Reflect, given)
}
