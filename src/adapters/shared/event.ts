/** The headers of a serverless function's HTTP event: AWS API Gateway, ALB and function URLs, Tencent SCF, Aliyun FC. */
export interface HttpEvent {
  readonly headers?: object | null | undefined
  /** REST APIs of AWS, and load balancers so configured. */
  readonly multiValueHeaders?: object | null | undefined
}

/** An event as it comes: Aliyun FC hands it over as bytes, or as text, of JSON. */
export type Delivered<Event> = Event | Uint8Array | string

/** The event in what came. @throws {SyntaxError} where it is text, and no JSON. */
export function eventOf<Event>(delivered: Delivered<Event>): Event {
  if (typeof delivered === 'string') return JSON.parse(delivered)
  if (delivered instanceof Uint8Array) return JSON.parse(new TextDecoder().decode(delivered))
  return delivered
}

/**
 * The Authorization header of an event, under its name in any case. A list where it is there more than once, or where
 * the two forms of headers do not say the same: whoever stands in front may have looked at the other one.
 */
export function authorizationOf(event: HttpEvent | null | undefined): unknown {
  const many = valuesOf(event?.multiValueHeaders).flat()
  const one = valuesOf(event?.headers)
  const given = many.length === 0 ? one : many
  return given.length > 1 || one.length > 1 || (one.length === 1 && one[0] !== given[0]) ? given : given[0]
}

const none: readonly unknown[] = []

function valuesOf(headers: object | null | undefined): readonly unknown[] {
  if (!headers) return none
  const values: unknown[] = []
  for (const name of Object.keys(headers)) {
    if (name.length === 13 && name.toLowerCase() === 'authorization') values.push(Reflect.get(headers, name))
  }
  return values
}
