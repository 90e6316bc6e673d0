import { configError } from '../../common/config-error.js'

/** The headers of a serverless function's HTTP event: AWS API Gateway, ALB and function URLs, Tencent SCF, Aliyun FC. */
export interface HttpEvent {
  readonly headers?: object | null | undefined
  /** REST APIs of AWS, and load balancers so configured. */
  readonly multiValueHeaders?: object | null | undefined
}

/** An event as it comes: Aliyun FC passes it as bytes or text of JSON. */
export type Delivered<Event> = Event | Uint8Array | string

/** The event in what came. @throws {SyntaxError} for text that is not JSON. */
export function eventOf<Event>(delivered: Delivered<Event>): Event {
  if (typeof delivered === 'string') return JSON.parse(delivered)
  if (delivered instanceof Uint8Array) return JSON.parse(new TextDecoder().decode(delivered))
  return delivered
}

/**
 * The Authorization header of an event, its name in any case. A list, which the guard refuses, where there is more than
 * one, or where the two forms of headers differ: a proxy in front may have checked the other one.
 *
 * @throws {TypeError} for an event of another kind than an HTTP request.
 */
export function authorizationOfEvent(event: HttpEvent | null | undefined): unknown {
  if ('Records' in Object(event)) {
    throw configError(
      'the event has Records, so it is one of Lambda@Edge or of a queue: call guard.authenticate(headers.authorization?.[0]?.value) with the headers of Records[0].cf.request, and answer a GuardError by its errorResponse()',
    )
  }
  const many = valuesOf(event?.multiValueHeaders ?? {}).flat()
  const one = valuesOf(event?.headers ?? {})
  const given = many.length === 0 ? one : many
  return given.length > 1 || one.length > 1 || (one.length === 1 && one[0] !== given[0]) ? given : given[0]
}

function valuesOf(headers: object): readonly unknown[] {
  const values: unknown[] = []
  for (const name of Object.keys(headers)) {
    if (name.length === 13 && name.toLowerCase() === 'authorization') values.push(Reflect.get(headers, name))
  }
  return values
}
