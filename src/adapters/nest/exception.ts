import { HttpException } from '@nestjs/common'

/**
 * Makes the errors of a class `HttpException`s too: filters of an application ask `instanceof HttpException` and
 * `getStatus()`. The class itself, since `guard.authorize` in a handler throws as well, and a guard may be made without
 * Nest. A `GuardError` has the members that an `HttpException` reads.
 */
export function asHttpExceptions(prototype: object): void {
  if (!(prototype instanceof HttpException)) Object.setPrototypeOf(prototype, HttpException.prototype)
}
