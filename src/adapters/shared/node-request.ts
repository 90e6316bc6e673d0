import { authorizationOfEvent, type HttpEvent } from './http-event.js'

/** The part of Node's `IncomingMessage` that the guard reads, or of what `serverless-http` makes of a cloud's event. */
export interface HostRequest {
  readonly headers: { readonly authorization?: unknown }
  /** Names and values in turn, as they came; some hosts leave it empty. */
  readonly rawHeaders?: readonly string[]
  /** Set by `serverless-http`: the event that the request was made of. */
  readonly apiGateway?: { readonly event?: HttpEvent | null }
}

/**
 * The Authorization header as it came: undefined, a string, or a list where there is more than one.
 *
 * Of two header lines Node keeps the first and drops the second without an error, and a proxy in front may have checked
 * the second one. So both are passed on as a list, which the guard refuses.
 */
export function authorizationOf(request: HostRequest): unknown {
  const { headers, rawHeaders } = request
  let lines = 0
  if (rawHeaders !== undefined) {
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = rawHeaders[at]
      if (name?.length === 13 && name.toLowerCase() === 'authorization') lines++
    }
  }
  if (lines > 1) return [headers.authorization]
  // An own property only: a look-up along Express's prototypes costs more than the rest of this function.
  const event = Object.hasOwn(request, 'apiGateway') ? request.apiGateway?.event : undefined
  // The request that serverless-http makes has no rawHeaders, and only the last of two header lines.
  const inEvent = event ? authorizationOfEvent(event) : undefined
  return Array.isArray(inEvent) ? inEvent : headers.authorization
}
