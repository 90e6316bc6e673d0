import { HttpException } from '@nestjs/common'
import type { GuardError } from '../../guard/index.js'

/**
 * Makes the errors of a class `HttpException`s too: filters of an application ask `instanceof HttpException` and
 * `getStatus()`, and Nest's GraphQL reads `response.statusCode`. The class itself, since `guard.authorize` in a handler
 * throws as well, and a guard may be made without Nest. A `GuardError` has the other members that an `HttpException` reads.
 */
export function asHttpExceptions(prototype: object): void {
  if (prototype instanceof HttpException) return
  Object.setPrototypeOf(prototype, HttpException.prototype)
  const get = function (this: GuardError) {
    return { statusCode: this.status, ...this.toJSON() }
  }
  Object.defineProperty(prototype, 'response', { get, configurable: true })
}
