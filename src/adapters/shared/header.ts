import { authorizationOf as authorizationOfEvent, type HttpEvent } from './event.js'
import { authorizationOf, type NodeRequest } from './node-request.js'

/** Node's request, or what `serverless-http` makes of a cloud's event: it hangs that on the request. */
export interface HostRequest extends NodeRequest {
  readonly apiGateway?: { readonly event?: HttpEvent | null }
}

/**
 * The Authorization header as it came. An event knows of a second one, where the request that was made of it, without
 * `rawHeaders`, has the last alone.
 */
export function headerOf(request: HostRequest): unknown {
  // Its own, or none: a look along Express's prototypes is what the rest of this function costs.
  const event = Object.hasOwn(request, 'apiGateway') ? request.apiGateway?.event : undefined
  const inEvent = event ? authorizationOfEvent(event) : undefined
  return Array.isArray(inEvent) ? inEvent : authorizationOf(request)
}
